import logging
from collections import defaultdict

import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL, ormcache, split_every

from ..logic.clearance import INTERNAL, SECRET
from .care_secrecy_follow_mixin import LEVEL_FIELDS

_logger = logging.getLogger(__name__)

_BATCH = 10000
# jobs leave a row that somebody is saving for the next time
_FREE = SQL("FOR NO KEY UPDATE OF x SKIP LOCKED")
_CRON = "customer_care.care_secrecy_reconcile_cron"
# a cascade goes from customer to record to its parts; this ends any circle
_ROUNDS = 20


class CareSecrecy(models.AbstractModel):
    """The keeper of levels: lets what hangs on a record follow when its level changes,
    and repairs what fell out of step. Nothing is stored."""

    _name = "care.secrecy"
    _inherit = ["care.secrecy.trigger"]
    _description = "Keeper of levels of secrecy"

    # ---- what hangs on a record follows

    @api.model
    def _changed(self, model_name, ids, cascade=True):
        """Records have another level: what hangs on them follows now, and once more
        when this transaction is over, for what others were saving meanwhile."""
        self.env["care.sight"]._forget()
        data = self.env.cr.postcommit.data
        if "care.secrecy" not in data:
            data["care.secrecy"] = {}
            self.env.cr.postcommit.add(self._after_commit)
        if self._is_first(model_name, ids):
            data["care.secrecy.first"] = True
            self.env.registry.clear_cache()
        if cascade:
            self._cascade(model_name, ids)
            data["care.secrecy"].setdefault(model_name, set()).update(ids)

    def _is_first(self, model_name, ids):
        """Return whether nothing else stands as high as one of these records, so that
        workers have to be told that levels are in use."""
        table = SQL.identifier(self.env[model_name]._table)
        ((high,),) = self.env.execute_query(
            SQL("SELECT max(secrecy_level) FROM %s WHERE id = ANY(%s)", table, ids)
        )
        for level in (SECRET, INTERNAL):
            if (high or 0) >= level:
                return not self._has_others(level, model_name, ids)
        return False

    def _has_others(self, level, model_name, ids):
        parts = [
            SQL(
                "EXISTS (SELECT 1 FROM %s WHERE secrecy_level >= %s AND %s)",
                SQL.identifier(model._table),
                level,
                SQL("id <> ALL(%s)", ids) if model._name == model_name else SQL("TRUE"),
            )
            for model in self._models()
            if "secrecy_own" in model._fields or model._secrecy_stands
        ]
        return self.env.execute_query(SQL("SELECT %s", SQL(" OR ").join(parts)))[0][0]

    def _after_commit(self):
        data = self.env.cr.postcommit.data
        later = data.pop("care.secrecy", {})
        registry = self.env.registry
        if data.pop("care.secrecy.first", False):
            # a worker may have looked again before the commit
            registry.clear_cache()
            registry.signal_changes()
            # and a thread of this one between the two
            registry.clear_cache()
            registry.cache_invalidated.clear()
        try:
            with registry.cursor() as cr:
                keeper = api.Environment(cr, SUPERUSER_ID, {})["care.secrecy"]
                for model_name, ids in later.items():
                    keeper._cascade(model_name, list(ids))
                soon = fields.Datetime.add(fields.Datetime.now(), minutes=1)
                keeper.env.ref(_CRON)._trigger(soon)
                if later:
                    keeper.env["care.file.sealer"]._wanted()
        except psycopg2.Error:
            _logger.warning("Levels of secrecy follow with the next job", exc_info=True)

    @api.model
    def _cascade(self, model_name, ids):
        """Let all that hangs on these records follow their level, set by set; return
        {model: ids} of what changed."""
        found = defaultdict(set)
        waiting = {model_name: set(ids)}
        for _round in range(_ROUNDS):
            if not waiting:
                break
            moved = defaultdict(set)
            for name, parents in waiting.items():
                for follower, condition in self._followers(name, list(parents)):
                    moved[follower._name].update(self._follow(follower, condition))
            for name, changed in moved.items():
                found[name] |= changed
            waiting = {name: changed for name, changed in moved.items() if changed}
        for name in {model_name, *found}:
            self.env[name].invalidate_model(LEVEL_FIELDS, flush=False)
        return dict(found)

    def _follow(self, follower, condition, lock=None):
        """Reckon the rows under `condition` again; return the ids that changed."""
        rows = self.env.execute_query(
            SQL(
                """WITH n AS (
                       SELECT x.id, %(level)s AS level FROM %(table)s x
                        WHERE %(condition)s AND x.secrecy_level <> %(level)s %(lock)s)
                   UPDATE %(table)s AS f SET secrecy_level = n.level FROM n
                    WHERE f.id = n.id RETURNING f.id""",
                table=SQL.identifier(follower._table),
                level=follower._secrecy_level_sql("x"),
                condition=condition,
                lock=lock or SQL(),
            )
        )
        return {id_ for (id_,) in rows}

    def _followers(self, model_name, ids):
        """Yield (model, condition on its rows `x`) of what hangs on these records."""
        indirect = None
        for model in self._models():
            parts = [
                SQL("%s = ANY(%s)", SQL.identifier("x", name), ids)
                for name, comodel in model._secrecy_links().items()
                if comodel == model_name
            ]
            parts += [
                self._related_condition(model._fields[name], ids)
                for name in model._secrecy_relations
                if model._fields[name].comodel_name == model_name
            ]
            if model._secrecy_has_reference() or model._secrecy_hosts:
                if indirect is None:
                    indirect = self._hosts(model_name, ids)
                parts += self._host_conditions(model, indirect)
            for part in parts:
                yield model, part

    def _related_condition(self, field, ids):
        return SQL(
            "x.id IN (SELECT r.%s FROM %s r WHERE r.%s = ANY(%s))",
            SQL.identifier(field.column1),
            SQL.identifier(field.relation),
            SQL.identifier(field.column2),
            ids,
        )

    def _host_conditions(self, model, hosts):
        """Return the conditions on `x` of what refers to {model: ids}."""
        found = []
        if model._secrecy_has_reference():
            names = [SQL.identifier("x", name) for name in model._secrecy_reference]
            found += [
                SQL("%s = %s AND %s = ANY(%s)", names[0], host, names[1], ids)
                for host, ids in hosts.items()
            ]
        for name in model._secrecy_hosts:
            if ids := hosts.get(model._fields[name].comodel_name):
                found.append(SQL("%s = ANY(%s)", SQL.identifier("x", name), ids))
        return found

    def _hosts(self, model_name, ids):
        """Return {model: ids} under which these records may be referred to: their own,
        and the records of other apps that follow them as customers."""
        hosts = {model_name: ids}
        if model_name != "res.partner":
            return hosts
        parts = [
            SQL(
                "SELECT %s, id FROM %s WHERE partner_id = ANY(%s)",
                name,
                SQL.identifier(self.env[name]._table),
                ids,
            )
            for name in self._plain_hosts()
        ]
        for name, id_ in self.env.execute_query(SQL(" UNION ALL ").join(parts)):
            hosts.setdefault(name, []).append(id_)
        return hosts

    @api.model
    @ormcache(cache="stable")
    def _plain_hosts(self):
        """Return the names of the models without level column whose records count as
        their customer's."""
        return tuple(
            name
            for name, model in self.env.items()
            if model._auto
            and not model._abstract
            and not model._transient
            and "secrecy_level" not in model._fields
            and "partner_id" in model._fields
            and model._fields["partner_id"].store
            and not model._fields["partner_id"].company_dependent
            and model._fields["partner_id"].type == "many2one"
            and model._fields["partner_id"].comodel_name == "res.partner"
            and model._table == name.replace(".", "_")
        )

    # ---- repair

    @api.model
    def _cron_reconcile(self):
        """Find what hangs on a secret and does not have its level: it was saved while
        the level rose. Running twice, in parallel or half does no harm."""
        self._repair_each(self._reconcile_followers)

    @api.model
    def _cron_check(self):
        """Reckon every row again, once a night."""
        self.env.registry.clear_cache()
        self._repair_each(self._reconcile)

    def _repair_each(self, repair):
        names = list(self._model_names())
        for done, name in enumerate(names):
            if self._alone(name):
                repair(self.env[name])
            self.env["ir.cron"]._commit_progress(1, remaining=len(names) - done - 1)

    def _alone(self, name):
        """Return whether no other job repairs this model until this one has saved."""
        key = f"care_secrecy {name}"
        lock = SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s))", key)
        return self.env.execute_query(lock)[0][0]

    def _reconcile_followers(self, model):
        """Let what hangs on the secrets of `model` follow; {model: ids} of it."""
        found = defaultdict(set)
        secret = SQL(
            "SELECT id FROM %s WHERE secrecy_level >= %s",
            SQL.identifier(model._table),
            SECRET,
        )
        ids = [id_ for (id_,) in self.env.execute_query(secret)]
        for part in split_every(_BATCH, ids, list):
            for follower, condition in self._followers(model._name, part):
                found[follower._name] |= self._follow(follower, condition, _FREE)
        found[model._name] |= self._follow(
            model, SQL("x.secrecy_level >= %s", SECRET), _FREE
        )
        for name, changed in found.items():
            if changed:
                self._cascade(name, list(changed))
        return found

    def _reconcile(self, model):
        """Repair every row of one table and what hangs on it; return the ids."""
        changed = self._follow(model, SQL("TRUE"), _FREE)
        if changed:
            self._cascade(model._name, list(changed))
        return changed
