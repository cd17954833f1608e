from odoo import api, fields, models
from odoo.tools import SQL

from .care_obligation_store import spread


class CareAttribution(models.Model):
    """A customer went from one person in charge to another: when, why, and by whom.

    Written for every change of the salesperson, by whatever door it comes; nobody
    edits it. `at` is since when it counts, the creation date when it was entered.
    """

    _name = "care.attribution"
    _description = "Change of the person in charge of a customer"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "at desc, id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="cascade"
    )
    from_user_id = fields.Many2one(
        "res.users", "From", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users",
        "To",
        index="btree_not_null",
        ondelete="restrict",
        help="Empty: nobody is in charge since then.",
    )
    reason = fields.Char(required=True)
    at = fields.Datetime("Since", required=True)
    by_id = fields.Many2one("res.users", "Entered by", ondelete="restrict")
    res_model = fields.Char("Model of what caused it")
    res_id = fields.Many2oneReference("Caused by", model_field="res_model")
    company_id = fields.Many2one("res.company", index=True)

    _at_idx = models.Index("(partner_id, at DESC)")

    @api.model
    def _note(self, moves, move):
        """Write the history of many customers by one statement.

        :param moves: list of (partner id, company id, user id before, user id now);
            None for nobody
        :param move: the Move that says why
        """
        if not moves:
            return
        names = ("partner_id", "company_id", "from_user_id", "user_id")
        table = dict(zip(names, map(list, zip(*moves, strict=True)), strict=True))
        chosen, source = spread(table, dict.fromkeys(names, "int"))
        now = self.env.cr.now()
        self.env.execute_query(
            SQL(
                """INSERT INTO care_attribution
                          (%(columns)s, reason, at, by_id, res_model, res_id,
                           create_uid, create_date, write_uid, write_date)
                   SELECT %(chosen)s, %(reason)s, %(at)s, %(uid)s, %(model)s, %(id)s,
                          %(uid)s, %(now)s, %(uid)s, %(now)s FROM %(source)s
                RETURNING id""",
                columns=SQL(", ").join(map(SQL.identifier, names)),
                chosen=SQL(", ").join(chosen),
                source=source,
                reason=move.reason,
                at=move.at or fields.Datetime.now(),
                model=move.res_model,
                id=move.res_id,
                uid=self.env.uid,
                now=now,
            )
        )
        self.invalidate_model(flush=False)

    def action_open_cause(self):
        """Open what moved the customer: a hand-over, a ruling."""
        self.ensure_one()
        self.check_access("read")
        cause = self.env[self.res_model].browse(self.res_id)
        cause.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
