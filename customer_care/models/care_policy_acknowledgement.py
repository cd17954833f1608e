from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CarePolicyAcknowledgement(models.Model):
    """What one user owes one version of a policy: to confirm having read it.

    Asked for by the system when the version comes into force and daily for new users,
    confirmed once by the button of that user; a new version asks for a new one.
    """

    _name = "care.policy.acknowledgement"
    _description = "Policy acknowledgement"
    _inherit = [
        "care.engine.mixin",
        "care.obligation.mixin",
        "care.compliance.mixin",
        "mail.activity.mixin",
    ]
    _order = "at desc, due_at, id desc"
    _rec_name = "policy_id"
    _compliance_source = "acknowledgement"

    policy_id = fields.Many2one(
        "care.policy", required=True, index=True, ondelete="restrict"
    )
    code = fields.Char(string="Policy code", required=True)
    version = fields.Integer(required=True)
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="restrict"
    )
    department_id = fields.Many2one("hr.department", ondelete="set null")
    state = fields.Selection(
        [
            ("waiting", "To confirm"),
            ("confirmed", "Confirmed"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="confirmed",
        index=True,
    )
    due_at = fields.Datetime(string="Confirm until")
    at = fields.Datetime(string="Confirmed at")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )

    _once = models.UniqueIndex(
        "(policy_id, user_id)", "You have confirmed this version already."
    )
    _confirmed_at = models.Constraint(
        "CHECK (state != 'confirmed' OR at IS NOT NULL)",
        "What is confirmed says when.",
    )

    # ------------------------------------------------------------------ asking

    @api.model
    def _cron_ask(self):
        """Ask new users, and nobody who has left; for every policy in force."""
        self.env["care.policy"].search([("state", "=", "active")])._ask_readers()
        # versions that are no longer in force wait for nobody
        self.search(
            Domain("state", "=", "waiting")
            & (
                Domain("policy_id.state", "!=", "active")
                | Domain("policy_id.acknowledgement_wanted", "=", False)
            )
        )._call_off()

    @api.model
    def _ask(self, policy, users):
        """Have the readers of a policy confirm it; others need not any more."""
        rows = self.sudo().search([("policy_id", "=", policy.id)])
        waiting = rows.filtered(lambda row: row.state == "waiting")
        waiting.filtered(lambda row: row.user_id not in users)._call_off()
        due_at = fields.Datetime.add(
            fields.Datetime.now(), days=policy.acknowledgement_days
        )
        again = rows.filtered(
            lambda row: row.state == "cancelled" and row.user_id in users
        )
        again._engine().write({"state": "waiting", "due_at": due_at})
        self._engine().create(
            [
                self._prepare_vals(policy, user)
                | {"state": "waiting", "due_at": due_at}
                for user in users - rows.user_id
            ]
        )

    def _call_off(self):
        self._engine().write({"state": "cancelled"})

    @api.model
    def _prepare_vals(self, policy, user):
        employee = user.sudo().with_company(policy.company_id).employee_id
        return {
            "policy_id": policy.id,
            "code": policy.code,
            "version": policy.version,
            "user_id": user.id,
            "department_id": employee.department_id.id,
            "company_id": policy.company_id.id,
        }

    @api.model
    def _confirm(self, policies):
        """Keep that the current user confirms `policies`."""
        done = {"state": "confirmed", "at": fields.Datetime.now()}
        asked = self.sudo().search(
            [("policy_id", "in", policies.ids), ("user_id", "=", self.env.uid)]
        )
        asked._engine().write(done)
        created = self._engine().create(
            [
                self._prepare_vals(policy, self.env.user) | done
                for policy in policies - asked.policy_id.with_env(self.env)
            ]
        )
        return (asked + created)._plain(self.env)

    # ------------------------------------------------------------------- doing

    def action_open_policy(self):
        """Open the policy, where it is read and confirmed."""
        self.ensure_one()
        return self.policy_id._open_form()

    # -------------------------------------------------------------- compliance

    def _compliance_label(self):
        return self.env._("Acknowledgements")

    def _compliance_select(self):
        """Each clause of guidance is kept by who confirmed the policy in time."""
        self.flush_model()
        self.env["care.policy.clause"].flush_model()
        return SQL(
            """
            SELECT MIN(a.id)::bigint * 256 + g.number AS id, g.id AS clause_id,
                   a.company_id, a.department_id,
                   date_trunc('month', COALESCE(a.due_at, a.at))::date AS month,
                   COUNT(*) FILTER (WHERE a.at <= COALESCE(a.due_at, a.at)) AS met,
                   COUNT(*) FILTER (WHERE COALESCE(a.at, %(now)s) > a.due_at)
                       AS missed,
                   0::bigint AS waived,
                   COUNT(*) FILTER (WHERE a.at IS NULL AND a.due_at >= %(now)s) AS open
              FROM care_policy_acknowledgement a
              JOIN (SELECT id, policy_id,
                           row_number() OVER (PARTITION BY policy_id ORDER BY id) - 1
                               AS number
                      FROM care_policy_clause WHERE kind = 'guide') g
                ON g.policy_id = a.policy_id
             WHERE a.state != 'cancelled'
             GROUP BY g.id, g.number, a.company_id, a.department_id,
                      date_trunc('month', COALESCE(a.due_at, a.at))
            """,
            now=fields.Datetime.now(),
        )

    def _compliance_action(self):
        domain = [("state", "!=", "cancelled")]
        return "customer_care.care_policy_acknowledgement_action", "due_at", domain
