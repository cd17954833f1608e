"""What is in a database, as comparable lines: its schema, the records that Odoo's
modules create, the number of rows of each table, and who still names a model."""

from collections import defaultdict

from scratch_db import psql

# Tables that change whenever Odoo runs, and those of the list of known modules.
VOLATILE = (
    "base_registry_signaling",
    "bus_bus",
    "ir_cron_progress",
    "ir_cron_trigger",
    "ir_logging",
    "ir_module_module",
    "ir_module_module_dependency",
    "ir_module_module_exclusion",
    "module_country",
    "orm_signaling_registry",
    "res_users_log",
)

_SCHEMA = """
SELECT 'column', table_name || '.' || column_name || ' ' || udt_name || ' '
       || is_nullable || ' ' || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'index', indexname || ' ' || indexdef FROM pg_indexes
 WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass || ' ' || conname || ' '
       || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'relation ' || relkind::text, relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S')
UNION ALL
SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger', tgrelid::regclass || ' ' || tgname FROM pg_trigger
 WHERE NOT tgisinternal;
"""
# {category: expression over the table}; translated names count in English
_RECORDS = {
    "ir_model": "model",
    "ir_model_fields": "model || '.' || name",
    "ir_model_fields_selection": (
        "(SELECT model || '.' || name FROM ir_model_fields f WHERE f.id = field_id)"
        " || ' ' || value"
    ),
    "ir_model_constraint": "name || ' ' || type",
    "ir_model_relation": "name",
    "ir_model_access": "name",
    "ir_model_data": "module || '.' || name",
    "ir_rule": "name",
    "ir_cron": "cron_name",
    "ir_ui_menu": (
        "(name->>'en_US') || ' in ' || coalesce((SELECT parent.name->>'en_US'"
        " FROM ir_ui_menu parent WHERE parent.id = ir_ui_menu.parent_id), '')"
    ),
    "ir_ui_view": "name || ' ' || coalesce(model, '') || ' ' || coalesce(key, '')",
    "ir_actions": "type || ' ' || (name->>'en_US')",
    "ir_config_parameter": "key",
    "ir_sequence": "coalesce(code, '') || ' ' || name",
    "ir_default": (
        "(SELECT model || '.' || name FROM ir_model_fields f WHERE f.id = field_id)"
        " || ' ' || json_value"
    ),
    "ir_filters": "model_id || ' ' || name",
    "res_groups": (
        "(name->>'en_US') || ' of ' || coalesce((SELECT p.name->>'en_US'"
        " FROM res_groups_privilege p WHERE p.id = privilege_id), '')"
    ),
    "res_groups_privilege": "name->>'en_US'",
    "mail_template": "name->>'en_US' || ' ' || coalesce(model, '')",
    "mail_activity_type": "name->>'en_US'",
    "mail_message_subtype": "name->>'en_US' || ' ' || coalesce(res_model, '')",
    "mail_alias": (
        "coalesce(alias_name, '') || ' for ' || (SELECT model FROM ir_model m"
        " WHERE m.id = alias_model_id)"
    ),
    "base_automation": "name->>'en_US'",
    "ir_attachment": (
        "coalesce(res_model, '') || ' ' || coalesce(res_field, '') || ' ' || name"
    ),
}
_COUNTS = """
SELECT 'rows', table_name || ' ' || (xpath('/row/c/text()', query_to_xml(
           format('SELECT count(*) AS c FROM %I', table_name), false, true, '')))[1]
  FROM information_schema.tables
 WHERE table_schema = 'public' AND table_type = 'BASE TABLE';
"""
# columns in which Odoo stores a model's name
_NAMED = """
SELECT 'names a model', table_name || '.' || column_name || ' ' || n FROM (
    SELECT table_name, column_name, (xpath('/row/c/text()', query_to_xml(format(
        'SELECT count(*) AS c FROM %I WHERE %I::text ~ ''{pattern}''',
        table_name, column_name), false, true, '')))[1]::text::int AS n
      FROM information_schema.columns JOIN information_schema.tables
           USING (table_schema, table_name)
     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
       AND column_name IN ('model', 'res_model', 'model_name', 'alias_defaults',
                           'model_id', 'src_model', 'comodel', 'relation')
       AND udt_name IN ('varchar', 'text')) AS counted
 WHERE n > 0;
"""
OUR_MODELS = r"^(care|complaint|archive|visit)\."


def take_snapshot(database):
    """Return {category: set of lines}. A line of `rows` is "table number"."""
    records = "".join(
        f"SELECT '{table}', {key} FROM {table};\n" for table, key in _RECORDS.items()
    )
    sql = _SCHEMA + records + _COUNTS + _NAMED.format(pattern=OUR_MODELS)
    lines = defaultdict(set)
    for category, *text in psql(database, sql):
        lines[category].add(" ".join(text))
    lines["rows"] = {row for row in lines["rows"] if row.split()[0] not in VOLATILE}
    return lines


def compare(before, after, ignore=()):
    """Return one sentence per line that is in one snapshot and not in the other."""
    found = []
    for category in sorted(set(before) | set(after)):
        if category in ignore:
            continue
        for line in sorted(after[category] - before[category]):
            found.append(f"new {category}: {line}")
        for line in sorted(before[category] - after[category]):
            found.append(f"lost {category}: {line}")
    return found
