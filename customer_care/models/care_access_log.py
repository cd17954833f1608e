from collections import defaultdict

from odoo import SUPERUSER_ID, api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.secrecy_domain import CLEARED

_NAMED = 5  # records whose names are shown in one row

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
    ("create", "Create"),
    ("write", "Edit"),
    ("unlink", "Delete"),
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
    _inherit = ["care.model.title.mixin", "care.engine.mixin", "care.access.writer"]
    _title_field = "model"
    _auto = False
    _log_access = False
    _order = "id desc"
    _rec_name = "login"

    at = fields.Datetime("When", readonly=True)
    user_id = fields.Integer("User number", readonly=True, aggregator=None)
    login = fields.Char(readonly=True)
    person_id = fields.Many2one(
        "res.users",
        "Who",
        compute="_compute_person_id",
        search="_search_person_id",
        help="Empty once the user is deleted; the login stays.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    address = fields.Char(readonly=True)
    route = fields.Char(readonly=True)
    session = fields.Char(readonly=True)
    agent = fields.Char("Device", readonly=True)
    request = fields.Char("Call number", readonly=True)
    operation = fields.Selection(OPERATIONS, readonly=True)
    model = fields.Char(readonly=True)
    res_ids = fields.Json("Records", readonly=True)
    field_names = fields.Json("Fields", readonly=True)
    count = fields.Integer("Number of records", readonly=True)
    detail = fields.Json(readonly=True)
    denied = fields.Boolean("Refused", readonly=True)
    aborted = fields.Boolean(
        "Broken off", readonly=True, help="The call ended with an error."
    )
    level = fields.Integer(readonly=True, aggregator=None)

    record_id = fields.Integer(
        "Record number",
        compute="_compute_record_id",
        search="_search_record_id",
        aggregator=None,
        help="Finds the rows that name this record; with it goes the model.",
    )
    record_name = fields.Char("What", compute="_compute_record_name")
    id_text = fields.Char("Record numbers", compute="_compute_texts")
    field_text = fields.Char("Fields read", compute="_compute_texts")
    detail_text = fields.Char("Details", compute="_compute_texts")
    sealed = fields.Boolean(compute="_compute_sealed")
    place = fields.Char("Seal", compute="_compute_sealed")

    @api.depends("user_id")
    def _compute_person_id(self):
        people = self.env["res.users"].browse(set(self.mapped("user_id"))).exists()
        known = set(people.ids)
        for row in self:
            row.person_id = row.user_id if row.user_id in known else False

    def _search_person_id(self, operator, value):
        people = self.env["res.users"].with_context(active_test=False)
        if operator == "any":
            return Domain("user_id", "in", people._search(value))
        if operator != "in":
            return NotImplemented
        domain = Domain("user_id", "in", [id_ for id_ in value if id_])
        if False in value:
            domain |= Domain("user_id", "not in", people.sudo()._search([]))
        return domain

    def _field_to_sql(self, alias, field_expr, query=None):
        """Rows of people who are still there are grouped by the person."""
        if field_expr != "person_id" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        person = query.make_alias(alias, "person")
        user = SQL(
            "%s = %s", SQL.identifier(person, "id"), SQL.identifier(alias, "user_id")
        )
        query.add_join("LEFT JOIN", person, "res_users", user)
        return SQL.identifier(person, "id")

    @api.depends("res_ids")
    def _compute_record_id(self):
        for row in self:
            row.record_id = row.res_ids[0] if row.res_ids else 0

    def _search_record_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = [int(id_) for id_ in value if id_]

        def to_sql(_model, alias, _query):
            return SQL("%s && %s::int[]", SQL.identifier(alias, "res_ids"), ids)

        return Domain.custom(
            to_sql=to_sql, predicate=lambda row: bool(set(row.res_ids) & set(ids))
        )

    @api.depends("model", "res_ids")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        """Name the records as who looks may see them now."""
        wanted = defaultdict(set)
        for row in self:
            wanted[row.model].update(row.res_ids[:_NAMED])
        names = {model: self._names_of(model, ids) for model, ids in wanted.items()}
        titles = {model: self._title_of(model) for model in wanted}
        for row in self:
            known = names[row.model]
            shown = [known[id_] for id_ in row.res_ids[:_NAMED] if id_ in known]
            more = len(row.res_ids) - len(shown)
            if more and shown:
                shown.append(self.env._("%(number)s more", number=more))
            elif more:
                shown = [self.env._("%(number)s records", number=more)]
            title = titles[row.model]
            row.record_name = f"{title}: {', '.join(shown)}" if shown else title

    def _names_of(self, model, ids):
        """Return {id: name} of those records that exist and that env.uid may read."""
        host = self.env.get(model)
        if host is None or host._abstract or model == self._name:
            return {}
        shown = host.browse(ids).exists()._filtered_access("read")
        return {record.id: record.display_name or "" for record in shown}

    def _title_of(self, model):
        return self.env["ir.model"]._get(model).name or model

    @api.depends("res_ids", "field_names", "detail")
    def _compute_texts(self):
        for row in self:
            row.id_text = ", ".join(map(str, row.res_ids or ()))
            row.field_text = ", ".join(row.field_names or ())
            detail = row.detail or {}
            row.detail_text = "; ".join(
                f"{key}: {', '.join(map(str, value))}"
                if isinstance(value, list)
                else f"{key}: {value}"
                for key, value in detail.items()
            )

    def _compute_sealed(self):
        rows = self.env.execute_query(
            SQL(
                "SELECT log_id, shard, seq FROM care_access_seal"
                " WHERE log_id = ANY(%s)",
                self.ids,
            )
        )
        places = {log_id: (shard, seq) for log_id, shard, seq in rows}
        for row in self:
            shard, seq = places.get(row.id, (None, None))
            row.sealed = seq is not None
            row.place = seq and self.env._(
                "Chain %(chain)s, place %(place)s", chain=shard, place=seq
            )

    # ---- who has read it

    @api.model
    def _readers(self, records):
        """Return [{user_id, login, number, last}] of who read these records, the
        latest first, as far as env.uid may see it."""
        groups = self._read_group(
            self._readers_domain(records),
            ["user_id", "login"],
            ["__count", "at:max"],
            order="at:max desc",
        )
        return [
            {"user_id": user, "login": login, "number": number, "last": last}
            for user, login, number, last in groups
        ]

    @api.model
    def _readers_domain(self, records):
        return Domain("model", "=", records._name) & Domain(
            "record_id", "in", records.ids
        )

    @api.model
    def _open_readers(self, records):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_access_log_action"
        )
        action["domain"] = [
            ("model", "=", records._name),
            ("record_id", "in", records.ids),
        ]
        action["context"] = {"search_default_group_person": 1}
        action["name"] = action["display_name"] = self.env._("Who has read this")
        return action

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

    @api.model
    def _secrecy_up_to(self, level):
        return Domain("level", "<=", level)

    def _secrecy_moving_fields(self):
        return ()  # rows never change

    def _secrecy_cleared_domain(self):
        return Domain("level", "<=", self.env["care.sight"]._mine().level)

    def _secrecy_is_cleared(self):
        return self.level <= self.env["care.sight"]._mine().level

    def _known_levels(self):
        # reading the log is reading too
        return {row.id: row.level for row in self.sudo()}

    def _highest_level(self, domain):
        return 0  # grouping the log is noted, whatever is in it
