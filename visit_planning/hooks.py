from odoo.addons.customer_care.hooks import forget_foreign_ids


def uninstall_hook(env):
    """Visits go first, because they hold on to their purposes."""
    env.cr.execute("DELETE FROM visit_visit")
    forget_foreign_ids(env, "visit_planning")
