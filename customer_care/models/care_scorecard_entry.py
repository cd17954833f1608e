from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

_MANAGER = "customer_care.customer_care_group_manager"


class CareScorecardEntry(models.Model):
    """A figure that a person enters for a measure of a scorecard, with its evidence.

    Written once by whom the measure names; a correction is a new entry, the last one
    in a period counts. A manager may archive an entry.
    """

    _name = "care.scorecard.entry"
    _description = "Entered measure"
    _inherit = [
        "care.link.mixin",
        "care.requirement.mixin",
        "care.subject.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "date desc, id desc"
    _rec_name = "line_code"

    scorecard_id = fields.Many2one(
        "care.scorecard", required=True, index=True, ondelete="restrict"
    )
    line_id = fields.Many2one(
        "care.scorecard.line",
        "Scored item",
        index="btree_not_null",
        ondelete="set null",
        domain="[('scorecard_id', '=', scorecard_id), ('indicator_id', '=', False), "
        "('source_id', '=', False)]",
    )
    line_code = fields.Char("Code of the measure", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    res_model = fields.Selection(
        related="scorecard_id.subject_model", string="Kind of subject", store=True
    )
    res_id = fields.Many2oneReference(
        "Whom it is about", model_field="res_model", required=True
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="A day of the period that the figure counts in.",
    )
    value = fields.Float(required=True, aggregator="avg")
    note = fields.Text()
    user_id = fields.Many2one(
        "res.users", "Entered by", readonly=True, default=lambda self: self.env.user
    )
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    active = fields.Boolean(default=True)

    _find_idx = models.Index("(scorecard_id, line_code, company_id, date)")

    @api.model_create_multi
    def create(self, vals_list):
        lines = self.env["care.scorecard.line"]
        for vals in vals_list:
            line = lines.browse(vals.get("line_id"))
            vals["line_code"] = line.code
            vals["user_id"] = self.env.uid
            vals.pop("res_model", None)  # the scorecard's, whatever a client says
        entries = super().create(vals_list)
        for entry in entries:
            entry._check_entry()
        return entries

    def write(self, vals):
        self.check_access("write")
        if set(vals) - {"active"} and not self.env.su:
            raise UserError(
                self.env._(
                    "An entry stays as it was entered. Make a new one; the last one in "
                    "a period counts."
                )
            )
        return super().write(vals)

    def _check_entry(self):
        line = self.line_id
        if not line or not line.is_manual or line.scorecard_id != self.scorecard_id:
            raise ValidationError(
                self.env._(
                    "Choose a measure of %(scorecard)s that people enter.",
                    scorecard=self.scorecard_id.display_name,
                )
            )
        subject = self.env[self.res_model].browse(self.res_id).exists()
        if not subject:
            raise ValidationError(self.env._("Choose whom “%s” is about.", line.name))
        subject.check_access("read")
        self._check_may_enter(line)
        self._keep_files(line)

    def _check_may_enter(self, line):
        if not line.role_id or self.env.su or self.env.user.has_group(_MANAGER):
            return
        partner = self.res_id if self.res_model == "res.partner" else []
        holders = line.sudo().role_id._resolve(
            company=self.company_id,
            partner=self.env["res.partner"].sudo().browse(partner),
        )
        if self.env.user not in holders:
            raise AccessError(
                self.env._(
                    "“%(measure)s” is entered by %(role)s. Ask them.",
                    measure=line.name,
                    role=line.sudo().role_id.name,
                )
            )

    def _keep_files(self, line):
        """Hang the files uploaded for the entry on it, so that its readers see them."""
        if line.evidence_wanted and not self.attachment_ids:
            raise ValidationError(
                self.env._("“%(measure)s” wants a file. Attach it.", measure=line.name)
            )
        for file in self.attachment_ids:
            file.check_access("read")
            loose = not file.res_id and file.res_model in (False, self._name)
            if file.create_uid == self.env.user and loose:
                file.sudo().write({"res_model": self._name, "res_id": self.id})
