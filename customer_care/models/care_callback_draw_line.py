from odoo import api, fields, models
from odoo.tools import SQL


class CareCallbackDrawLine(models.Model):
    """One record of the population of a draw, and its place in it.

    The draw writes it once. Who took its place, and why, is the substitution log.
    """

    _name = "care.callback.draw.line"
    _description = "Record in a draw"
    _inherit = ["care.engine.mixin", "care.secrecy.follow.mixin"]
    _order = "draw_id desc, stratum, rank, id"
    _log_access = False
    _secrecy_skip_links = ("callback_id", "replaces_id", "replaced_by_id")

    draw_id = fields.Many2one("care.callback.draw", required=True, ondelete="restrict")
    programme_id = fields.Many2one("care.callback.programme", required=True)
    company_id = fields.Many2one(related="draw_id.company_id")
    res_model = fields.Char("Model", related="draw_id.model_name", store=True)
    res_id = fields.Many2oneReference(
        "Record ID", model_field="res_model", required=True
    )
    record_name = fields.Char("Record", compute="_compute_record_name")
    event_at = fields.Datetime(required=True)
    stratum = fields.Char(help="Code of the stratum; empty: in none.")
    part = fields.Integer(
        "Drawn among",
        aggregator=None,
        groups=fields.NO_ACCESS,
        help="Level of secrecy it had when it was drawn; empty in older draws.",
    )
    hash = fields.Char("SHA-256")
    rank = fields.Integer(aggregator=None, groups=fields.NO_ACCESS)
    place = fields.Integer(
        compute="_compute_place",
        help="In the order of the hashes of its stratum and level, among those you may "
        "see.",
    )
    kind = fields.Selection(
        [
            ("drawn", "Drawn"),
            ("reserve", "Reserve"),
            ("exempt", "Exempt"),
            ("excluded", "Counts with another"),
        ],
        required=True,
    )
    on_top = fields.Boolean("Always called back")
    exemption_id = fields.Many2one(
        "care.callback.exemption", index="btree_not_null", ondelete="set null"
    )
    callback_id = fields.Many2one(
        "care.callback", index="btree_not_null", ondelete="set null"
    )
    replaces_id = fields.Many2one(
        "care.callback.draw.line", "Took the place of", index="btree_not_null"
    )
    replaced_by_id = fields.Many2one(
        "care.callback.draw.line", "Place taken by", index="btree_not_null"
    )
    replaced_at = fields.Datetime()
    replaced_user_id = fields.Many2one("res.users", "Replaced by the hand of")
    replace_reason = fields.Char("Reason of the replacement")

    _classified_index = models.Index("(draw_id, stratum) WHERE secrecy_level >= 2")
    _place_index = models.Index("(draw_id, stratum, rank)")
    _once = models.UniqueIndex(
        "(programme_id, res_id, event_at)",
        "This event of the record was in a draw already.",
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        names = self.env["care.callback"]._visible_names(
            [(line.res_model, line.res_id) for line in self]
        )
        for line in self:
            line.record_name = names.get((line.res_model, line.res_id), False)

    @api.model
    def _hidden_of(self, draws):
        """Return {draw id: lines of it that are hidden from env.uid}."""
        if not self.env["care.mask"]._on_names():
            return {}
        domain = [("draw_id", "in", draws.ids), ("care_hidden", "=", True)]
        names = ["draw_id", "stratum", "part", "kind", "rank"]
        lines = self.sudo().search_fetch(domain, names)
        return {one.id: rows for one, rows in lines.grouped("draw_id").items()}

    @api.depends("kind")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_place(self):
        hidden = self._hidden_of(self.draw_id)
        for line in self:
            rank, part = line.sudo().rank, line.sudo().part
            before = [
                other
                for other in hidden.get(line.draw_id.id, ())
                if (other.stratum, other.part) == (line.stratum, part)
                and 0 < other.rank < rank
            ]
            line.place = rank - len(before)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # the order of the ranks tells nothing, which are missing would
        model = self.sudo() if field_name == "rank" else self
        return super(CareCallbackDrawLine, model)._order_field_to_sql(
            alias, field_name, direction, nulls, query
        )

    def _quota_in(self, row):
        """Return how many are drawn of those this one is drawn among.

        :param row: the stratum, as the draw keeps it
        """
        return row.get("parts", {}).get(str(self.sudo().part), row)["quota"]

    def _take_reserve(self, reason, user):
        """Return the next reserve of the same stratum and level, marked as taken.

        Two workers never get the same one: who is looked at by another is passed.
        """
        self.ensure_one()
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """SELECT id FROM care_callback_draw_line
                    WHERE draw_id = %s AND stratum = %s AND kind = 'reserve'
                      AND part IS NOT DISTINCT FROM %s
                      AND callback_id IS NULL AND replaces_id IS NULL
                 ORDER BY rank LIMIT 1 FOR UPDATE SKIP LOCKED""",
                self.draw_id.id,
                self.stratum or "",
                self.sudo().part or None,
            )
        )
        reserve = self.browse(id_ for (id_,) in found)
        if reserve:
            reserve._engine().write({"replaces_id": self.id})
            self._engine().write(
                {
                    "replaced_by_id": reserve.id,
                    "replaced_at": fields.Datetime.now(),
                    "replaced_user_id": user.id,
                    "replace_reason": reason,
                }
            )
        return reserve
