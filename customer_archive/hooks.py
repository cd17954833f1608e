from odoo.addons.customer_care.hooks import forget_foreign_ids


def post_init_hook(env):
    """Give every company its own run of file numbers."""
    env["res.company"].search([])._ensure_archive_sequence()


def uninstall_hook(env):
    """Files go first, because they hold on to their types and places. Sequences made
    per company have no XML id, so Odoo would leave them behind."""
    env.cr.execute("DELETE FROM archive_file")
    sequences = env["ir.sequence"].search([("code", "=", "archive.file")])
    # a database sequence stays when its range goes by cascade
    sequences.date_range_ids.unlink()
    sequences.unlink()
    forget_foreign_ids(env, "customer_archive")
