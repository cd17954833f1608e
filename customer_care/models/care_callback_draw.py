from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..logic import draw


class CareCallbackDraw(models.Model):
    """One draw of a programme: the records of one period of one company, frozen, and
    which of them are called back.

    The job writes it. The fingerprint of the seed is shown from the beginning of the
    period, the seed itself once it has been used: nobody can choose it afterwards, and
    nobody can know beforehand whose customer will be called.
    """

    _name = "care.callback.draw"
    _description = "Draw of callbacks"
    _inherit = [
        "care.callback.freeze",
        "care.callback.plan",
        "care.callback.rate",
        "care.callback.seen",
        "care.engine.mixin",
    ]
    _order = "date_from desc, id desc"

    programme_id = fields.Many2one(
        "care.callback.programme", required=True, index=True, ondelete="restrict"
    )
    clause_id = fields.Many2one(
        "care.policy.clause", index="btree_not_null", ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("Until", required=True, help="The day after the last one.")
    occasion = fields.Char()
    draw_from_at = fields.Datetime("To be drawn at", required=True)
    state = fields.Selection(
        [("seeded", "Begun"), ("drawn", "Drawn"), ("planned", "Planned")],
        required=True,
        index=True,
    )
    seed = fields.Char(help="The order is that of SHA-256(seed:model:id).")
    seed_secret = fields.Char(groups=fields.NO_ACCESS)
    seed_digest = fields.Char(
        "Fingerprint of the seed",
        required=True,
        help="SHA-256 of the seed, shown before the records were known.",
    )
    seeded_at = fields.Datetime("Seed fixed at", required=True)
    drawn_at = fields.Datetime("Drawn at")
    model_name = fields.Char()
    formula = fields.Integer(
        default=1,
        aggregator=None,
        help="1: all records together; 2: each level of secrecy on its own.",
    )
    # frozen, whole: no client reads them; what a reader may know of them is in *_seen
    strata = fields.Json(
        groups=fields.NO_ACCESS,
        help="Rates and numbers of the strata, as they were drawn.",
    )
    population_count = fields.Integer(groups=fields.NO_ACCESS)
    counted_count = fields.Integer(groups=fields.NO_ACCESS)
    required_count = fields.Integer(groups=fields.NO_ACCESS)
    drawn_count = fields.Integer(groups=fields.NO_ACCESS)
    reserve_count = fields.Integer(groups=fields.NO_ACCESS)
    exempt_count = fields.Integer(groups=fields.NO_ACCESS)
    excluded_count = fields.Integer(groups=fields.NO_ACCESS)
    digest = fields.Char(groups=fields.NO_ACCESS)
    line_ids = fields.One2many("care.callback.draw.line", "draw_id", "Lines")
    callback_ids = fields.One2many("care.callback", "draw_id", "Callbacks")
    done_count = fields.Integer("Called back", compute="_compute_done")
    done_pct = fields.Float("Done (%)", compute="_compute_done", digits=(5, 1))

    _period_uniq = models.UniqueIndex(
        "(programme_id, company_id, date_from)",
        "This period of the programme was begun already.",
    )

    @api.depends("programme_id", "date_from", "date_to", "occasion")
    def _compute_display_name(self):
        for one in self:
            last = fields.Date.subtract(one.date_to, days=1) if one.date_to else False
            first = format_date(self.env, one.date_from)
            until = format_date(self.env, last)
            days = one.occasion or (first if first == until else f"{first} - {until}")
            one.display_name = f"{one.sudo().programme_id.name} ({days})"

    @api.depends("callback_ids.state")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_done(self):
        groups = (
            self.env["care.callback"]
            .sudo()
            ._read_group(
                [
                    ("draw_id", "in", self.ids),
                    ("round", "=", 1),
                    ("state", "in", ("done", "reviewed")),
                    ("care_cleared", "=", True),
                ],
                ["draw_id"],
                ["__count"],
            )
        )
        counts = {one.id: count for one, count in groups}
        for one in self:
            one.done_count = counts.get(one.id, 0)
            wanted = one.required_seen
            one.done_pct = 100 * one.done_count / wanted if wanted else 0

    @api.model
    def _is_begun(self, programme, company, first):
        """Tell whether a period was begun, by another worker a moment ago too."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM care_callback_draw
                        WHERE programme_id = %s AND company_id = %s
                          AND date_from = %s""",
                    programme.id,
                    company.id,
                    first,
                )
            )
        )

    # ---- the proof

    def _redraw(self):
        """Draw again from what was frozen, in plain Python.

        :return: list of sentences that tell what differs, empty when nothing does
        """
        self.ensure_one()
        rows = self.env.execute_query(
            SQL(
                """SELECT res_id, stratum, kind, on_top, part, hash, rank
                     FROM care_callback_draw_line WHERE draw_id = %s""",
                self.id,
            )
        )
        parted = self.formula > 1
        members = [
            draw.Member(
                id_,
                stratum or "",
                kind in draw.COUNTED,
                bool(on_top),
                (part or 0) if parted else None,
            )
            for id_, stratum, kind, on_top, part, _hash, _rank in rows
        ]
        wrong = []
        if draw.hashlib.sha256((self.seed or "").encode()).hexdigest() != (
            self.seed_digest
        ):
            wrong.append(self.env._("The seed is not the one that was fixed before."))
        if draw.digest(members) != self.digest:
            wrong.append(self.env._("The records are not those that were frozen."))
        rates = {row["code"]: row["rate"] for row in self.strata or ()}
        strangers = {m.stratum for m in members if m.counted} - set(rates)
        if strangers:
            return [
                *wrong,
                self.env._("A stratum has no rate: %s.", ", ".join(strangers)),
            ]
        places = draw.draw(self.seed or "", self.model_name, members, rates)
        differing = any(
            places[id_] != draw.Place(key, rank, kind == "drawn")
            for id_, _stratum, kind, _top, _part, key, rank in rows
        )
        if differing:
            wrong.append(self.env._("Records were drawn differently."))
        return wrong

    # ---- buttons

    def action_verify(self):
        """Draw again and say whether the same records come out, without a number."""
        self.ensure_one()
        self.check_access("read")
        if self.state == "seeded":
            raise UserError(
                self.env._(
                    "%(draw)s is drawn when its period has ended. Verify it then.",
                    draw=self.display_name,
                )
            )
        wrong = self.sudo()._redraw()
        text = " ".join(wrong) or self.env._("The same records come out again.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Not equal") if wrong else self.env._("Equal"),
                "message": text,
                "type": "danger" if wrong else "success",
                "sticky": bool(wrong),
            },
        }

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_draw_line_action"
        )
        return action | {"domain": [("draw_id", "=", self.id)], "context": {}}

    def action_view_callbacks(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_callback_action"
        )
        return action | {"domain": [("draw_id", "=", self.id)], "context": {}}
