import logging
import time

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

STATES = [("whole", "Whole"), ("broken", "Does not hold")]


class CareAccessCheck(models.Model):
    """One verification of the access log, by the job or an auditor, and its result."""

    _name = "care.access.check"
    _description = "Verification of the access log"
    _inherit = ["care.engine.mixin", "care.access.audit"]
    _order = "id desc"
    _rec_name = "at"

    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="set null")
    state = fields.Selection(STATES, "Result", required=True, readonly=True)
    rows = fields.Integer(readonly=True, help="Rows walked.")
    seconds = fields.Float(readonly=True, digits=(16, 2))
    waiting = fields.Integer(
        "Unsealed", readonly=True, help="Rows the sealing job has not come to."
    )
    with_file = fields.Boolean(
        "With a file", readonly=True, help="A published file was given."
    )
    first_log_id = fields.Integer("First row at fault", readonly=True, aggregator=None)
    finding = fields.Text("What was found", readonly=True)

    @api.model
    def _cron_verify(self):
        """Walk all chains; who audits is told when something does not hold."""
        check = self._verify()
        if check.state == "broken":
            check._tell_auditors()

    @api.model
    def _verify(self, heads=()):
        """Walk all chains, compare with all heads, and keep the result."""
        start = time.monotonic()
        audit = self.env["care.access.audit"]
        faults = audit._faults(heads)
        rows = sum(seq for __, seq in audit._ends())
        check = self._engine().create(
            {
                "at": fields.Datetime.now(),
                "user_id": self.env.uid,
                "state": "broken" if faults else "whole",
                "rows": rows,
                "seconds": time.monotonic() - start,
                "waiting": self.env["care.access.seal"]._count_waiting(),
                "with_file": bool(heads),
                "first_log_id": next((log for *__, log in faults if log), 0),
                "finding": "\n".join(self._describe(*fault) for fault in faults),
            }
        )
        if faults:
            _logger.error("The access log does not hold: %s", faults)
        return check._plain(self.env)

    @api.model
    def _describe(self, kind, shard, seq, log_id):
        """Return one sentence on a fault."""
        values = {"chain": shard, "place": seq, "row": log_id}
        texts = {
            "trigger": self.env._("The triggers that keep the log are off or missing."),
            "gap": self.env._("Chain %(chain)s has a gap before %(place)s.", **values),
            "removed": self.env._("Row %(row)s was removed from the log.", **values),
            "changed": self.env._(
                "Row %(row)s, chain %(chain)s place %(place)s, is not what was sealed.",
                **values,
            ),
            "backdated": self.env._(
                "Row %(row)s stands after later ones: it was put in.", **values
            ),
            "unsealed": self.env._(
                "Row %(row)s has no seal: it was put in past the log.", **values
            ),
            "late": self.env._("Row %(row)s waits for its seal too long.", **values),
            "head_cut": self.env._(
                "Chain %(chain)s ends before %(place)s, which was published.", **values
            ),
            "head_differs": self.env._(
                "Chain %(chain)s differs at %(place)s from what was published.",
                **values,
            ),
            "head_unsigned": self.env._(
                "The published head of chain %(chain)s at %(place)s has a false "
                "signature.",
                **values,
            ),
            "file_cut": self.env._(
                "Chain %(chain)s ends before %(place)s of the file.", **values
            ),
            "file_differs": self.env._(
                "Chain %(chain)s differs at %(place)s from the file.", **values
            ),
            "file_unsigned": self.env._(
                "The file has a false signature for chain %(chain)s at %(place)s.",
                **values,
            ),
        }
        return texts[kind]

    def _tell_auditors(self):
        """Mail those who audit: the log cannot be trusted before the first fault."""
        group = self.env.ref("customer_care.customer_care_group_auditor")
        partners = group.sudo().all_user_ids.filtered("active").partner_id
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._("The access log does not hold"),
                "recipient_ids": [fields.Command.set(partners.ids)],
                "body_html": self.env._(
                    "A verification found faults. Open Confidentiality, Verification, "
                    "and keep the database as it is."
                ),
            }
        )

    def action_verify(self):
        """Ask for a published file to compare with, or verify without one."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.access.verify",
            "view_mode": "form",
            "target": "new",
            "name": self.env._("Verify the access log"),
        }

    @api.autovacuum
    def _gc_old_checks(self):
        """Keep the whole ones for a year; broken ones stay."""
        self.env.execute_query(
            SQL(
                """DELETE FROM care_access_check WHERE state = 'whole'
                      AND at < now() AT TIME ZONE 'UTC' - interval '1 year'"""
            )
        )
