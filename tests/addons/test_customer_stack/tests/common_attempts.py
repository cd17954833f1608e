"""The table of attempts: what somebody may try to learn of a record that is hidden.

An attempt is a call as a client sends it. With a number (`ID`) it must answer as for a
number that no record ever had; without one it must answer as if the record were not
there. Models are not listed: every one that can be hidden is tried.
"""

import json
import re
import warnings

from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.customer_care.tests.common_unknowable import plain, without

from .common_ours import OURS
from .common_secrecy import Planter

ID = "<the record>"
IDS = [ID]
MARK = "planted"
# errors that a client is told of
TOLD = (UserError, ValueError, KeyError, AttributeError, TypeError, AssertionError)

# Models of other apps whose records are made by their own code, as nothing but a
# row would not be hidden or would break their reading
MADE = (
    "calendar.event",
    "crm.lead",
    "ir.attachment",
    "mail.activity",
    "mail.message",
    "mail.scheduled.message",
    "project.project",
    "project.task",
)
# what is no record of its own for whoever reads it
PART = (
    "hr.employee.public",
    "hr.version",
    "ir.model.data",
    "res.users.settings.volumes",
    "res.users",
)

# (method, arguments, keywords); a method that the model lacks is left out
BY_NUMBER = [
    ("read", [IDS], {}),
    ("read", [IDS, ["display_name"]], {}),
    ("read", [IDS, ["id"]], {"load": ""}),
    ("web_read", [IDS, {"display_name": {}}], {}),
    ("web_read", [IDS, {}], {}),
    ("web_read", [IDS, {"secrecy_level": {}, "care_cleared": {}}], {}),
    ("search", [[["id", "=", ID]]], {}),
    ("search", [[["id", "in", IDS]]], {"context": {"active_test": False}}),
    ("search", [[["id", ">=", ID], ["id", "<=", ID]]], {}),
    ("search", [["!", ["id", "!=", ID]]], {}),
    ("search", [[["id", "child_of", ID]]], {}),
    ("search_count", [[["id", "=", ID]]], {}),
    ("search_read", [[["id", "=", ID]], ["display_name"]], {}),
    ("search_fetch", [[["id", "=", ID]], ["display_name"]], {}),
    ("web_search_read", [[["id", "=", ID]], {"display_name": {}}], {}),
    ("name_search", [], {"name": "", "domain": [["id", "=", ID]]}),
    ("read_group", [[["id", "=", ID]], ["id"], []], {}),
    ("formatted_read_group", [[["id", "=", ID]], [], ["__count", "id:max"]], {}),
    ("web_read_group", [[["id", "=", ID]], ["create_date:year"]], {}),
    ("export_data", [IDS, ["id", ".id", "display_name"]], {}),
    ("load", [[".id"], [[ID]]], {}),
    ("exists", [IDS], {}),
    ("has_access", [IDS, "read"], {}),
    ("has_access", [IDS, "write"], {}),
    ("get_metadata", [IDS], {}),
    ("get_external_id", [IDS], {}),
    ("get_field_translations", [IDS, "name"], {}),
    ("update_field_translations", [IDS, "name", {"en_US": "mine"}], {}),
    ("get_formview_action", [IDS], {}),
    ("get_formview_id", [IDS], {}),
    ("get_access_action", [IDS], {}),
    ("get_base_url", [IDS], {}),
    ("write", [IDS, {}], {}),
    ("write", [IDS, {"active": True}], {}),
    ("write", [IDS, {"secrecy_own": 1}], {}),
    ("web_save", [IDS, {}, {"display_name": {}}], {}),
    ("web_save_multi", [IDS, [{}], {"display_name": {}}], {}),
    ("web_resequence", [IDS, {"display_name": {}}], {}),
    ("onchange", [IDS, {}, [], {"display_name": {}}], {}),
    ("copy", [IDS], {}),
    ("unlink", [IDS], {}),
    ("action_archive", [IDS], {}),
    ("action_unarchive", [IDS], {}),
    ("message_post", [IDS], {"body": "hello"}),
    ("message_subscribe", [IDS, []], {}),
    ("message_unsubscribe", [IDS, []], {}),
    ("message_get_followers", [IDS], {}),
    ("activity_schedule", [IDS], {"summary": "hello"}),
    ("activity_unlink", [IDS, ["mail.mail_activity_data_todo"]], {}),
    ("address_get", [IDS], {}),
    ("open_commercial_entity", [IDS], {}),
]
# without a number: the answer must not change when the record comes into being
BY_SET = [
    ("search", [[]], {"context": {"active_test": False}}),
    ("search", [[]], {"order": "id desc", "limit": 5}),
    ("search_count", [[]], {"context": {"active_test": False}}),
    ("search_read", [[["display_name", "ilike", MARK]], ["display_name"]], {}),
    ("web_search_read", [[], {"display_name": {}}], {"limit": 200}),
    ("name_search", [], {"name": MARK, "limit": 100}),
    ("formatted_read_group", [[], [], ["__count", "id:max", "id:sum"]], {}),
    ("formatted_read_group", [[], ["create_date:day"], ["__count"]], {}),
    ("web_read_group", [[], ["create_date:month"]], {"aggregates": ["id:max"]}),
    ("read_group", [[], ["id:max"], ["create_uid"]], {}),
    ("search", [[["create_date", ">", "2000-01-01"]]], {"order": "id desc"}),
]


def people(env):
    """Return {who: user} of those who try: every right but no clearance."""
    groups = ",".join(f"{addon}.{addon}_group_manager" for addon in OURS)
    more = (
        "base.group_partner_manager,base.group_allow_export,base.group_no_one,"
        "sales_team.group_sale_manager,project.group_project_manager,"
        "customer_care.customer_care_group_security,survey.group_survey_manager"
    )
    return {
        "manager": new_test_user(env, "attempt_manager", f"{groups},{more}"),
        "administrator": new_test_user(env, "attempt_admin", "base.group_system"),
        "employee": new_test_user(env, "attempt_employee", "base.group_user"),
        "portal": new_test_user(env, "attempt_portal", "base.group_portal"),
    }


def hideable_models(env):
    """Return every model whose records can be hidden by a level: ours, and those of
    other apps that people read and that hang on a customer."""
    access = env["ir.model.access"].search([("perm_read", "=", True)])
    read = set(access.model_id.mapped("model"))
    return [
        model
        for name, model in sorted(env.items())
        if model._auto
        and not model._abstract
        and not model._transient
        and name not in PART
        and (
            model._secrecy_has_level()
            or name in MADE
            or (name in read and model._secrecy_partner_fields())
        )
    ]


def views_of_hideable(env):
    """Return the views (models without a table) whose rows hang on a customer."""
    return [
        model
        for _name, model in sorted(env.items())
        if not model._auto and not model._abstract and model._secrecy_hideable()
    ]


def buttons(model):
    """Return an attempt for each button of ours on the model."""
    names = {
        name
        for cls in type(model).mro()
        if getattr(cls, "_module", None) in OURS
        for name in vars(cls)
        if name.startswith("action_") and callable(getattr(model, name))
    }
    return [(name, [IDS], {}) for name in sorted(names)]


def a_part(who, attempts):
    """Return the attempts of somebody: an employee without further rights repeats
    only some of those of the manager."""
    return attempts[::4] if who == "employee" else attempts


def filled(value, id_):
    """Return the arguments of an attempt with the number in its place."""
    if isinstance(value, dict):
        return {key: filled(part, id_) for key, part in value.items()}
    if isinstance(value, list):
        return [filled(part, id_) for part in value]
    return id_ if value == ID else value


def settled(text):
    """Return an answer without what differs from call to call."""
    text = re.sub(r"0x[0-9a-f]{6,}", "<address>", text)
    text = re.sub(r"(__export__\.\w+_)[0-9a-f]{8}\b", r"\1<random>", text)
    return re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?", "<now>", text)


def newborn(text, model, last):
    """Return an answer without the number of a record that the call made."""
    return re.sub(
        rf'"res_id": (\d+), "res_model": "{re.escape(model._name)}"',
        lambda found: found[0] if not 0 < last < int(found[1]) else "<a new record>",
        text,
    )


class AttemptsMixin:
    """Makes the calls and keeps what came of them."""

    def answer(self, user, model, attempt, id_=None):
        """Return what the person gets, and undo what it wrote."""
        method, args, kwargs = filled(list(attempt), id_)
        last = self.last_number(model) if method.startswith("action_") else 0
        hers = self.env(user=user.id, su=False, context={"lang": "en_US"})
        self.env.flush_all()
        self.env.invalidate_all()
        try:
            with (
                self.env.cr.savepoint() as savepoint,
                mute_logger("odoo.sql_db", "odoo.models", "odoo.addons.mail"),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("ignore", DeprecationWarning)
                try:
                    value = call_kw(hers[model._name], method, args, kwargs)
                    self.env.flush_all()
                    found = ("gives", plain(value))
                finally:
                    savepoint.close(rollback=True)
        except TOLD as error:
            found = (type(error).__name__, str(error))
        except Exception as error:  # a client is told of any
            found = (type(error).__name__, str(error))
        self.env.invalidate_all()
        self.env["care.sight"]._forget()
        text = newborn(settled(found[1]), model, last)
        return found[0], text if id_ is None else without(text, id_)

    def last_number(self, model):
        """Return the highest number a record of the model ever had."""
        self.env.cr.execute(f"SELECT last_value FROM {model._table}_id_seq")
        return self.env.cr.fetchone()[0]

    @classmethod
    def planted(cls, planter, model):
        """Return the id of a hidden row of the model, a number like no other."""
        # thousands of its own: no number means one thing here and another there
        first = 7000000 + 1000 * planter.place(model._name)
        cls.env.flush_all()
        cls.env.cr.execute(
            f"SELECT setval('{model._table}_id_seq', {first}) "
            f"FROM {model._table}_id_seq WHERE last_value < {first}"
        )
        cls.planter.plain.clear()
        if model._name not in MADE:
            if "secrecy_own" in model._fields or getattr(model, "_secrecy_stands", ""):
                return planter.plant(model, "", 2)
            if not model._secrecy_has_level():
                links = model._secrecy_partner_fields()
                more = {name: planter.row("res.partner", 2) for name in links[1:]}
                return planter.plant(model, links[0], 2, **more)
            if links := planter.links(model):
                return planter.plant(model, links[0], 2)
            return cls._related(model, planter.plant(model, "", 2))
        return cls._made(model, planter.row("res.partner", 2))

    @classmethod
    def _made(cls, model, customer):
        """Return the id of a record of a customer, made by the code of its app."""
        maker = {
            "calendar.event": {
                "name": MARK,
                "start": "2026-03-26 08:00:00",
                "stop": "2026-03-26 09:00:00",
                "partner_ids": [(4, customer)],
            },
            "ir.attachment": {
                "name": MARK,
                "res_model": "res.partner",
                "res_id": customer,
                "raw": b"planted",
            },
            "mail.activity": {
                "summary": MARK,
                "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": customer,
                "user_id": cls.who["manager"].id,
            },
            "mail.message": {
                "body": MARK,
                "model": "res.partner",
                "res_id": customer,
                "author_id": customer,
            },
            "mail.scheduled.message": {
                "body": MARK,
                "model": "res.partner",
                "res_id": customer,
                "author_id": cls.env.user.partner_id.id,
                "scheduled_date": "2030-01-01 08:00:00",
            },
        }.get(model._name, {"name": MARK, "partner_id": customer})
        silent = {"no_mail_to_attendees": True, "mail_activity_quick_update": True}
        return model.with_context(**silent).create(maker).id

    @classmethod
    def _related(cls, model, id_):
        """Let a row that takes its level from a list of records have a secret one."""
        field = model._fields[model._secrecy_relations[0]]
        cls.env.cr.execute(
            f"INSERT INTO {field.relation} ({field.column1}, {field.column2}) "
            "VALUES (%s, %s)",
            [id_, cls.planter.row(field.comodel_name, 2)],
        )
        model.invalidate_model(flush=False)
        return id_

    def forget(self):
        """Forget what was planted for one model and is undone."""
        self.planter.plain.clear()
        self.env.invalidate_all()

    @classmethod
    def make_people(cls):
        cls.who = people(cls.env)
        cls.planter = Planter(cls.env)


def has(model, attempt):
    """Return whether the model has the method of an attempt."""
    return callable(getattr(model, attempt[0], None))


def shown(differences, limit=400):
    """Return the attempts that told something, readable."""
    found = sorted({(attempt[0], who) for _m, attempt, who, _t, _g in differences})
    lines = [
        f"{model} {json.dumps(attempt, default=str)[:120]} as {who}:\n"
        f"      there: {there!r:.240}\n    missing: {missing!r:.240}"
        for model, attempt, who, there, missing in differences[:limit]
    ]
    return "\n".join([f"{len(differences)} attempts tell something: {found}", *lines])
