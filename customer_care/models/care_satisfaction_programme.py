from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .care_obligation_spec import UNITS
from .care_satisfaction_weights import _QUARTERS, _SHOWN


class CareSatisfactionProgramme(models.Model):
    """Whose satisfaction is asked for, when, by what questions, and how the answers
    make a score. Managers and policy packs write it; rounds run by it."""

    _name = "care.satisfaction.programme"
    _description = "Satisfaction programme"
    _inherit = [
        "care.pack.row.mixin",
        "care.rule.model.mixin",
        "care.handler.mixin",
        "care.satisfaction.questionnaire",
        "care.satisfaction.population",
        "care.satisfaction.secrecy",
        "care.satisfaction.weights",
    ]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "model_name",
        "domain",
        "partner_path",
        "period",
        "timing",
        "window_months",
        "start_field",
        "amount",
        "unit",
        "end_field",
        "rest_months",
        "channel",
        "role_id",
        "excluded_paths",
        "main_id",
        "scale_id",
        "factor_ids",
        "source_ids",
        "asked_as",
        "points_rule",
        "missing",
        "least_weight_pct",
        "own_weight",
        "below_weight",
        *_QUARTERS,
        "freeze_days",
        "description",
    )
    _domain_fields = ("domain",)

    model_name = fields.Char(default="project.project")
    domain = fields.Char("Records concerned", default="[]", help="Empty: all records.")
    partner_path = fields.Char(
        "People surveyed",
        default="partner_id",
        help="Field that leads to the customer; empty where the records are customers.",
    )
    period = fields.Selection(
        [("quarter", "Quarter"), ("half", "Half-year"), ("year", "Year")],
        required=True,
        default="quarter",
        help="Answers of a period make the scores of that period.",
    )
    timing = fields.Selection(
        [
            ("window", "All, at the end of each period"),
            ("event", "Each after its own event"),
            ("hand", "When a round is opened by hand"),
        ],
        "When asked",
        required=True,
        default="window",
    )
    window_months = fields.Integer(
        "Last months of the period", default=1, help="1: asked in its last month."
    )
    start_field = fields.Char(
        "Asked from", help="Date of the record, such as the final settlement."
    )
    amount = fields.Integer("Within", default=1)
    unit = fields.Selection(UNITS, required=True, default="month")
    end_field = fields.Char(
        "Asked until", help="Date of the record; it goes before the time allowed."
    )
    rest_months = fields.Integer(
        "Not again within months",
        help="A customer who was asked about such a record is left out so long, "
        "whichever programme asked. 0: no rest.",
    )
    channel = fields.Selection(
        "_selection_channel", required=True, default="web", string="Usual channel"
    )
    role_id = fields.Many2one(
        "care.role",
        "Interviewers",
        ondelete="restrict",
        help="Who asks by phone and in interviews; never who handled the record.",
    )
    excluded_paths = fields.Char(default="user_id")
    survey_id = fields.Many2one(
        "survey.survey",
        "Questionnaire",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        help="Empty: it is made from the factors when the first round opens.",
    )
    scale_id = fields.Many2one(
        "care.satisfaction.scale", required=True, index=True, ondelete="restrict"
    )
    factor_ids = fields.One2many(
        "care.satisfaction.factor", "programme_id", "Factors", copy=True
    )
    source_ids = fields.One2many(
        "care.satisfaction.source",
        "programme_id",
        "Sources",
        copy=True,
        help="None: the questionnaire alone.",
    )
    share_ids = fields.One2many(
        "care.satisfaction.share", "programme_id", "Weights of subsidiaries", copy=True
    )
    points_rule = fields.Selection(
        [
            ("share", "Share of the highest value"),
            ("linear", "Lowest value 0, highest 100"),
        ],
        "Points of a scale",
        required=True,
        default="share",
        help="8 on a scale from 1 to 10 is 80 by its share, 77.8 from lowest to "
        "highest. A single choice gives the points written on it.",
    )
    missing = fields.Selection(
        [
            ("skip", "The other factors take its weight"),
            ("zero", "Counts 0 points"),
            ("void", "The form does not count"),
        ],
        "Where not answered",
        required=True,
        default="skip",
        help="What the customer says does not apply is left out in any case: the other "
        "factors take its weight.",
    )
    least_weight_pct = fields.Float(
        "Least weight answered (%)",
        digits=(6, 2),
        default=50,
        help="Of the factors that apply. A form with less does not count.",
    )
    main_id = fields.Many2one(
        "care.satisfaction.programme",
        "Counts in programme",
        index="btree_not_null",
        ondelete="restrict",
        domain="[('main_id', '=', False), ('id', '!=', id)]",
        help="The figure of the company is made there, of the scores of both. Empty: "
        "the programme has a company figure of its own.",
    )
    own_weight = fields.Float("Own periods (%)", digits=(6, 3), default=100)
    below_weight = fields.Float("Subsidiaries (%)", digits=(6, 3))
    weight_q1 = fields.Float("First quarter (%)", digits=(6, 3), default=25)
    weight_q2 = fields.Float("Second quarter (%)", digits=(6, 3), default=25)
    weight_q3 = fields.Float("Third quarter (%)", digits=(6, 3), default=25)
    weight_q4 = fields.Float("Fourth quarter (%)", digits=(6, 3), default=25)
    freeze_days = fields.Integer(
        "Frozen after days",
        help="A period is closed by itself so many days after its end. 0: by hand.",
    )
    description = fields.Text(translate=True)
    round_ids = fields.One2many("care.satisfaction.round", "programme_id", "Rounds")
    round_count = fields.Integer("Rounds made", compute="_compute_counts")
    answer_count = fields.Integer("Survey answers", compute="_compute_counts")

    _amounts_positive = models.Constraint(
        "CHECK (window_months > 0 AND amount >= 0 AND rest_months >= 0 "
        "AND freeze_days >= 0 AND least_weight_pct BETWEEN 0 AND 100)",
        "Times and shares of a satisfaction programme must not be negative.",
    )

    @api.model
    def _selection_channel(self):
        return list(
            {
                "web": self.env._("Web link"),
                "phone": self.env._("Phone"),
                "interview": self.env._("Interview"),
                "paper": self.env._("Paper form"),
            }.items()
        )

    def _compute_counts(self):
        for name, model in (
            ("round_count", "care.satisfaction.round"),
            ("answer_count", "care.satisfaction.answer"),
        ):
            counts = dict(
                self.env[model]._read_group(
                    [("programme_id", "in", self.ids)], ["programme_id"], ["__count"]
                )
            )
            for programme in self:
                programme[name] = counts.get(programme, 0)

    # ---- what cannot be

    @api.model_create_multi
    def create(self, vals_list):
        rows = self.env["care.satisfaction.weight.mixin"]._with_parent(self)
        programmes = super(CareSatisfactionProgramme, rows).create(vals_list)
        programmes = programmes.with_env(self.env)
        programmes._check_weights()
        return programmes

    def write(self, vals):
        if not any(name in vals for name in _SHOWN):
            return super().write(vals)
        rows = self.env["care.satisfaction.weight.mixin"]._with_parent(self)
        result = super(CareSatisfactionProgramme, rows).write(vals)
        self._check_weights()
        return result

    @api.constrains(
        "model_name", "partner_path", "timing", "start_field", "end_field", "amount"
    )
    def _check_paths(self):
        for programme in self:
            programme._check_path("partner_path", ("many2one",))
            for name in ("start_field", "end_field"):
                programme._check_path(name, ("date", "datetime"), stored=True)
            event = programme.timing == "event"
            until = programme.amount or programme.end_field
            if event and not (programme.start_field and until):
                raise ValidationError(
                    self.env._(
                        "%(programme)s asks after an event: name its date and the time "
                        "allowed after it.",
                        programme=programme.name,
                    )
                )

    @api.constrains("main_id", "period", "company_id")
    def _check_main(self):
        for programme in self | self.search([("main_id", "in", self.ids)]):
            main = programme.main_id
            if main and (
                main.main_id
                or main == programme
                or main.period != programme.period
                or main.company_id != programme.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(programme)s cannot count in %(main)s: both need the same "
                        "company and period, and %(main)s a figure of its own.",
                        programme=programme.name,
                        main=main.name,
                    )
                )

    @api.constrains("model_name", "period")
    def _check_begun(self):
        """What rounds were written for stays what it is."""
        for programme in self.sudo():
            for wave in programme.round_ids:
                period = wave._period_of(programme, wave.date_from)
                models_ = set(wave.request_ids.mapped("res_model"))
                if period[1] != wave.date_to or models_ - {programme.model_name}:
                    raise ValidationError(
                        self.env._(
                            "%(programme)s has rounds already, so its period and its "
                            "records stay. Duplicate it for others.",
                            programme=programme.name,
                        )
                    )

    # ---- what others ask

    def _customer_of(self, record):
        """Return the customer who is asked about `record`."""
        if not self.partner_path:
            return record if record._name == "res.partner" else record.browse()
        return self._follow(record, self.partner_path)[:1]

    def _family(self):
        """Return the programme and those that count in it."""
        parts = self.sudo().with_context(active_test=False)
        return self | parts.search([("main_id", "=", self.id)])

    def _sources(self):
        """Return the sources of a score; the questionnaire alone where none is set."""
        alone = {
            "code": "questionnaire",
            "kind": "questionnaire",
            "weight": 100,
            "missing": "fail",
        }
        return self.source_ids or self.env["care.satisfaction.source"].new(alone)

    def _period_weights(self):
        """Return the weights of the periods of a year, in their order."""
        if self.period == "quarter":
            return [self[name] for name in _QUARTERS]
        return [50, 50] if self.period == "half" else [100]

    def _twin(self, company):
        """Return the programme that does in `company` what this one does here."""
        if self.company_id == company:
            return self
        own = Domain("code", "=", self.code) & Domain(
            "company_id", "in", [company.id, False]
        )
        found = self.sudo().with_context(active_test=False).search(own)
        return found.sorted(lambda row: not row.company_id)[:1]

    def action_view_rounds(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_round_action"
        )
        domain = [("programme_id", "=", self.id)]
        return action | {"domain": domain, "context": {"default_programme_id": self.id}}

    def action_view_scores(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_satisfaction_score_action"
        )
        return action | {"domain": [("programme_id", "=", self.id)]}
