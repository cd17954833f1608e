from odoo.tools import SQL


def prepare_uninstall(env, addon):
    """Make way for Odoo's uninstallation of `addon`, and leave nothing behind.

    Called by the uninstall hook of each of our add-ons, before Odoo deletes its data.
    """
    names = [name for name, model in env.items() if model._original_module == addon]
    _release_actions(env, names)
    _release_tables(env, names)
    _release_levels(env, addon, names)
    _forget_parts(env, addon, names)


def _release_actions(env, names):
    """Duties let go of the actions that work on models about to go."""
    duties = env["care.duty"].with_context(active_test=False)
    duties.search([("action_id.model_id.model", "in", names)]).action_id = False


def _release_tables(env, names):
    """Drop the foreign keys by which our records hold on to others.

    Odoo deletes the records of data files one by one before it drops the tables. A
    visit would keep its purpose, and the log would fill with errors.
    """
    tables = [env[name]._table for name in names if not env[name]._abstract]
    held = SQL(
        """SELECT conrelid::regclass::text, conname FROM pg_constraint
            WHERE contype = 'f' AND confdeltype IN ('a', 'r')
              AND conrelid IN (SELECT oid FROM pg_class
                    WHERE relname = ANY(%s) AND relkind = 'r'
                      AND relnamespace = current_schema::regnamespace)""",
        tables,
    )
    for table, key in env.execute_query(held):
        env.execute_query(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(key),
            )
        )


def _release_levels(env, addon, names):
    """Drop the triggers by which the database reckons levels of secrecy."""
    everywhere = addon == "customer_care"
    tables = [env[name]._table for name in names]
    env["care.secrecy"]._drop_triggers(None if everywhere else tables)


def _forget_parts(env, addon, names):
    """Delete what would stay in Odoo's registers.

    When a model of ours inherits mail.thread, modules that extend the thread (mail,
    rating, sms ...) hold XML ids on its inherited parts under their own name. And a
    foreign key of ours on another module's table stays registered with that table.
    """
    parts = {
        "ir.model.inherit": [("model_id.model", "in", names)],
        "ir.model.fields.selection": [("field_id.model", "in", names)],
    }
    for model, domain in parts.items():
        ids = env[model].search(domain).ids
        env["ir.model.data"].search(
            [("model", "=", model), ("res_id", "in", ids), ("module", "!=", addon)]
        ).unlink()
    env["ir.model.constraint"].search(
        [("module.name", "=", addon), ("model.model", "not in", names)]
    ).unlink()


def _drop_access_log(env):
    """Drop what the read log has beside its models; its triggers go with it."""
    env.cr.execute(
        """DROP FUNCTION IF EXISTS care_access_refuse() CASCADE;
           DROP FUNCTION IF EXISTS care_access_stamp() CASCADE;
           DROP FUNCTION IF EXISTS care_access_enqueue() CASCADE;
           DROP FUNCTION IF EXISTS care_access_seal_batch(integer, integer, integer);
           DROP TABLE IF EXISTS care_access_queue"""
    )


def uninstall_hook(env):
    env["care.file.sealer"]._open_all()
    env["care.expense.gate"]._take_down()
    prepare_uninstall(env, "customer_care")
    _drop_access_log(env)
