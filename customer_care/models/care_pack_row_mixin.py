import ast

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CarePackRowMixin(models.AbstractModel):
    """A rule that hangs on a clause and travels in a policy pack.

    Managers write it on the screen, the pack loader writes it from a file. The
    natural key is `code` within a company; a row without a company holds for all.
    """

    _name = "care.pack.row.mixin"
    _description = "Rule carried by a policy pack"
    _inherit = ["care.link.mixin"]

    # What a pack carries beside `code` and `clause`, in the order of the export.
    _pack_fields = ("name",)
    # Char fields that hold a domain over `model_name`.
    _domain_fields = ()

    code = fields.Char(
        required=True,
        index=True,
        copy=False,
        help="Name of the rule in packs and code.",
    )
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    clause_id = fields.Many2one(
        "care.policy.clause",
        index=True,
        ondelete="restrict",
        domain="[('policy_id.state', '!=', 'superseded')]",
        help="The clause of a policy that this rule carries out.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: the rule holds for every company.",
    )
    pack_digest = fields.Char(
        readonly=True,
        copy=False,
        help="Fingerprint of the row as the last policy pack left it. "
        "A row edited since is kept when the pack is loaded again.",
    )

    _code_company_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT",
        "This code is taken in the company. Choose another code.",
    )

    def copy_data(self, default=None):
        """Give each copy a free code: `late` becomes `late_2`, then `late_3`."""
        vals_list = super().copy_data(default)
        taken = set()
        for rule, vals in zip(self, vals_list, strict=True):
            if "code" not in vals:
                vals["code"] = rule._free_code(taken)
                taken.add(vals["code"])
        return vals_list

    def _free_code(self, taken):
        siblings = self.with_context(active_test=False).search(
            [("code", "=like", f"{self.code}%")]
        )
        taken = taken | set(siblings.mapped("code"))
        number = 2
        while f"{self.code}_{number}" in taken:
            number += 1
        return f"{self.code}_{number}"

    # ------------------------------------------------------------------- packs

    def _pack_is_untouched(self):
        """Whether the rule is as the last pack left it."""
        self.ensure_one()
        codec = self.env["care.pack.codec"]
        return self.pack_digest == codec._fingerprint(self)

    @api.model
    def _pack_prepare(self, vals, company, record):
        """Return the values a pack writes into `record`, or into a new rule where it is
        empty; a model may let them yield to what the company has."""
        return vals

    def _pack_is_running(self):
        """Whether cases run under the rule that a new version must leave as they are.
        Kinds that copy what they need when a case begins say no."""
        return False

    def _pack_retire(self, make_room=False):
        """Let what runs go on under the rule and take nothing new; return whether it
        does. With `make_room` its code is free for the rule that follows."""
        return False

    @api.constrains("clause_id", "company_id")
    def _check_clause_company(self):
        for rule in self:
            company = rule.clause_id.company_id
            if company and rule.company_id and company != rule.company_id:
                raise ValidationError(
                    self.env._(
                        "%(rule)s belongs to %(company)s, its clause %(clause)s to "
                        "%(other)s. Choose a clause of the same company.",
                        rule=rule.display_name,
                        company=rule.company_id.name,
                        clause=rule.clause_id.display_name,
                        other=company.name,
                    )
                )

    @api.constrains(lambda self: self._domain_constrained_fields())
    def _check_domain_fields(self):
        for field_name in self._domain_fields:
            self._check_domain_text(field_name)

    def _domain_constrained_fields(self):
        if not self._domain_fields:
            return ()
        return (*self._domain_fields, "model_name")

    def _domain_model(self):
        """Return the model the rule's domains are read against, None when its
        add-on is not installed or the rule has no model."""
        self.ensure_one()
        name = self._fields.get("model_name") and self.model_name
        return self.env[name] if name and name in self.env else None

    def _rule_domain(self, field_name):
        """Return the domain written in `field_name`; empty means all records."""
        self.ensure_one()
        return Domain(ast.literal_eval((self[field_name] or "").strip() or "[]"))

    def _rule_domain_apart(self, field_name):
        """Return the domain written in `field_name` as it is to be applied: whoever
        writes a rule learns nothing from it of what hidden records hold."""
        domain, model = self._rule_domain(field_name), self._domain_model()
        if model is None:
            return domain
        model = model.sudo().with_company(self.company_id)
        return self.env["care.ceiling"]._apart(model, domain)

    def _rule_fitting(self, records, field_name, company=None):
        """Return those of `records`, with all rights, that the domain written in
        `field_name` fits, read in the company of the rule (in `company` where it is
        for all)."""
        domain = self._rule_domain(field_name)
        place = self.company_id or company
        return self.env["care.condition"]._fitting(records.sudo(), domain, place)

    def _check_domain_text(self, field_name):
        """Refuse a condition that is no plain domain or does not fit the model."""
        for rule in self:
            try:
                domain = rule._rule_domain(field_name)
                model = rule._domain_model()
                if model is not None:
                    domain.validate(model.sudo())
            except (ValueError, SyntaxError, TypeError, KeyError, MemoryError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition “%(field)s” of %(rule)s cannot be used: "
                        "%(reason)s Write it as a list of (field, operator, value).",
                        field=rule._fields[field_name].get_description(
                            self.env, ["string"]
                        )["string"],
                        rule=rule.display_name,
                        reason=f"{error}".rstrip(".") + ".",
                    )
                ) from error
