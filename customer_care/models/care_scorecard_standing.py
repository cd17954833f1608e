from odoo import fields, models
from odoo.tools import SQL

from ..logic import scores


class CareScorecardStanding(models.AbstractModel):
    """Tells what subjects' scores are on a day, corrections applied."""

    _name = "care.scorecard.standing"
    _description = "Standing of subjects on a scorecard"

    def _latest(self, res_ids, on=None, company=None):
        """Return {id: Standing} on a day, today when left out, in two queries.

        The score of the last period that began by then counts; a correction in force
        on the day goes before it, whichever run came later. A subject never scored is
        not in the result.
        """
        self.ensure_one()
        on = on or fields.Date.context_today(self)
        company = company or self.company_id or self.env.company
        bands = [(band.value, band.code) for band in self.sudo().band_ids]
        found = {
            res_id: scores.Standing(value, band or "", id_)
            for res_id, id_, value, band in self._latest_rows(res_ids, on, company)
        }
        for res_id, score_id, kind, value, band in self._override_rows(
            res_ids, on, company
        ):
            was = found.get(res_id, scores.Standing(None, "", score_id or 0))
            if kind == "value":
                was = was._replace(value=value, band_code=scores.band(value, bands))
            else:
                was = was._replace(band_code=band)
            found[res_id] = was._replace(overridden=True)
        return found

    def _latest_rows(self, res_ids, on, company):
        self.env["care.score"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (res_id) res_id, id, value, band_code
                     FROM care_score
                    WHERE scorecard_id = %s AND company_id = %s AND is_latest
                      AND res_id = ANY(%s) AND date_to <= %s
                    ORDER BY res_id, date_to DESC, id DESC""",
                self.id,
                company.id,
                list(res_ids),
                on,
            )
        )

    def _override_rows(self, res_ids, on, company):
        self.env["care.score.override"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (res_id) res_id, score_id, kind, value, band_code
                     FROM care_score_override
                    WHERE scorecard_id = %s AND company_id = %s AND res_id = ANY(%s)
                      AND state = 'confirmed' AND valid_from <= %s
                      AND valid_until >= %s
                    ORDER BY res_id, decided_at DESC, id DESC""",
                self.id,
                company.id,
                list(res_ids),
                on,
                on,
            )
        )
