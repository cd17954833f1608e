from datetime import datetime, time

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..logic import spans
from .care_clearance_requirement import KINDS

OFFICER = "customer_care.customer_care_group_security"


class CareClearanceProof(models.Model):
    """What one user has proven for his clearances: an agreement signed, a background
    check, a training passed.

    The system writes it: the signing of the agreement, the certification, an officer's
    entry. Nothing is edited; a proof ends, or a newer one takes its place.
    """

    _name = "care.clearance.proof"
    _description = "Proof for a clearance"
    _inherit = ["care.engine.mixin"]
    _order = "starts_at desc, id desc"

    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, index=True)
    result = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")], required=True, default="passed"
    )
    date = fields.Date("Day", required=True)
    starts_at = fields.Datetime("Holds from", required=True)
    ends_at = fields.Datetime("Ends at", help="Empty: as long as the requirement says.")
    end_reason = fields.Char("Why it ended")
    note = fields.Text()
    entered_by_id = fields.Many2one("res.users", "Entered by", ondelete="restrict")
    # the agreement
    nda_id = fields.Many2one(
        "care.nda", "Agreement", index="btree_not_null", ondelete="restrict"
    )
    signed_name = fields.Char("Signed as")
    signed_at = fields.Datetime()
    signature = fields.Binary(attachment=True)
    signed_text = fields.Html("Text signed", sanitize=False)
    text_hash = fields.Char("Fingerprint of the text")
    # the training
    survey_input_id = fields.Many2one(
        "survey.user_input", "Answers", index="btree_not_null", ondelete="restrict"
    )
    score = fields.Float("Score (%)")
    is_valid = fields.Boolean("Holds now", compute="_compute_is_valid")

    _input_uniq = models.UniqueIndex(
        "(survey_input_id, company_id) WHERE survey_input_id IS NOT NULL",
        "This training is noted already.",
    )

    @api.depends("user_id", "kind", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for proof in self:
            name = proof.user_id.name or ""
            proof.display_name = f"{kinds.get(proof.kind, '')}: {name}, {proof.date}"

    @api.depends("starts_at", "ends_at", "result")
    def _compute_is_valid(self):
        now = fields.Datetime.now()
        for proof in self:
            ended = proof.ends_at and proof.ends_at <= now
            proof.is_valid = (
                proof.result == "passed" and proof.starts_at <= now and not ended
            )

    # ---- writing

    @api.model
    def _note(self, vals_list):
        """Write proofs and let the clearances of their users follow."""
        proofs = self._engine().create(vals_list)
        proofs._refresh_clearances()
        return proofs._plain(self.env)

    def _end(self, at, reason):
        """End the proofs at `at`, unless they end before."""
        for proof in self.sudo():
            if not proof.ends_at or proof.ends_at > at:
                proof._engine().write({"ends_at": at, "end_reason": reason})
        self._refresh_clearances()

    def _refresh_clearances(self):
        users = self.sudo().user_id
        self.env["care.clearance"].sudo().search(
            [("user_id", "in", users.ids), ("state", "=", "active")]
        )._refresh()

    def action_end(self):
        """Ask why the proofs end now, and with them what needs them."""
        self._check_officer()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clearance_end_action"
        )
        return action | {"context": {"default_proof_ids": self.ids}}

    def action_print(self):
        """Print the agreement as it was signed."""
        self.check_access("read")
        report = self.env.ref("customer_care.care_clearance_proof_report")
        return report.report_action(self)

    def _check_officer(self):
        if not self.env.su and not self.env.user.has_group(OFFICER):
            raise AccessError(
                self.env._("A security officer takes this step. Ask one of them.")
            )

    # ---- reading

    @api.model
    def _zone(self, company):
        return pytz.timezone(company.sudo().resource_calendar_id.tz or "UTC")

    @api.model
    def _midnight(self, day, company):
        """Return the beginning of a day where the company is, as UTC."""
        zone = self._zone(company)
        start = zone.localize(datetime.combine(day, time()))
        return start.astimezone(pytz.utc).replace(tzinfo=None)

    def _spans(self, requirement):
        """Return when the proofs of one user meet a requirement."""
        rows = []
        for proof in self.filtered(lambda proof: proof.kind == requirement.kind):
            if not proof._fits(requirement):
                continue
            ends = [proof.ends_at] if proof.ends_at else []
            if requirement.validity_months:
                last = proof.date + relativedelta(months=requirement.validity_months)
                ends.append(self._midnight(last, proof.company_id))
            good = proof.result == "passed"
            rows.append((proof.starts_at, min(ends) if ends else None, good))
        return spans.passed(rows)

    def _fits(self, requirement):
        """Tell whether the training is the one that is asked for."""
        wanted = requirement.survey_id
        return (
            requirement.kind != "training"
            or not wanted
            or self.survey_input_id.survey_id == wanted
        )
