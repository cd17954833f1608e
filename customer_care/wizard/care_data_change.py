from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CareDataChange(models.TransientModel):
    """What somebody notes of a customer's data: on the phone, field by field, or a
    change that was learnt of. Confirming takes it down in a review."""

    _name = "care.data.change"
    _description = "Note of a customer's data"
    _inherit = ["care.link.mixin"]

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade"
    )
    review_id = fields.Many2one("care.data.review", readonly=True, ondelete="cascade")
    source = fields.Selection(
        [("phone", "On the phone"), ("staff", "By us")],
        "Learnt how",
        required=True,
        default="phone",
    )
    said_by = fields.Char("Who said it")
    known_on = fields.Date("Known since", default=fields.Date.context_today)
    note = fields.Text()
    line_ids = fields.One2many("care.data.change.line", "change_id", "Data")

    @api.model
    def _open_window(self, partner, review=None):
        """Return the window for a customer, filled with what we have."""
        partner.check_access("read")
        window = self.create({"partner_id": partner.id})
        review = review or self.env["care.data.review"]
        window.sudo()._fill(review)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Note the call") if review else self.env._("Change"),
            "res_model": self._name,
            "res_id": window.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _fill(self, review):
        reviewed = self.env["care.data.review.fields"]
        names = [line.name for line in review.sudo().line_ids]
        names = names or self.env["care.data.review"]._names_to_report()
        self.write(
            {
                "review_id": review.id,
                "line_ids": [
                    fields.Command.create(
                        {
                            "name": name,
                            "label": reviewed._label(name),
                            "old_value": reviewed._words(self.partner_id.sudo(), name),
                        }
                    )
                    for name in names
                ],
            }
        )

    def action_confirm(self):
        """Take it down as the current user."""
        self.ensure_one()
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("Somebody else opened this window."))
        self.partner_id.check_access("read")
        answers = {
            line.name: line.new_value if line.new_value else None
            for line in self.line_ids
            if line.new_value or self.review_id
        }
        review = self.review_id
        if review:
            review.check_access("write")
        elif not answers:
            raise UserError(
                self.env._(
                    "Enter at least one new value for %(partner)s.",
                    partner=self.partner_id.display_name,
                )
            )
        else:
            review = review._open_change(self.partner_id, answers, self.known_on)
            self._check_named(review, answers)
        vals = {"reported_by_id": self.env.uid}
        if self.note:
            vals["note"] = self.note
        review._record_answer(answers, self.source, self.said_by, vals)
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.data.review",
            "res_id": review.id,
            "views": [(False, "form")],
        }

    def _check_named(self, review, answers):
        """Refuse data that are not among those reported."""
        if answers.keys() - set(review.sudo().line_ids.mapped("name")):
            raise UserError(
                self.env._(
                    "Open the window for %(partner)s again: the list of data has "
                    "changed.",
                    partner=self.partner_id.display_name,
                )
            )


class CareDataChangeLine(models.TransientModel):
    """One field in the window: what we have and what it is now."""

    _name = "care.data.change.line"
    _description = "Data in a note"

    change_id = fields.Many2one("care.data.change", required=True, ondelete="cascade")
    name = fields.Char("Field name", readonly=True)
    label = fields.Char("Field", readonly=True)
    old_value = fields.Text("We have", readonly=True)
    new_value = fields.Text("It is now")
