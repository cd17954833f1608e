from odoo.addons.customer_care.hooks import prepare_uninstall


def uninstall_hook(env):
    prepare_uninstall(env, "visit_planning")
