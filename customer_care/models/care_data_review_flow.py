from odoo import api, fields, models
from odoo.exceptions import UserError

from .care_data_review_fields import STANDARD


class CareDataReviewFlow(models.AbstractModel):
    """How a review goes on from the answer: right data are verified at once, changes
    wait until somebody accepts or refuses them."""

    _name = "care.data.review.flow"
    _description = "Course of a review of data"

    def _stamp(self):
        """Return when and by whom a review is closed; by nobody where the customer's
        own answer closes it."""
        user = self.env.user
        return {
            "decided_at": fields.Datetime.now(),
            "decided_by_id": user.id if user._is_internal() else False,
        }

    def _record_answer(self, answers, source, said_by, vals=None):
        """Take down what the customer says.

        :param answers: {field name: new words, or None where what we have is right};
            data that are not named were not asked about
        """
        self.ensure_one()
        self._check_waiting()
        lines = self.sudo().line_ids._engine()
        for line in lines:
            if line.name not in answers:
                continue
            said = answers[line.name]
            changed = said is not None and said.strip() != (line.old_value or "")
            line.write(
                {
                    "answer": "changed" if changed else "right",
                    "new_value": said.strip() if changed else False,
                    "decision": False,
                }
            )
        self._put(
            {
                "state": "answered",
                "source": source,
                "answered_at": fields.Datetime.now(),
                "answered_by": said_by,
                "token_hash": False,
            }
            | (vals or {})
        )
        self._finish()

    def _finish(self):
        """Close the review once nothing waits for a decision."""
        for review in self:
            if review.state == "answered" and not review.waiting_count:
                review._put({"state": "done", **review._stamp()})
                review._verify_partner()

    def _verify_partner(self):
        """The customer's data count as verified from now on, unless only a change was
        reported."""
        review = self.sudo()
        if review.kind != "periodic" or not review.line_ids.filtered("answer"):
            return
        rule = review.rule_id
        review.partner_id._care_verified(
            review.reported_by_id or review.user_id,
            rule.months if rule else 12,
        )

    # ---- a change that somebody learnt of

    @api.model
    def _names_to_report(self):
        """Return the fields whose change is reported: all that any review looks at."""
        names = dict.fromkeys(STANDARD.split(", "))
        for rule in self.env["care.data.review.rule"].search([("active", "=", True)]):
            names.update(dict.fromkeys(rule._names()))
        return list(names)

    def _open_change(self, partner, names, known_on):
        """Open the report of a change of these data."""
        known = [name for name in self._names_to_report() if name in names]
        return self._open(
            partner,
            None,
            names=known,
            kind="change",
            known_on=known_on,
            reported_by_id=self.env.uid,
        )

    # ---- deciding

    def action_accept_all(self):
        """Take over all changes that wait."""
        for review in self:
            review.line_ids._waiting().action_accept()
        return True

    def action_refuse_all(self):
        """Leave our data as they are."""
        for review in self:
            review.line_ids._waiting().action_refuse()
        return True

    @api.model
    def _check_to_decide(self, lines):
        for line in lines:
            if line.review_id.state != "answered" or line.answer != "changed":
                raise UserError(
                    self.env._(
                        "“%(field)s” of %(partner)s waits for no decision. Reload the "
                        "page.",
                        field=line.label,
                        partner=line.review_id.partner_id.display_name,
                    )
                )
