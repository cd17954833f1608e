from odoo.addons.customer_care.hooks import forget_foreign_ids


def post_init_hook(env):
    """Give every company its own run of file numbers."""
    env["res.company"].search([])._ensure_archive_sequence()


def uninstall_hook(env):
    """Sequences made per company have no XML id, so Odoo would leave them behind."""
    env["ir.sequence"].search([("code", "=", "archive.file")]).unlink()
    forget_foreign_ids(env, "customer_archive")
