from lxml import etree

from odoo.tests import TransactionCase, tagged
from odoo.tools.safe_eval import datetime, dateutil, safe_eval

from .common_ours import OURS, our_menus, our_users

_ROWS = ("list", "kanban", "calendar", "activity", "hierarchy")
_FIGURES = ("pivot", "graph")


@tagged("post_install", "-at_install")
class TestAllMenus(TransactionCase):
    """Whoever sees a menu can open it: every view, filter and grouping of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = our_users(cls.env)

    def test_every_menu_opens_for_user_and_manager(self):
        opened = set()
        for login, user in self.users.items():
            for menu in our_menus(self.env, user):
                action = menu.sudo().action
                if not action or (login[-4:], action) in opened:
                    continue
                opened.add((login[-4:], action))
                with self.subTest(login=login, menu=menu.complete_name):
                    self._open(action, user)
        self.assertGreater(len(opened), 20)

    def test_a_menu_without_action_has_something_below(self):
        for login, user in self.users.items():
            menus = our_menus(self.env, user)
            for menu in menus.filtered(lambda menu: not menu.action):
                with self.subTest(login=login, menu=menu.complete_name):
                    below = menus.search([("parent_id", "=", menu.id)])
                    self.assertTrue(below._filter_visible_menus())

    def test_every_list_says_what_to_do_when_it_is_empty(self):
        manager = self.env.ref("base.user_admin")
        for menu in our_menus(self.env, manager):
            action = menu.action
            if action and action._name == "ir.actions.act_window":
                if action.view_mode == "form":
                    continue  # one form that is never empty: the settings
                module = (action.get_external_id()[action.id] or "contacts").split(".")
                with self.subTest(menu=menu.complete_name, module=module[0]):
                    self.assertTrue(action.target == "new" or action.help)

    def _open(self, action, user):
        if action._name != "ir.actions.act_window":
            self.assertTrue(action.with_user(user).run() or True)
            return
        model = self.env[action.res_model].with_user(user)
        context = {"uid": user.id, "active_id": False, "active_ids": []}
        context = safe_eval(action.context or "{}", context)
        model = model.with_context(**context)
        domain = self._evaluate(action.domain or "[]", user)
        views = [tuple(view) for view in action.views] + [(False, "search")]
        if action.search_view_id:
            views[-1] = (action.search_view_id.id, "search")
        views = model.get_views(views, {"action_id": action.id})["views"]
        for kind, view in views.items():
            with self.subTest(view=kind):
                self._show(model, kind, etree.fromstring(view["arch"]), domain, user)

    def _show(self, model, kind, arch, domain, user):
        spec = self._get_spec(arch)
        if kind in _ROWS:
            model.web_search_read(domain, spec, limit=80)
        elif kind in _FIGURES:
            self._count(model, arch, domain)
        elif kind == "search" and model._original_module in OURS:
            self._search(model, arch, domain, user)
        elif kind == "form" and self._may_create(model, arch):
            model.onchange({}, [], spec)

    def _may_create(self, model, arch):
        return model.has_access("create") and arch.get("create") not in ("0", "false")

    def _get_spec(self, arch):
        """Return {field: {}} of a view, without the fields of its sub-views."""
        return {
            node.get("name"): {}
            for node in arch.iter("field")
            if not any(parent.tag == "field" for parent in node.iterancestors())
        }

    def _count(self, model, arch, domain):
        groups, sums = [], ["__count"]
        for node in arch.iter("field"):
            field = model._fields[node.get("name")]
            if node.get("type") == "measure":
                sums.append(f"{field.name}:{field.aggregator or 'sum'}")
            elif field.type in ("date", "datetime"):
                groups.append(f"{field.name}:{node.get('interval') or 'month'}")
            else:
                groups.append(field.name)
        model.formatted_read_group(domain, groups, sums)

    def _search(self, model, arch, domain, user):
        for node in arch.iter("filter"):
            with self.subTest(filter=node.get("name")):
                if node.get("domain"):
                    model.search_count(
                        domain + self._evaluate(node.get("domain"), user)
                    )
                context = safe_eval(node.get("context") or "{}", {"uid": user.id})
                group = context.get("group_by")
                if group:
                    name = group.partition(":")[0]
                    if (
                        model._fields[name].type in ("date", "datetime")
                        and ":" not in group
                    ):
                        group += ":month"
                    model.formatted_read_group(domain, [group], ["__count"])
        for node in arch.iter("field"):
            with self.subTest(field=node.get("name")):
                self._type_in(model, node, user)

    def _type_in(self, model, node, user):
        """Search for a word in a field of the search box."""
        name = node.get("name")
        wanted = node.get("filter_domain")
        if wanted:
            model.search(self._evaluate(wanted, user, {"self": "w", "raw_value": "w"}))
            return
        field = model._fields[name]
        operator = node.get("operator") or "ilike"
        if operator == "child_of" or field.type in ("integer", "float", "boolean"):
            model.search(
                [(name, operator if operator == "child_of" else "=", 1)], limit=1
            )
        elif field.type == "selection":
            model.search([(name, "=", field.get_values(self.env)[0])], limit=1)
        elif field.type not in ("date", "datetime"):
            model.search([(name, operator, "w")], limit=1)

    def _evaluate(self, domain, user, extra=None):
        values = {
            "uid": user.id,
            "allowed_company_ids": user.company_ids.ids,
            "context_today": datetime.date.today,
            "datetime": datetime,
            "relativedelta": dateutil.relativedelta.relativedelta,
            "context": {},
        }
        return safe_eval(domain, {**values, **(extra or {})})
