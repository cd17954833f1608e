from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

_BATCH = 1000
_AT_ONCE = 3000


class CareEvaluationApply(models.AbstractModel):
    """How approved grades come into force: in batches, each line once.

    A line carries the moment it was applied, so a run that was killed goes on where it
    stopped, and two runs at once share the lines.
    """

    _name = "care.evaluation.apply"
    _description = "Putting grades into force"

    def action_apply(self):
        """Put the approved grades into force; many are done by a job."""
        self._expect("approval")
        for evaluation in self:
            evaluation._approval_check("apply")
            evaluation._check_not_applying()
            evaluation._put({"is_applying": True})
            done = 0
            while evaluation.state == "approval" and done < _AT_ONCE:
                done += evaluation._apply_batch()
            if evaluation.state == "approval":
                self.env.ref("customer_care.care_evaluation_cron_apply")._trigger()
        return True

    def _check_not_applying(self):
        if self.is_applying:
            raise UserError(
                self.env._(
                    "The grades of %(evaluation)s are being put in force. Wait a "
                    "moment.",
                    evaluation=self.name,
                )
            )

    def _cron_apply(self):
        """Go on with the evaluations whose grades are being put in force."""
        waiting = self.sudo().search(
            [("is_applying", "=", True), ("state", "=", "approval")]
        )
        for evaluation in waiting:
            while evaluation.state == "approval" and (
                count := evaluation._apply_batch()
            ):
                if not self.env["ir.cron"]._commit_progress(count, remaining=1):
                    return
        self.env["ir.cron"]._commit_progress(remaining=0)

    def _apply_batch(self):
        """Put one batch of lines into force and return their number; the last one
        ends the evaluation."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM care_evaluation_line
                    WHERE evaluation_id = %s AND applied_at IS NULL
                    ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED""",
                self.id,
                _BATCH,
            )
        )
        lines = self.env["care.evaluation.line"]._guard().browse([r[0] for r in rows])
        now = fields.Datetime.now()
        graded = lines.filtered("final_tier_id")
        grants = self.env["care.tier.grant"]._give(
            [self._prepare_grant_vals(line) for line in graded]
        )
        self._copy_explanations(grants)
        self._end_ungraded(lines - graded)
        lines.write({"applied_at": now})
        left = self.env["care.evaluation.line"].sudo()
        left = left.search_count(
            [("evaluation_id", "=", self.id), ("applied_at", "=", False)], limit=1
        )
        if not left:
            self._put({"state": "applied", "applied_at": now, "is_applying": False})
        return len(lines)

    def _copy_explanations(self, grants):
        """Keep with each grade the facts of its line, without reading them here."""
        self.env.execute_query(
            SQL(
                """UPDATE care_tier_grant g SET explanation = l.explanation
                     FROM care_evaluation_line l
                    WHERE l.evaluation_id = g.evaluation_id
                      AND l.partner_id = g.partner_id AND g.id = ANY(%s)
                RETURNING g.id""",
                grants.ids,
            )
        )
        grants.invalidate_recordset(["explanation"], flush=False)

    def _prepare_grant_vals(self, line):
        return {
            "partner_id": line.partner_id.id,
            "scheme_id": self.scheme_id.id,
            "company_id": self.company_id.id,
            "tier_id": line.final_tier_id.id,
            "kind": "regular",
            "source": "evaluation",
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "credit_grade": line.credit_grade
            or line.final_tier_id.credit_grade
            or line.credit_before,
            "reason": line._final_reason(),
            "evaluation_id": self.id,
        }

    def _end_ungraded(self, lines):
        """No grade is for life: whoever earns none keeps none."""
        grants = self.env["care.tier.grant"].sudo()
        grants.search(
            [
                ("partner_id", "in", lines.partner_id.ids),
                ("scheme_id", "=", self.scheme_id.id),
                ("company_id", "=", self.company_id.id),
                ("kind", "!=", "override"),
                ("ended_on", "=", False),
            ]
        )._end(self.valid_from, "replaced")
