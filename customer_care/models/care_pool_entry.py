from odoo import fields, models

KINDS = [
    ("warned", "Warned"),
    ("renewed", "Attended again"),
    ("released", "Released to the pool"),
    ("given_back", "Given back"),
    ("taken", "Taken"),
]


class CarePoolEntry(models.Model):
    """One line of the log of the pool: who lost or took which customer, and why.

    The engine alone writes it.
    """

    _name = "care.pool.entry"
    _description = "Log of the pool"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "at desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    at = fields.Datetime(required=True, readonly=True)
    from_user_id = fields.Many2one(
        "res.users", "From", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    to_user_id = fields.Many2one(
        "res.users", "To", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reason = fields.Char(readonly=True)
    term_id = fields.Many2one(
        "care.registration.term", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
