from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

_MANAGER = "customer_care.customer_care_group_manager"


class CareSatisfactionClose(models.AbstractModel):
    """Reckoning, closing and correcting the scores of a round."""

    _name = "care.satisfaction.close"
    _description = "Closing of a round"

    def _reckon_subjects(self, pairs):
        """An answer came: reckon its project or customer alone. The company's figure
        follows by the job, so that no two customers wait for each other."""
        self.ensure_one()
        if self.state != "closed":
            self.env["care.satisfaction.score"]._reckon_round(
                self, subject_ids=[res_id for __, res_id in pairs]
            )

    def _reckon(self, correction=None):
        """Reckon all scores of these rounds and the years they belong to."""
        score = self.env["care.satisfaction.score"]
        for wave in self.sudo():
            for card in wave.programme_id.source_ids.scorecard_id:
                card._run(wave.date_from, wave.date_to, company=wave.company_id)
            score._reckon_round(wave, correction=correction)
            main = wave._main_round().programme_id
            score._reckon_years(main, wave.company_id, wave.date_from.year, correction)
            wave._step_write({"reckoned_at": fields.Datetime.now()})

    def action_reckon(self):
        """Reckon the scores again now, as the job does."""
        self.check_access("write")
        closed = self.filtered(lambda wave: wave.state == "closed")
        if closed:
            raise UserError(
                self.env._(
                    "The scores of %(rounds)s are frozen. Correct them with a reason.",
                    rounds=", ".join(closed.mapped("name")),
                )
            )
        self._reckon()
        return True

    @api.model
    def _cron_reckon(self):
        """Reckon the rounds in which something was answered since the last time."""
        waves = self.sudo().search([("state", "=", "running")], order="id")
        progress = self.env["ir.cron"]._commit_progress
        for number, wave in enumerate(waves, 1):
            if wave._is_stale():
                wave._reckon()
            if not progress(1, remaining=len(waves) - number):
                return

    def _is_stale(self):
        """Tell whether something was answered since, or a day has passed: the other
        sources and who was asked change by themselves."""
        self.ensure_one()
        today = self.programme_id._today_in(self.company_id)
        if not self.reckoned_at or self.reckoned_at.date() < today:
            return True
        fresh = [("round_id", "=", self.id), ("rated_at", ">=", self.reckoned_at)]
        return bool(
            self.env["care.satisfaction.answer"].sudo().search_count(fresh, limit=1)
        )

    def action_close(self):
        """Close the rounds: their scores are reckoned once more and frozen."""
        for wave in self:
            wave._check_move("closed")
            wave._check_parts_closed()
            wave._requirement_check("close")
            wave._close()
        return True

    def _main_round(self):
        """Return the round whose company figure these scores count in."""
        self.ensure_one()
        this = self.sudo()
        main = this.programme_id.main_id
        return main._round_of(this.company_id, this.date_from) if main else this

    def _parts(self):
        """Return the rounds of the period that count in this one."""
        return self.sudo().search(
            [
                ("programme_id.main_id", "=", self.programme_id.id),
                ("company_id", "=", self.company_id.id),
                ("date_from", "=", self.date_from),
                ("state", "=", "running"),
            ]
        )

    def _check_parts_closed(self):
        still_open = self._parts()
        if still_open:
            raise UserError(
                self.env._(
                    "%(rounds)s count in %(round)s and are not closed yet. Close them "
                    "first.",
                    rounds=", ".join(still_open.mapped("name")),
                    round=self.name,
                )
            )

    def _close(self):
        self._reckon()
        this, now = self.sudo(), fields.Datetime.now()
        rows = (
            self.env["care.satisfaction.score"]
            .sudo()
            .search([("round_id", "=", self.id), ("is_latest", "=", True)])
        )
        rows._engine().write({"frozen_at": now, "version": 1})
        this._step_write(
            {
                "state": "closed",
                "closed_at": now,
                "closed_by_id": self.env.uid,
                "version": 1,
            }
        )

    @api.model
    def _close_due(self):
        """Close what its programme wants closed by now."""
        rounds = (
            self.sudo()
            .search(
                [("state", "=", "running"), ("programme_id.freeze_days", ">", 0)],
                order="id",
            )
            .sorted(lambda wave: not wave.programme_id.main_id)
        )
        for wave in rounds:
            programme = wave.programme_id
            last = wave.date_to + timedelta(days=programme.freeze_days)
            over = last < programme._today_in(wave.company_id)
            if over and not wave._parts():
                wave._close()

    def _correct(self, reason):
        """Reckon a closed round again, late answers included: what changes becomes a
        new version with this reason."""
        if not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._("A customer care manager corrects scores. Ask one of them.")
            )
        self.check_access("write")
        reason = (reason or "").strip()
        for wave in self:
            if wave.state != "closed":
                raise UserError(
                    self.env._(
                        "%(round)s is not closed, so nothing is corrected: its scores "
                        "follow the answers.",
                        round=wave.name,
                    )
                )
            if not reason:
                raise UserError(
                    self.env._(
                        "Say why the scores of %(round)s are corrected.",
                        round=wave.name,
                    )
                )
            wave._take_late()
            wave._reckon(correction=reason)
            wave._step_write({"version": wave.version + 1})
            wave.message_post(
                body=self.env._("Scores corrected: %(reason)s", reason=reason)
            )

    def _take_late(self):
        """Let answers count that came after the round was closed."""
        late = (
            self.env["care.satisfaction.answer"]
            .sudo()
            .search([("round_id", "in", self.ids), ("state", "=", "late")])
        )
        late._engine().write({"state": "counted", "reason": False})

    def action_ask_correction(self):
        """Ask for the reason of a correction."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct the scores"),
            "res_model": "care.satisfaction.correct",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_round_id": self.id},
        }
