from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CarePolicy(models.Model):
    """One version of a written policy of a company.

    Managers write it, or load it from a pack. Of the versions with one code at most
    one is in force; the others are drafts or superseded and keep what ran under them.
    """

    _name = "care.policy"
    _description = "Policy"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "code, version desc, id desc"
    _rec_names_search = ["code", "name"]

    code = fields.Char(required=True, index=True, tracking=True)
    version = fields.Integer(required=True, default=1, copy=False, tracking=True)
    name = fields.Char(required=True, translate=True, tracking=True)
    trade = fields.Char(translate=True, help="Line of business it was written for.")
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("superseded", "Superseded")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
        tracking=True,
    )
    date_from = fields.Date(string="In force from", readonly=True, copy=False)
    date_to = fields.Date(string="In force until", readonly=True, copy=False)
    supersedes_id = fields.Many2one(
        "care.policy",
        string="Supersedes",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    clause_ids = fields.One2many(
        "care.policy.clause", "policy_id", string="Clauses", copy=True
    )
    clause_count = fields.Integer(compute="_compute_clause_count")
    active = fields.Boolean(default=True)

    _version_uniq = models.UniqueIndex(
        "(code, version, company_id)",
        "This policy has that version already. Choose the next number.",
    )
    _in_force_uniq = models.UniqueIndex(
        "(code, company_id) WHERE state = 'active'",
        "Another version of this policy is in force in the company. "
        "Put the new version in force with its button.",
    )
    _version_positive = models.Constraint(
        "CHECK (version > 0)", "Versions are counted from 1."
    )

    @api.depends("clause_ids")
    def _compute_clause_count(self):
        for policy in self:
            policy.clause_count = len(policy.clause_ids)

    @api.depends("code", "version", "name")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = self.env._(
                "%(code)s %(name)s (version %(version)s)",
                code=policy.code or "",
                name=policy.name or "",
                version=policy.version,
            )

    @api.model
    def _in_force(self, code, company):
        """Return the version of policy `code` in force in `company`, or none."""
        return self.search(
            Domain("code", "=", code)
            & Domain("company_id", "=", company.id)
            & Domain("state", "=", "active"),
            limit=1,
        )

    def _next_version(self):
        """Return the number after the highest version of this code and company."""
        self.ensure_one()
        highest = self.with_context(active_test=False).search(
            [("code", "=", self.code), ("company_id", "=", self.company_id.id)],
            order="version desc",
            limit=1,
        )
        return max(highest.version, self.version) + 1

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for policy in self.filtered(lambda policy: policy.state != "draft"):
            raise UserError(
                self.env._(
                    "%(policy)s has been in force and stays as a record. "
                    "Archive it instead.",
                    policy=policy.display_name,
                )
            )
