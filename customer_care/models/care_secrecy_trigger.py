import hashlib

from odoo import api, models
from odoo.tools import SQL, ormcache
from odoo.tools import sql as sqltools

# The level of any record, found by the name of its model. A table without the column
# passes on the level of its customer.
_LEVEL_OF_ANY = """
CREATE OR REPLACE FUNCTION care_secrecy_of_any(model text, record int) RETURNS int
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $care$
DECLARE
    place regclass;
    found int;
    kind text;
BEGIN
    IF COALESCE(record, 0) = 0 OR COALESCE(model, '') = '' THEN RETURN 0; END IF;
    place := to_regclass(quote_ident(replace(model, '.', '_')));
    IF place IS NULL THEN RETURN 0; END IF;
    SELECT a.attname INTO kind FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
     WHERE attrelid = place AND NOT attisdropped AND atttypid = 'int4'::regtype
       AND attname IN ('secrecy_level', 'partner_id')
       AND c.relkind IN ('r', 'p')
     ORDER BY attname DESC LIMIT 1;
    IF kind = 'secrecy_level' THEN
        EXECUTE 'SELECT secrecy_level FROM ' || place || ' WHERE id = $1'
           INTO found USING record;
    ELSIF kind = 'partner_id' THEN
        EXECUTE 'SELECT p.secrecy_level FROM ' || place || ' x JOIN res_partner p'
                ' ON p.id = x.partner_id WHERE x.id = $1'
           INTO found USING record;
    END IF;
    RETURN COALESCE(found, 0);
END $care$
"""

# What triggers ask: the same, with a branch for each table known. A branch is planned
# once in a session, which the look by a name put together is not; it is ten times as
# fast. Until all models are loaded it has no branch.
_LEVEL_OF = """
CREATE OR REPLACE FUNCTION care_secrecy_of(model text, record int) RETURNS int
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $care$
DECLARE
    found int;
BEGIN
    IF COALESCE(record, 0) = 0 OR COALESCE(model, '') = '' THEN RETURN 0; END IF;
    %s
    RETURN care_secrecy_of_any(model, record);
END $care$
"""
# asked for most often, so the first branches
_OFTEN = (
    *("res.partner", "complaint.case", "care.callback", "care.obligation"),
    "project.project",
)


class CareSecrecyTrigger(models.AbstractModel):
    """The part of the keeper of levels that makes the triggers which reckon them, one
    for each table with a level. Nothing is stored."""

    _name = "care.secrecy.trigger"
    _description = "Triggers that reckon levels of secrecy"

    # ---- what there is

    @api.model
    @ormcache(cache="stable")
    def _model_names(self):
        return tuple(
            name for name, model in self.env.items() if model._secrecy_has_level()
        )

    @api.model
    def _models(self):
        """Return the models whose table carries a level."""
        return [self.env[name] for name in self._model_names()]

    # ---- triggers

    @api.model
    def _make_trigger(self, model):
        """Let the database reckon the level of each row of `model`, unless it does so
        already in the same way."""
        self._make_function(anew=False)
        wanted = self._trigger_statements(model)
        text = repr([(sql.code, sql.params) for sql in wanted])
        mark = hashlib.sha256(text.encode()).hexdigest()
        if self._trigger_marks().get(model._table) == mark:
            return
        for sql in wanted:
            self.env.cr.execute(sql)
        table = SQL.identifier(model._table)
        self.env.cr.execute(
            SQL("COMMENT ON TRIGGER care_secrecy ON %s IS %s", table, mark)
        )

    @api.model
    def _make_function(self, anew=True):
        """Make the function that triggers ask for the level of a record."""
        branches = self._function_branches() if anew else ()
        wanted = SQL(_LEVEL_OF, SQL(" ").join(branches))
        mark = hashlib.sha256(repr((wanted.code, wanted.params)).encode()).hexdigest()
        found = self.env.execute_query(
            SQL(
                """SELECT obj_description(oid, 'pg_proc') FROM pg_proc
                    WHERE proname = 'care_secrecy_of'
                      AND pronamespace = current_schema::regnamespace"""
            )
        )
        if found and (not anew or found[0][0] == mark):
            return
        self.env.cr.execute(SQL(_LEVEL_OF_ANY))
        self.env.cr.execute(wanted)
        self.env.cr.execute(
            SQL("COMMENT ON FUNCTION care_secrecy_of(text, int) IS %s", mark)
        )

    def _function_branches(self):
        """Return a branch for each table with a level, then for those that follow
        their customer, as SQL."""
        names = sorted(self._model_names())
        hosts = sorted(self.env["care.secrecy"]._plain_hosts())
        branch = (
            "IF model = %s THEN %s WHERE x.id = record;"
            " RETURN COALESCE(found, 0); END IF;"
        )
        own = "SELECT x.secrecy_level INTO found FROM %s x"
        customers = (
            "SELECT p.secrecy_level INTO found FROM %s x"
            " JOIN res_partner p ON p.id = x.partner_id"
        )
        pairs = [(name, own) for name in names] + [(n, customers) for n in hosts]
        pairs.sort(key=lambda pair: pair[0] not in _OFTEN)
        return [
            SQL(branch, name, SQL(text, SQL.identifier(self.env[name]._table)))
            for name, text in pairs
        ]

    def _trigger_marks(self):
        """Return {table: mark} of the triggers that stand."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT c.relname, obj_description(t.oid, 'pg_trigger')
                         FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                        WHERE t.tgname = 'care_secrecy'
                          AND c.relnamespace = current_schema::regnamespace"""
                )
            )
        )

    def _trigger_statements(self, model):
        table = SQL.identifier(model._table)
        function = SQL.identifier(f"care_secrecy_{model._table}")
        columns = sorted({"secrecy_level", *model._secrecy_moving_fields()})
        statements = [
            SQL(_LEVEL_OF_ANY),
            SQL(
                # a plan made while a table is small would scan it when it is large
                """CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql
                   SET enable_seqscan = off AS $care$ BEGIN
                       new.secrecy_level := %s;
                       RETURN new;
                   END $care$""",
                function,
                model._secrecy_level_sql("new"),
            ),
            SQL("DROP TRIGGER IF EXISTS care_secrecy ON %s", table),
            SQL(
                """CREATE TRIGGER care_secrecy BEFORE INSERT OR UPDATE OF %s ON %s
                   FOR EACH ROW EXECUTE FUNCTION %s()""",
                SQL(", ").join(SQL.identifier(name) for name in columns),
                table,
                function,
            ),
        ]
        statements.append(
            # what is classified is few: the look for it is by this index
            SQL(
                "CREATE INDEX IF NOT EXISTS %s ON %s (id) WHERE secrecy_level >= 2",
                SQL.identifier(f"care_secrecy_{model._table}_idx"),
                table,
            )
        )
        for name in model._secrecy_relations:
            statements += self._relation_statements(model, model._fields[name])
        return statements

    def _relation_statements(self, model, field):
        """Return the triggers by which a change of a relation reaches the records."""
        relation = SQL.identifier(field.relation)
        function = SQL.identifier(f"care_secrecy_{field.relation}")
        statements = [
            SQL(
                """CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql
                   AS $care$ BEGIN
                       UPDATE %s SET secrecy_level = secrecy_level WHERE id IN (
                           SELECT m.%s FROM moved m JOIN %s p ON p.id = m.%s
                            WHERE p.secrecy_level > 0);
                       RETURN NULL;
                   END $care$""",
                function,
                SQL.identifier(model._table),
                SQL.identifier(field.column1),
                SQL.identifier(self.env[field.comodel_name]._table),
                SQL.identifier(field.column2),
            )
        ]
        for event, rows in [("INSERT", "NEW"), ("DELETE", "OLD")]:
            trigger = SQL.identifier(f"care_secrecy_{event.lower()}")
            statements += [
                SQL("DROP TRIGGER IF EXISTS %s ON %s", trigger, relation),
                SQL(
                    """CREATE TRIGGER %s AFTER %s ON %s REFERENCING %s TABLE AS moved
                       FOR EACH STATEMENT EXECUTE FUNCTION %s()""",
                    trigger,
                    SQL(event),
                    relation,
                    SQL(rows),
                    function,
                ),
            ]
        return statements

    def _register_hook(self):
        """Make again the triggers that went with a column of an add-on removed."""
        super()._register_hook()
        marks = self._trigger_marks()
        for model in self._models():
            if model._table not in marks and sqltools.column_exists(
                self.env.cr, model._table, "secrecy_level"
            ):
                self._make_trigger(model)
        self._make_function()

    @api.model
    def _drop_triggers(self, tables=None):
        """Remove the triggers and functions of `tables` (None: all): an add-on goes."""
        rows = self.env.execute_query(
            SQL(
                """SELECT proname, pg_get_function_identity_arguments(oid) FROM pg_proc
                    WHERE proname ~ '^care_secrecy_'
                      AND pronamespace = current_schema::regnamespace"""
            )
        )
        wanted = tables and {f"care_secrecy_{table}" for table in tables}
        for name, arguments in rows:
            if wanted is None or name in wanted:
                self.env.cr.execute(
                    SQL(
                        "DROP FUNCTION %s(%s) CASCADE",
                        SQL.identifier(name),
                        SQL(arguments),
                    )
                )
