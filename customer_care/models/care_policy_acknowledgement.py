from odoo import api, fields, models


class CarePolicyAcknowledgement(models.Model):
    """A user's confirmation to have read one version of a policy.

    Written once, by the button of that user; a new version asks for a new one.
    """

    _name = "care.policy.acknowledgement"
    _description = "Policy acknowledgement"
    _inherit = ["care.engine.mixin"]
    _order = "at desc, id desc"
    _rec_name = "policy_id"

    policy_id = fields.Many2one(
        "care.policy", required=True, index=True, ondelete="restrict"
    )
    code = fields.Char(string="Policy code", required=True)
    version = fields.Integer(required=True)
    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="restrict"
    )
    at = fields.Datetime(string="Confirmed at", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="restrict"
    )

    _once = models.UniqueIndex(
        "(policy_id, user_id)", "You have confirmed this version already."
    )

    @api.model
    def _confirm(self, policies):
        """Keep that the current user confirms `policies`."""
        now = fields.Datetime.now()
        created = self._engine().create(
            [
                {
                    "policy_id": policy.id,
                    "code": policy.code,
                    "version": policy.version,
                    "user_id": self.env.uid,
                    "at": now,
                    "company_id": policy.company_id.id,
                }
                for policy in policies
            ]
        )
        return created._plain(self.env)
