from odoo import api, fields, models


class CareSuggestionJudge(models.TransientModel):
    """The window in which a suggestion is judged; whoever judges fills it in."""

    _name = "care.suggestion.judge"
    _description = "Judge a suggestion"
    _inherit = ["care.link.mixin"]

    suggestion_id = fields.Many2one(
        "care.suggestion", required=True, readonly=True, ondelete="cascade"
    )
    verdict = fields.Selection(
        [("accepted", "Take it up"), ("rejected", "Do not take it up")],
        "Judgement",
        required=True,
        default="accepted",
    )
    words = fields.Text("Reasons", required=True)
    user_id = fields.Many2one(
        "res.users", "Carried out by", domain="[('share', '=', False)]"
    )
    date_due = fields.Date("Carried out until")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        suggestion = self.env["care.suggestion"].browse(values.get("suggestion_id"))
        if suggestion:
            suggestion.check_access("read")
            values["user_id"] = suggestion.user_id.id
            values["date_due"] = suggestion.date_due
        return values

    def action_confirm(self):
        """Judge it, or ask those who approve that it is taken up."""
        self.ensure_one()
        vals = {}
        if self.verdict == "accepted":
            vals = {"user_id": self.user_id.id, "date_due": self.date_due}
        asked = self.suggestion_id._judge(self.verdict, self.words, vals)
        if not asked:
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Asked for: %(approvals)s.",
                    approvals=", ".join(asked.mapped("name")),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
