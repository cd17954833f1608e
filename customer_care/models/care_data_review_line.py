from odoo import api, fields, models
from odoo.exceptions import UserError


class CareDataReviewLine(models.Model):
    """One field in a review: what we had, what the customer says, and what became of
    it. The review writes it; its buttons decide it."""

    _name = "care.data.review.line"
    _description = "Data checked"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "review_id, sequence, id"
    _rec_name = "label"

    review_id = fields.Many2one(
        "care.data.review", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    name = fields.Char("Field name", required=True)
    label = fields.Char("Field", compute="_compute_label")
    old_value = fields.Text("We have")
    new_value = fields.Text("The customer says")
    answer = fields.Selection([("right", "Is correct"), ("changed", "Changed")])
    decision = fields.Selection([("accepted", "Accepted"), ("refused", "Refused")])
    decided_by_id = fields.Many2one("res.users", ondelete="restrict")
    decided_at = fields.Datetime()
    state = fields.Selection(related="review_id.state")

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_label(self):
        reviewed = self.env["care.data.review.fields"]
        for line in self:
            known = line.name in self.env["res.partner"]._fields
            line.label = reviewed._label(line.name) if known else line.name

    def _waiting(self):
        return self.filtered(lambda row: row.answer == "changed" and not row.decision)

    def action_accept(self):
        """Write the new values on the customer, with the user's own rights."""
        self._decide("accepted")
        return True

    def action_refuse(self):
        """Leave the values as they are."""
        self._decide("refused")
        return True

    def _decide(self, decision):
        self.review_id.check_access("write")
        self.review_id._check_to_decide(self)
        todo = self._waiting()
        if decision == "accepted":
            for review, lines in todo.grouped("review_id").items():
                lines._apply(review.partner_id)
        todo._engine().write(
            {
                "decision": decision,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        self.review_id._finish()

    def _apply(self, partner):
        """Write the new values, unless somebody changed one of them meanwhile."""
        reviewed = self.env["care.data.review.fields"]
        vals = {}
        for line in self:
            now = reviewed._words(partner, line.name)
            if now not in (line.old_value or "", line.new_value or ""):
                raise UserError(
                    self.env._(
                        "“%(field)s” of %(partner)s was changed to “%(now)s” since the "
                        "question. Refuse the new value, or ask again.",
                        field=line.label,
                        partner=partner.display_name,
                        now=now,
                    )
                )
            vals[line.name] = reviewed._value(partner, line.name, line.new_value)
        partner.write(vals)
