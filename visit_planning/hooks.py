from odoo.addons.customer_care.hooks import forget_foreign_ids


def uninstall_hook(env):
    forget_foreign_ids(env, "visit_planning")
