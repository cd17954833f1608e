from odoo.addons.customer_care.hooks import prepare_uninstall


def uninstall_hook(env):
    """Sequences made per company have no XML id, so Odoo would leave them behind."""
    env["ir.sequence"].search([("code", "=like", "complaint.case%")]).unlink()
    prepare_uninstall(env, "complaint_handling")
