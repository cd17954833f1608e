"""A request under way and people who would like to have it their way."""

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from .common_approval import ApprovalCase

TABLES = (
    "care_approval",
    "care_approval_line",
    "care_approval_decision",
    "care_approval_line_user_rel",
    "care_approval_current_user_rel",
    "care_approval_before_rel",
)
CONTEXTS = (
    {},
    {"care_engine": True},
    {"care_engine": "object"},
    {"care_engine": {}, "su": True, "install_mode": True, "tracking_disable": True},
    {"default_state": "approved", "default_decision": "approve", "uid": 1},
)


class ForgingCase(ApprovalCase):
    """An approval with one of two decisions, and its rows as they were."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls._user("clerk", "base.group_user", name="Plain Clerk")
        cls.portal = new_test_user(cls.env, "appr_portal", "base.group_portal")
        cls.admin = cls._user(
            "settings",
            "base.group_system,customer_care.customer_care_group_manager",
            name="Settings Admin",
        )
        cls._rule("accept", ("finance", {}), ("general_manager", {}))

    def setUp(self):
        super().setUp()
        self.approval = self._ask("accept")
        self.approval.with_user(self.fang).action_approve()
        self.host = self.env["test.approval.host"].browse(self.approval.res_id)
        self.env.flush_all()
        self.before = self._rows()

    def _rows(self):
        """Return every row of the engine's tables, as the database has it."""
        self.env.flush_all()
        rows = {}
        for table in TABLES:
            self.env.cr.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
            rows[table] = self.env.cr.fetchall()
        return rows

    def _try(self, user, model, method, args, context):
        try:
            with self.cr.savepoint(), mute_logger("odoo.sql_db"):
                call_kw(
                    self.env[model].with_user(user),
                    method,
                    args,
                    {"context": context},
                )
                self.env.flush_all()
        except (UserError, AttributeError, ValueError, TypeError, AssertionError) as no:
            return no
        return None
