from odoo import fields, models


class CareContactMode(models.Model):
    """A way of keeping in touch (top-level visit, forum, call) that grades allow.

    Managers and policy packs write it; grades list the ways that go with them.
    """

    _name = "care.contact.mode"
    _description = "Way of contact"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "kind", "rank", "description")

    kind = fields.Selection(
        [
            ("visit", "Visit"),
            ("call", "Call"),
            ("meeting", "Meeting or forum"),
            ("event", "Event"),
            ("survey", "Survey"),
            ("greeting", "Greeting"),
            ("group", "Task group"),
            ("message", "Short message"),
        ],
        required=True,
        default="visit",
    )
    rank = fields.Selection(
        [
            ("staff", "Staff"),
            ("manager", "Management"),
            ("executive", "Top management"),
        ],
        "Done by",
    )
    description = fields.Text(translate=True)
