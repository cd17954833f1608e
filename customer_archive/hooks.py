from odoo.addons.customer_care.hooks import prepare_uninstall


def post_init_hook(env):
    """Give every company its own run of file numbers."""
    env["res.company"].search([])._ensure_archive_sequence()


def uninstall_hook(env):
    """Sequences made per company have no XML id, so Odoo would leave them behind; and
    a database sequence stays when its range goes by cascade."""
    sequences = env["ir.sequence"].search([("code", "=like", "archive.file%")])
    sequences.date_range_ids.unlink()
    sequences.unlink()
    prepare_uninstall(env, "customer_archive")
