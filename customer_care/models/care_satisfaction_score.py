from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.mass_field import MassMany2one

_MANAGER = "customer_care.customer_care_group_manager"
LEVELS = [
    ("subject", "Project or customer"),
    ("period", "Company, period"),
    ("year", "Company, year"),
]


class CareSatisfactionScore(models.Model):
    """The satisfaction with one project or customer, or of a company, in a period.

    Written by the engine. Frozen, it changes by a correction alone, which makes a new
    version with its reason; what it said before stays to be read in a row of its own.
    """

    _name = "care.satisfaction.score"
    _description = "Satisfaction score"
    _inherit = [
        "care.engine.mixin",
        "care.subject.mixin",
        "care.satisfaction.store",
        "care.satisfaction.compliance",
        "care.satisfaction.reckoning",
        "care.satisfaction.year",
        "care.improvement.mixin",
        "care.secrecy.follow.mixin",
    ]
    _log_access = False
    _order = "date_to desc, level, id desc"
    _rec_name = "subject_name"

    programme_id = MassMany2one(
        "care.satisfaction.programme", "Survey programme", required=True
    )
    clause_id = fields.Many2one(related="programme_id.clause_id")
    round_id = MassMany2one("care.satisfaction.round", index="btree_not_null")
    level = fields.Selection(LEVELS, "Score of", required=True)
    company_id = MassMany2one("res.company", required=True)
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True, index=True)
    res_model = fields.Char("Kind of record rated", required=True)
    res_id = fields.Many2oneReference(
        "ID of the record rated", model_field="res_model", required=True
    )
    project_id = MassMany2one("project.project", index="btree_not_null")
    subject_name = fields.Char("What was rated")
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users", "Project manager", related="project_id.user_id"
    )
    value = fields.Float("Satisfaction score", digits=(16, 4), aggregator="avg")
    band_id = MassMany2one("care.satisfaction.band", "Satisfaction grade")
    band_code = fields.Char(related="band_id.code")
    is_passed = fields.Boolean("Passed")
    asked = fields.Integer("Surveyed")
    answered = fields.Integer()
    state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete")], required=True
    )
    reason = fields.Selection(
        [
            ("no_answer", "Nobody has answered"),
            ("source_missing", "A source is not known"),
            ("no_score", "Nothing below it has a score"),
        ],
        "Why incomplete",
    )
    details = fields.Json()
    details_html = fields.Html("How it came about", compute="_compute_details_html")
    is_latest = fields.Boolean("Latest version")
    computed_at = fields.Datetime("Reckoned at")
    previous_id = fields.Many2one(
        "care.satisfaction.score",
        "Version before",
        ondelete="set null",
        index="btree_not_null",
    )
    current_id = fields.Many2one(
        "care.satisfaction.score",
        "Version that counts",
        ondelete="cascade",
        index="btree_not_null",
    )
    version = fields.Integer(help="0 until the period is closed.", aggregator=None)
    frozen_at = fields.Datetime("Frozen")
    correction = fields.Char("Reason of the correction")

    _latest_uniq = models.UniqueIndex(
        "(programme_id, company_id, level, date_from, date_to, res_id) WHERE is_latest",
        "This score is being written by another run.",
    )
    _round_idx = models.Index("(round_id, level) WHERE is_latest")
    _secrecy_skip_links = ("previous_id", "current_id")

    @api.depends("details")
    @api.depends_context("lang", "uid")
    def _compute_details_html(self):
        for score in self:
            score.details_html = self.env["ir.qweb"]._render(
                "customer_care.care_satisfaction_details", {"score": score}
            )

    def _detail_rows(self):
        """Return the parts of the score in words: (name, figure, weight)."""
        self.ensure_one()
        names = {source.code: source.name for source in self.programme_id.source_ids}
        names |= {
            "questionnaire": self.env._("Customer questionnaire"),
            "own": self.env._("Own periods"),
            "below": self.env._("Subsidiaries"),
            "mean": self.env._("Mean of the scores"),
        }
        return [
            {
                "name": row.get("name") or names.get(row["code"]) or row["code"],
                "value": "–" if row.get("value") is None else f"{row['value']:.2f}",
                "weight": f"{row['weight']:g}" if row.get("weight") else "",
            }
            for row in self.details or ()
        ]

    # ---- buttons

    def action_view_answers(self):
        """Open the answers behind the score."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_answer_action"
        )
        domain = Domain("programme_id", "in", self.programme_id._family().ids)
        if self.level == "subject":
            domain &= Domain("round_id", "=", self.round_id.id)
            domain &= Domain("res_id", "=", self.res_id)
        else:
            waves = self._rounds_behind()
            domain &= Domain("round_id", "in", waves.ids)
        return action | {"domain": list(domain), "context": {}}

    def _rounds_behind(self):
        family = self.programme_id._family()
        return self.env["care.satisfaction.round"].search(
            [
                ("programme_id", "in", family.ids),
                ("company_id", "=", self.company_id.id),
                ("date_from", ">=", self.date_from),
                ("date_to", "<=", self.date_to),
            ]
        )

    def action_view_parts(self):
        """Open the scores this one is made of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_score_action"
        )
        domain = Domain("is_latest", "=", True)
        if self.level == "period":
            domain &= Domain("programme_id", "in", self.programme_id._family().ids)
            domain &= Domain("company_id", "=", self.company_id.id)
            domain &= Domain("date_from", "=", self.date_from)
            domain &= Domain("level", "=", "subject")
        else:
            codes = Domain("programme_id.code", "=", self.programme_id.code)
            companies = self.company_id | self.company_id.child_ids
            span = Domain("date_from", ">=", self.date_from)
            span &= Domain("date_to", "<=", self.date_to)
            own = Domain("level", "=", "period") & Domain(
                "company_id", "=", self.company_id.id
            )
            below = Domain("level", "=", "year") & Domain(
                "company_id", "in", (companies - self.company_id).ids
            )
            domain &= codes & span & (own | below)
        return action | {"domain": list(domain), "context": {}}

    def action_freeze(self):
        """Freeze the year of a company, once all its periods are closed."""
        if not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._("A customer care manager freezes a year. Ask one of them.")
            )
        self.check_access("read")
        for score in self.filtered("is_latest"):
            score._freeze_year()
        return True

    def _freeze_year(self):
        if self.level != "year":
            raise UserError(
                self.env._(
                    "%(score)s is frozen when its round is closed. Close the round.",
                    score=self.display_name,
                )
            )
        waves = self.sudo()._rounds_behind().filtered("active")
        still_open = waves.filtered(lambda wave: wave.state in ("draft", "running"))
        if still_open:
            raise UserError(
                self.env._(
                    "%(rounds)s of this year are not closed yet. Close them first.",
                    rounds=", ".join(still_open.mapped("name")),
                )
            )
        if not self.frozen_at:
            self._engine().write({"frozen_at": fields.Datetime.now(), "version": 1})
