from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.fields import Domain

from ..tools.secrecy_domain import CLEARED

OPERATIONS = [
    ("read", "Read"),
    ("search", "Searched"),
    ("group", "Grouped"),
    ("export", "Exported"),
    ("print", "Printed"),
    ("download", "Downloaded"),
    ("reveal", "Revealed"),
    ("copy", "Copied"),
    ("disclose", "Disclosed"),
    ("emergency", "Emergency access"),
    ("setting", "Changed the logging"),
    ("denied", "Refused"),
]


class CareAccessLog(models.Model):
    """One operation of one call on records: who, when, from where, which, never values.

    The writer inserts by SQL; triggers refuse every other change, whoever asks. Users,
    companies and records are kept as plain numbers and texts, so that the log outlives
    them.
    """

    _name = "care.access.log"
    _description = "Access log"
    _inherit = ["care.engine.mixin", "care.access.writer"]
    _auto = False
    _log_access = False
    _order = "id desc"
    _rec_name = "login"

    at = fields.Datetime("When", readonly=True)
    user_id = fields.Integer("User number", readonly=True, aggregator=None)
    login = fields.Char("Who", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    address = fields.Char("From", readonly=True)
    route = fields.Char(readonly=True)
    session = fields.Char(readonly=True)
    agent = fields.Char("Device", readonly=True)
    request = fields.Char("Call", readonly=True)
    operation = fields.Selection(OPERATIONS, readonly=True)
    model = fields.Char(readonly=True)
    res_ids = fields.Json("Records", readonly=True)
    field_names = fields.Json("Fields", readonly=True)
    count = fields.Integer("Number", readonly=True)
    detail = fields.Json(readonly=True)
    denied = fields.Boolean("Refused", readonly=True)
    aborted = fields.Boolean(
        "Broken off", readonly=True, help="The call ended with an error."
    )
    level = fields.Integer(readonly=True, aggregator=None)

    def init(self):
        self._make_tables()

    def _make_tables(self):
        for name in ("tables", "chain"):
            path = f"customer_care/data/care_access_{name}.sql"
            with tools.file_open(path) as file:
                # pylint: disable=sql-injection
                self.env.cr.execute(file.read())

    # ---- rows follow the level of what they touch

    @api.model
    def _secrecy_domain(self, _mode="read"):
        return Domain.TRUE if self.env.uid == SUPERUSER_ID else CLEARED

    def _secrecy_cleared_domain(self):
        return Domain("level", "<=", self.env["care.sight"]._mine().level)

    def _secrecy_is_cleared(self):
        return self.level <= self.env["care.sight"]._mine().level

    def _known_levels(self):
        # reading the log is reading too
        return {row.id: row.level for row in self.sudo()}
