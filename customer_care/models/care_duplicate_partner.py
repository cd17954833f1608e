from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date, format_datetime, html2plaintext

from ..logic import credit_code
from .care_customer_key import SOURCES

_KEPT = frozenset(SOURCES)
# also computed and stored: written after each creation, mostly empty
_LATE = frozenset({"company_registry"})


class CareDuplicatePartner(models.AbstractModel):
    """The part of a customer that tells it from others: its credit code, the keys it
    is found by, and the check whether it is there already."""

    _name = "care.duplicate.partner"
    _description = "Customer that is there once"
    _inherit = ["care.duplicate.import"]

    credit_code = fields.Char(
        "Credit code",
        copy=False,
        groups="customer_care.customer_care_group_user",
        help="Unified social credit code: 18 signs, the last one checks the others.",
    )

    care_duplicate_warning = fields.Html(
        "There already",
        compute="_compute_care_duplicate_warning",
        sanitize=False,
        groups="customer_care.customer_care_group_user",
    )
    care_duplicate_count = fields.Integer(
        "Possible duplicates",
        compute="_compute_care_duplicate_count",
        groups="customer_care.customer_care_group_user",
    )

    # a code of a secret customer may be entered again: refusing it would tell of it
    _credit_code_uniq = models.UniqueIndex(
        """(credit_code, COALESCE(company_id, 0))
           WHERE credit_code IS NOT NULL AND secrecy_level < 2""",
        "Another customer is registered under this credit code. Open that customer, "
        "or correct the code.",
    )

    # ---- the check, for other code

    @api.model
    def _care_duplicates(self, vals):
        """Return who may be the customer that `vals` describe, the likeliest first.

        Looks at every customer, also archived ones and those that the user may not
        see. Of these nothing is told but `department` and `protected_until`. Customers
        classified above the user are left out: see `_care_duplicates_hidden`.

        :param vals: values of res.partner: name, phone, email, credit_code, vat,
            is_company; `id` and `parent_id` leave out that customer itself
        :return: [{"partner_id": id or False, "name": str or False, "archived": bool,
            "department_id": id or False, "department": str or False,
            "protected_until": date or False, "evidence": ["credit" | "phone" |
            "email" | "name", ...], "score": 0-100, "verdict": "refuse" | "warn",
            "message": one sentence for the user}]
        """
        return self.env["care.duplicate.check"]._told([vals])[0]

    @api.model
    def _care_duplicates_hidden(self, vals):
        """Return the same, with `partner_id`, of customers classified above the user;
        for code that tells nobody."""
        return self.env["care.duplicate.check"]._hidden([vals])[0]

    @api.depends("name", "phone", "email", "credit_code", "vat", "is_company")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_care_duplicate_warning(self):
        """Warn while somebody types, before it is saved; what is stored costs
        nothing."""
        for partner in self:
            vals = partner._care_typed()
            found = vals and self._care_duplicates(vals)
            partner.care_duplicate_warning = found and self._care_warning(found)

    def _care_typed(self):
        """Return the values that were typed and not saved, with what they belong to;
        empty where nothing that matters was changed."""
        names = ("name", "phone", "email", "credit_code", "vat")
        origin = self._origin
        if isinstance(self.id, int):
            return {}
        vals = {n: self[n] for n in names if self[n] and self[n] != origin[n]}
        if not vals:
            return {}
        return vals | {
            "id": origin.id,
            "parent_id": self.parent_id._origin.id,
            "is_company": self.is_company,
            "country_id": self.country_id.id,
            "company_id": self.company_id.id,
        }

    @api.model
    def _care_warning(self, found):
        """Return the lines of a warning, those one may open with a link."""
        lines = []
        for answer in found[:3]:
            line = Markup("<span>%s</span>") % answer["message"]
            if answer["partner_id"]:
                line = Markup(
                    "<a href='/odoo/res.partner/%s' target='_blank'>%s</a>"
                ) % (
                    answer["partner_id"],
                    answer["message"],
                )
            lines.append(line)
        return Markup("<br/>").join(lines)

    def _compute_care_duplicate_count(self):
        counts = dict.fromkeys(self.ids, 0)
        pairs = self.env["care.duplicate"].search(
            [
                ("state", "=", "open"),
                "|",
                ("partner_id", "in", self.ids),
                ("other_id", "in", self.ids),
            ]
        )
        for pair in pairs:
            for customer in pair.partner_id | pair.other_id:
                if customer.id in counts:
                    counts[customer.id] += 1
        for partner in self:
            partner.care_duplicate_count = counts.get(partner.id, 0)

    def action_view_care_duplicates(self):
        """Open the pairs in which the customer may be a duplicate."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_duplicate_action"
        )
        return action | {
            "domain": ["|", ("partner_id", "=", self.id), ("other_id", "=", self.id)],
        }

    # ---- merged

    def _care_tell_merge(self, merging):
        """Say in the customer's messages what was merged into it."""
        self.message_post(
            body=self.env._(
                "%(names)s was merged into this customer. What did not fit is in the "
                "log of merges.",
                names=" / ".join(merging.names[id_] for id_ in merging.sources),
            )
        )

    def _care_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def _care_shown(self, name):
        """Return a value as the reader sees it, in a list of values side by side."""
        field = self._fields[name]
        value = self[name]
        if field.relational:
            seen = value._filtered_access("read") if value else value
            return ", ".join(one.display_name or "" for one in seen)
        if field.type == "date" and value:
            return format_date(self.env, value)
        if field.type == "datetime" and value:
            return format_datetime(self.env, value)
        if field.type == "html":
            return html2plaintext(value or "")
        return str(value) if value else ""

    # ---- keys

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._care_clean_code(vals)
        partners = super().create(vals_list)
        rows = [partner._care_key_vals() for partner in partners.sudo()]
        self.env["care.customer.key"]._store(rows, new=True)
        return partners

    def write(self, vals):
        if vals.get("credit_code"):
            vals = dict(vals)
            self._care_clean_code(vals)
        return super().write(vals)

    def _write_multi(self, vals_list):
        """Saving what is pending, by whatever way it came."""
        result = super()._write_multi(vals_list)
        changed = [
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if any(name in vals for name in _KEPT - _LATE)
            or any(vals.get(name) for name in _LATE)
        ]
        self.env["care.customer.key"]._refresh(changed)
        return result

    def _care_key_vals(self):
        """Return the values from which the keys of a new contact are made."""
        vals = {name: self[name] for name in SOURCES}
        vals |= {name: vals[name].id for name in ("parent_id", "country_id")}
        return vals | {"id": self.id, "country": self.country_id.code}

    # ---- the credit code

    @api.model
    def _care_clean_code(self, vals):
        if vals.get("credit_code"):
            vals["credit_code"] = credit_code.clean(vals["credit_code"]) or False

    @api.constrains("credit_code")
    def _check_credit_code(self):
        for partner in self.sudo().filtered("credit_code"):
            code = partner.credit_code
            reason = credit_code.why_wrong(code)
            if reason:
                raise ValidationError(
                    self.env._(
                        "The credit code %(code)s of “%(customer)s” cannot be right: "
                        "%(reason)s",
                        code=code,
                        customer=partner.display_name,
                        reason=self._care_code_reason(code, reason),
                    )
                )

    @api.model
    def _care_code_reason(self, code, reason):
        meant = credit_code.meant(code)
        return {
            "old": self.env._(
                "this is a licence number of before 2015. Enter the 18 signs of the "
                "present business licence."
            ),
            "length": self.env._(
                "it has %(count)s signs, not 18. Copy it from the business licence.",
                count=len(code),
            ),
            "misread": self.env._(
                "the letters I, O, S and Z do not occur in it. Is %(code)s meant?",
                code=meant,
            )
            if meant
            else self.env._(
                "the letters I, O, S and Z do not occur in it. Look for the digits "
                "1, 0, 5 and 2."
            ),
            "sign": self.env._(
                "it has a sign that never occurs in one. Copy it from the business "
                "licence."
            ),
            "region": self.env._(
                "its third to eighth sign are digits. Copy it from the business "
                "licence."
            ),
            "check": self.env._(
                "the last sign does not fit the others, so one of them is mistyped. "
                "Compare it with the business licence."
            ),
        }[reason]
