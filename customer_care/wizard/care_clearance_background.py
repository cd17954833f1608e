from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class CareClearanceBackground(models.TransientModel):
    """A security officer enters the outcome of somebody's background check, or another
    proof on paper: the agreement signed by hand, a training outside."""

    _name = "care.clearance.background"
    _description = "Entry of a proof"

    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        domain="[('share', '=', False), ('id', '!=', uid)]",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")], required=True, default="passed"
    )
    date = fields.Date(
        "Day", required=True, default=lambda self: fields.Date.context_today(self)
    )
    file = fields.Binary("Document", attachment=False)
    file_name = fields.Char()
    note = fields.Text()

    def action_confirm(self):
        """Keep the outcome with its document."""
        self.ensure_one()
        proofs = self.env["care.clearance.proof"]
        proofs._check_officer()
        self._check_entry()
        start = proofs._midnight(self.date, self.company_id)
        proof = proofs._note(
            [
                {
                    "user_id": self.user_id.id,
                    "company_id": self.company_id.id,
                    "kind": "background",
                    "result": self.result,
                    "date": self.date,
                    "starts_at": start,
                    "note": self.note,
                    "entered_by_id": self.env.uid,
                }
            ]
        )
        if self.file:
            self.env["ir.attachment"].sudo().create(
                {
                    "name": self.file_name or self.env._("Background check"),
                    "datas": self.file,
                    "res_model": proof._name,
                    "res_id": proof.id,
                }
            )
        return {"type": "ir.actions.act_window_close"}

    def _check_entry(self):
        if self.user_id == self.env.user:
            raise AccessError(
                self.env._(
                    "%(user)s enters no proof for himself. Ask another security "
                    "officer.",
                    user=self.env.user.name,
                )
            )
        company = self.company_id
        if company not in self.env.user.company_ids & self.user_id.sudo().company_ids:
            raise AccessError(
                self.env._(
                    "%(user)s does not work in %(company)s. Choose another company.",
                    user=self.user_id.name,
                    company=company.name,
                )
            )
        if self.date > self.env["care.role"]._today(company):
            raise UserError(self.env._("The check is in the future. Correct the day."))
        if self.result == "passed" and not self.file:
            raise UserError(
                self.env._("A passed check needs its document. Attach the file.")
            )
