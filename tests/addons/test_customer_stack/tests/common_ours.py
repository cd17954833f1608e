"""What is ours: add-ons, models, menus, and users who have one add-on's group."""

from odoo.tests import new_test_user

OURS = ("complaint_handling", "customer_archive", "customer_care", "visit_planning")


def our_models(env):
    """Return an empty recordset of each model of ours that is not abstract."""
    return [
        model
        for model in env.values()
        if model._original_module in OURS and not model._abstract
    ]


def our_users(env):
    """Return {login: user}: one user and one manager of each add-on."""
    users = {}
    for addon in OURS:
        for role in ("user", "manager"):
            login = f"{addon}_{role}"
            users[login] = new_test_user(
                env, login, groups=f"{addon}.{addon}_group_{role}"
            )
    return users


def our_menus(env, user):
    """Return the menus of our app that `user` sees, with all those above them."""
    root = env.ref("customer_care.customer_care_root_menu")
    menus = env["ir.ui.menu"].with_user(user)
    menus = menus.search([("id", "child_of", root.id)])._filter_visible_menus()
    above = {menu: menu.sudo().parent_path.strip("/").split("/") for menu in menus}
    seen = set(menus.ids)
    return menus.filtered(lambda menu: seen.issuperset(map(int, above[menu])))
