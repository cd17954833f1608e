from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..logic import scores

_MANAGER = "customer_care.customer_care_group_manager"
_ALL = ("planned", "asked", "answered", "refused", "unreachable", "cancelled")
STATES = [
    ("draft", "Planned"),
    ("running", "Running"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]


class CareSatisfactionRound(models.Model):
    """One round of a programme in a company and period: who was asked, and the scores
    of the period, frozen when it is closed. Managers and the job write it."""

    _name = "care.satisfaction.round"
    _description = "Satisfaction round"
    _inherit = [
        "care.requirement.mixin",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.satisfaction.close",
        "care.satisfaction.invitation",
        "care.satisfaction.workbook",
    ]
    _order = "date_from desc, id desc"

    _step_fields = {
        "state": "draft",
        "opened_on": False,
        "closed_at": False,
        "closed_by_id": False,
        "reckoned_at": False,
        "version": 0,
    }
    _MOVES = {
        ("draft", "running"): _MANAGER,
        ("running", "running"): _MANAGER,
        ("running", "closed"): _MANAGER,
        ("draft", "cancelled"): _MANAGER,
    }

    name = fields.Char(compute="_compute_name", search="_search_name")
    period_label = fields.Char("Period", compute="_compute_period_label", store=True)
    active = fields.Boolean(default=True)
    programme_id = fields.Many2one(
        "care.satisfaction.programme",
        "Survey programme",
        required=True,
        index=True,
        ondelete="restrict",
    )
    clause_id = fields.Many2one(related="programme_id.clause_id", store=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date("From", required=True)
    date_to = fields.Date("To", required=True)
    state = fields.Selection(
        STATES, required=True, default="draft", copy=False, tracking=True, index=True
    )
    plan_id = fields.Many2one(
        "care.satisfaction.plan",
        "Survey plan",
        index="btree_not_null",
        ondelete="set null",
    )
    planned_on = fields.Date("Planned for", help="When the plan wants it to be opened.")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
    )
    opened_on = fields.Date(readonly=True, copy=False)
    closed_at = fields.Datetime("Closed", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    reckoned_at = fields.Datetime("Last reckoned", readonly=True, copy=False)
    version = fields.Integer(
        readonly=True, copy=False, help="How often it was closed and corrected."
    )
    request_ids = fields.One2many(
        "care.satisfaction.request", "round_id", "People surveyed"
    )
    request_count = fields.Integer("People to survey", compute="_compute_counts")
    asked_count = fields.Integer("Asked so far", compute="_compute_counts")
    answer_count = fields.Integer("Answered", compute="_compute_counts")
    late_count = fields.Integer("Came too late", compute="_compute_counts")
    response_rate = fields.Float(
        "Answered of asked (%)",
        compute="_compute_counts",
        help="Empty while nobody was asked.",
    )
    has_response = fields.Boolean(compute="_compute_counts")
    value = fields.Float("Satisfaction score", compute="_compute_value", digits=(6, 2))
    has_value = fields.Boolean(compute="_compute_value")

    _period_uniq = models.UniqueIndex(
        "(programme_id, company_id, date_from)",
        "This programme has a round in the period already. Open that one.",
    )
    _period_order = models.Constraint(
        "CHECK (date_from <= date_to)", "A round ends after it begins."
    )

    @api.depends("date_from", "programme_id.period")
    def _compute_period_label(self):
        for wave in self:
            day, period = wave.date_from, wave.programme_id.period
            label = f"{day.year}" if day else False
            if day and period == "quarter":
                label += f" Q{(day.month + 2) // 3}"
            elif day and period == "half":
                label += f" H{(day.month + 5) // 6}"
            wave.period_label = label

    @api.depends("programme_id.name", "period_label")
    @api.depends_context("lang")
    def _compute_name(self):
        """Everybody reads the name of the programme in his own language."""
        for wave in self:
            parts = (wave.programme_id.name, wave.period_label)
            wave.name = " ".join(filter(None, parts))

    @api.depends("name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for wave in self:
            wave.display_name = wave.name

    def _search_name(self, operator, value):
        """Each word of a text stands in the programme's name or in the period; a
        whole name, as imports give it, is the round's."""
        if operator == "ilike":
            return Domain.AND(
                Domain("programme_id.name", "ilike", word)
                | Domain("period_label", "ilike", word)
                for word in (value or "").split()
            )
        if operator != "in":
            return NotImplemented
        ends = {" ".join(text.split()[-n:]) for text in value if text for n in (1, 2)}
        waves = self.with_context(active_test=False).search(
            [("period_label", "in", list(ends))]
        )
        return Domain("id", "in", waves.filtered(lambda row: row.name in value).ids)

    @api.model
    def _period_of(self, programme, day):
        return scores.period_of(programme.period, day)

    @api.onchange("programme_id", "date_from")
    def _onchange_period(self):
        """A round has the period of its programme that the day lies in."""
        if self.programme_id:
            day = self.date_from or fields.Date.context_today(self)
            self.date_from, self.date_to = self._period_of(self.programme_id, day)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            programme = self.env["care.satisfaction.programme"].browse(
                vals.get("programme_id") or ()
            )
            day = fields.Date.to_date(vals.get("date_from"))
            if programme and day:
                period = self._period_of(programme, day)
                vals["date_from"], vals["date_to"] = period
        return super().create(vals_list)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_counts(self):
        """Count what the reader may see, so nobody learns of a secret customer."""
        rows = self.env["care.satisfaction.request"]._read_group(
            [("round_id", "in", self.ids)], ["round_id", "state"], ["__count"]
        )
        found = {(wave.id, state): count for wave, state, count in rows}
        late = dict(
            self.env["care.satisfaction.answer"]._read_group(
                [("round_id", "in", self.ids), ("state", "=", "late")],
                ["round_id"],
                ["__count"],
            )
        )
        for wave in self:
            number = {state: found.get((wave.id, state), 0) for state in _ALL}
            wave.request_count = sum(number.values()) - number["cancelled"]
            wave.asked_count = wave.request_count - number["planned"]
            wave.answer_count = number["answered"]
            wave.late_count = late.get(wave, 0)
            asked = wave.asked_count
            wave.has_response = bool(asked)
            wave.response_rate = 100 * number["answered"] / asked if asked else 0

    def _compute_value(self):
        rows = self.env["care.satisfaction.score"].search(
            [
                ("round_id", "in", self.ids),
                ("level", "=", "period"),
                ("is_latest", "=", True),
                ("state", "=", "complete"),
            ]
        )
        values = {row.round_id.id: row.value for row in rows}
        for wave in self:
            wave.has_value = wave.id in values
            wave.value = values.get(wave.id, 0)

    def _is_planned(self):
        """Tell whether a plan counts the round: that of events does once one came."""
        waits = self.state == "draft" and self.programme_id.timing == "event"
        return self.state != "cancelled" and not waits

    @api.ondelete(at_uninstall=False)
    def _unlink_unopened(self):
        for wave in self:
            scored = [("round_id", "=", wave.id)]
            if (
                wave.state not in ("draft", "cancelled")
                or wave.sudo().request_ids
                or self.env["care.satisfaction.score"].sudo().search_count(scored)
            ):
                raise UserError(
                    self.env._(
                        "%(round)s was opened and is kept. Archive it.",
                        round=wave.name,
                    )
                )

    # ---- opening

    def action_open(self):
        """Open the round: everybody to be asked is written down."""
        for wave in self:
            wave._check_move("running")
            wave._requirement_check("open")
            wave._open()
        return True

    def _open(self):
        """Write down whom to ask; of a round of events, who has come since."""
        self.ensure_one()
        this = self.sudo()
        programme = this.programme_id
        programme._ensure_survey()
        today = programme._today_in(this.company_id)
        records = programme._records_to_ask(this.company_id, today)
        if programme.timing != "event" and this.request_ids:
            records -= records.browse(this.request_ids.mapped("res_id"))
        made = self.env["care.satisfaction.request"]._plan(this, records, today)
        if this.state == "draft":
            this._step_write({"state": "running", "opened_on": today})
        return made

    def action_cancel(self):
        for wave in self:
            wave._check_move("cancelled")
            wave._step_write({"state": "cancelled"})
        return True

    # ---- buttons

    def _action_of(self, xml_id, *domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"customer_care.{xml_id}"
        )
        domain = Domain("round_id", "=", self.id) & Domain(list(domain))
        return action | {"domain": list(domain), "context": {}}

    def action_view_requests(self):
        return self._action_of("care_satisfaction_request_action")

    def action_view_answers(self):
        return self._action_of("care_satisfaction_answer_action")

    def action_view_scores(self):
        return self._action_of("care_satisfaction_score_action")
