from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, formatLang

from ..tools.mass_field import MassMany2one

_COLUMNS = (
    "scorecard_id",
    "company_id",
    "res_model",
    "partner_id",
    "date_from",
    "date_to",
    "formula_version",
    "res_id",
    "value",
    "reason",
    "band_code",
    "state",
    "details",
)


class CareScore(models.Model):
    """The score of one subject for one period under one formula of a scorecard.

    Written by runs alone. An incomplete score has no value, and `reason` says why;
    `details` tell of each measure the raw figure, its points and its weight.
    """

    _name = "care.score"
    _description = "Score"
    _inherit = ["care.figure.mixin", "care.secrecy.follow.mixin"]
    _log_access = False  # a million rows in one statement: no columns without use
    _order = "date_to desc, id desc"
    _rec_name = "scorecard_id"
    _run_fields = ("scorecard_id", "company_id", "date_from", "date_to")
    _key_fields = (*_run_fields, "res_id")
    _compared_fields = (
        "value",
        "reason",
        "band_code",
        "state",
        "details",
        "formula_version",
    )

    scorecard_id = MassMany2one("care.scorecard", required=True, readonly=True)
    company_id = MassMany2one("res.company", required=True, readonly=True)
    clause_id = fields.Many2one(related="scorecard_id.clause_id")
    res_model = fields.Char("Kind of subject", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        "Subject ID", model_field="res_model", required=True, readonly=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    value = fields.Float("Score", readonly=True, aggregator="avg")
    band_code = fields.Char("Band code", readonly=True)
    band_id = fields.Many2one(
        "care.scorecard.band", compute="_compute_band_id", search="_search_band_id"
    )
    state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete")],
        required=True,
        readonly=True,
    )
    reason = fields.Selection(
        selection=lambda self: self.env["care.indicator"]._reason_words(),
        string="Why incomplete",
        readonly=True,
    )
    details = fields.Json(readonly=True)
    details_html = fields.Html("How it came about", compute="_compute_details_html")
    # no column of its own: a foreign key more costs a run a seventh of its time
    previous_id = fields.Many2one(
        "care.score", "Replaces", compute="_compute_previous_id"
    )
    override_ids = fields.One2many("care.score.override", "score_id", "Corrections")

    _latest_uniq = models.UniqueIndex(
        "(scorecard_id, res_id, company_id, date_to, date_from) "
        "NULLS NOT DISTINCT WHERE is_latest",
        "This score is being written by another run.",
    )

    # ------------------------------------------------------------------ writing

    def _write_scores(
        self, scorecard, date_from, date_to, company, span=None, subject_ids=None
    ):
        """Write the scores of all subjects (or these) for a period."""
        if subject_ids is not None:
            ids = list(subject_ids)

            def span(column):
                return SQL("%s = ANY(%s)", column, ids)

        this, scorecard = self._engine(), scorecard.sudo()
        this.env.flush_all()
        run = {
            "scorecard_id": scorecard.id,
            "company_id": company.id,
            "date_from": date_from,
            "date_to": date_to,
        }
        tables = scorecard._fill_measures(date_from, date_to, company, span)
        is_partner = scorecard.subject_model == "res.partner"
        fresh = SQL(
            """SELECT %(scorecard)s AS scorecard_id,
                      %(company)s AS company_id, %(model)s AS res_model,
                      %(partner)s AS partner_id, %(from)s::date AS date_from,
                      %(to)s::date AS date_to, %(version)s AS formula_version, r.*
                 FROM (%(scores)s) r""",
            scorecard=scorecard.id,
            company=company.id,
            model=scorecard.subject_model,
            partner=SQL("r.res_id") if is_partner else SQL("NULL::int"),
            **{"from": date_from},
            to=date_to,
            version=scorecard.formula_version,
            scores=scorecard._scores_sql(tables, company, span),
        )
        written = this._store(fresh, _COLUMNS, run)
        for __, table in tables:
            if table is not None:
                self.env.cr.execute(SQL("DROP TABLE %s", table))
        return written

    # ------------------------------------------------------------------ reading

    @api.depends("band_code", "scorecard_id.band_ids.code")
    def _compute_band_id(self):
        for scorecard, rows in self.grouped("scorecard_id").items():
            bands = {band.code: band for band in scorecard.band_ids}
            for score in rows:
                score.band_id = bands.get(score.band_code, False)

    def _compute_previous_id(self):
        for score in self:
            key = [
                ("scorecard_id", "=", score.scorecard_id.id),
                ("company_id", "=", score.company_id.id),
                ("date_from", "=", score.date_from),
                ("date_to", "=", score.date_to),
                ("res_id", "=", score.res_id),
            ]
            score.previous_id = self.search(
                [*key, ("id", "<", score.id), ("is_latest", "=", False)],
                order="id desc",
                limit=1,
            )

    def _search_band_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        bands = self.env["care.scorecard.band"].browse(value)
        domain = fields.Domain.OR(
            [
                [("scorecard_id", "=", b.scorecard_id.id), ("band_code", "=", b.code)]
                for b in bands
            ]
        )
        return (
            domain | fields.Domain("band_code", "=", False)
            if False in value
            else domain
        )

    @api.depends("details")
    @api.depends_context("lang")
    def _compute_details_html(self):
        words = dict(self.env["care.indicator"]._reason_words())
        heads = [
            self.env._("Scored item"),
            self.env._("Figure"),
            self.env._("Points"),
            self.env._("Weight"),
            "",
        ]
        head = Markup().join(Markup("<th>%s</th>") % text for text in heads)
        for score in self:
            lines = {line.code: line for line in score.scorecard_id.line_ids}
            body = Markup().join(
                score._detail_html(lines.get(row["code"]), row, words)
                for row in score.details or ()
            )
            score.details_html = (
                Markup("<table class='table table-sm'><tr>%s</tr>%s</table>")
            ) % (head, body)

    def _detail_html(self, line, row, words):
        cells = [line.name if line else row["code"], self._figure_text(line, row)]
        cells += [self._points_text(row), formatLang(self.env, row["weight"], 2)]
        reason = row.get("reason")
        missing = line and line.indicator_id.missing_reason
        cells.append(
            missing if reason == "no_records" and missing else words.get(reason, "")
        )
        return Markup("<tr>%s</tr>") % Markup().join(
            Markup("<td>%s</td>") % cell for cell in cells
        )

    def _points_text(self, row):
        known = row.get("points") is not None
        return formatLang(self.env, row["points"], 2) if known else "—"

    def _figure_text(self, line, row):
        if row.get("raw") is None:
            return "—"
        text = (
            f"{formatLang(self.env, row['raw'], 2)} {line and line.unit or ''}".strip()
        )
        if row.get("denominator") is None or row.get("numerator") is None:
            return text
        parts = [formatLang(self.env, row[k], 2) for k in ("numerator", "denominator")]
        return f"{text} ({' / '.join(parts)})"

    # ------------------------------------------------------------------ buttons

    def action_drill_down(self):
        """Open the measures of the score, each with the records behind it."""
        self.ensure_one()
        self.check_access("read")
        details = self.env["care.score.detail"]._make(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Behind the score"),
            "res_model": "care.score.detail",
            "domain": [("id", "in", details.ids)],
            "views": [[False, "list"], [False, "kanban"]],
            "target": "current",
        }

    def action_history(self):
        """Open the scores of the same subject over time."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_score_action_history"
        )
        return action | {
            "domain": [
                ("scorecard_id", "=", self.scorecard_id.id),
                ("res_id", "=", self.res_id),
                ("company_id", "=", self.company_id.id),
                ("is_latest", "=", True),
            ]
        }

    def action_override(self):
        """Ask for a correction of the score."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_score_override_ask_action"
        )
        return action | {"context": {"default_score_id": self.id}}
