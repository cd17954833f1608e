from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class CareDutyDone(models.TransientModel):
    """The evidence with which a responsible finishes one occurrence of a duty."""

    _name = "care.duty.done"
    _description = "Finish a duty"
    _inherit = ["care.link.mixin"]

    obligation_id = fields.Many2one("care.obligation", required=True, readonly=True)
    name = fields.Char(related="obligation_id.name")
    evidence = fields.Selection(
        selection=lambda self: (
            self.env["care.duty"]._fields["evidence"]._description_selection(self.env)
        ),
        compute="_compute_evidence",
    )
    evidence_model = fields.Char(compute="_compute_evidence")
    evidence_model_label = fields.Char("Record of", compute="_compute_evidence")
    evidence_id = fields.Many2oneReference(
        "Record",
        model_field="evidence_model",
        compute="_compute_evidence_id",
        store=True,
        readonly=False,
    )
    file = fields.Binary("Evidence file", attachment=False)
    file_name = fields.Char()

    @api.depends("obligation_id")
    def _compute_evidence(self):
        for wizard in self:
            duty = wizard.obligation_id.sudo().duty_id
            name = duty.evidence_model_name
            wizard.evidence = duty.evidence
            wizard.evidence_model = name if name in self.env else False
            wizard.evidence_model_label = duty.evidence_model_id.sudo().name

    @api.depends("evidence_model")
    def _compute_evidence_id(self):
        """Propose the latest record that would do."""
        for wizard in self:
            wizard.evidence_id = False
            duty = wizard.obligation_id.sudo().duty_id
            model = duty and duty._domain_model()
            if duty.evidence != "record" or model is None:
                continue
            if not model.has_access("read"):
                continue
            domain = Domain(duty._rule_domain("evidence_domain"))
            for record in model.with_env(self.env).search(
                domain, order="id desc", limit=20
            ):
                if duty._fits_period(wizard.obligation_id.sudo(), record):
                    wizard.evidence_id = record.id
                    break

    def action_confirm(self):
        """Keep the evidence and finish the occurrence."""
        self.ensure_one()
        obligation = self.obligation_id
        obligation._check_may_finish()
        wants_file = self.evidence == "file"
        obligation._finish_duty(self._get_file() if wants_file else self._get_record())
        return {"type": "ir.actions.act_window_close"}

    def _get_record(self):
        if not self.evidence_model or not self.evidence_id:
            return None
        record = self.env[self.evidence_model].browse(self.evidence_id)
        record.check_access("read")
        obligation = self.obligation_id.sudo()
        if not obligation.duty_id._fits_period(obligation, record):
            raise UserError(
                self.env._(
                    "%(record)s belongs to another period than %(name)s. Choose the "
                    "record of this one.",
                    record=record.display_name,
                    name=obligation.display_name,
                )
            )
        return record

    def _get_file(self):
        if not self.file:
            return None
        # The ledger is nobody's to write, so its attachment is made for the person.
        attachment = self.env["ir.attachment"].sudo()
        return attachment.create(
            {
                "name": self.file_name or self.obligation_id.name,
                "datas": self.file,
                "res_model": "care.obligation",
                "res_id": self.obligation_id.id,
            }
        )
