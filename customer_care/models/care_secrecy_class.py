from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from .care_clearance_requirement import SECRET

_BATCH = 1000


class CareSecrecyClass(models.Model):
    """One entry of the classification guide: what kind of information has which level.

    Security officers write it, packs bring it. People choose it on a record; one with
    a condition raises the records it fits by itself, and never lowers any.
    """

    _name = "care.secrecy.class"
    _description = "Class of information"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "level desc, sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "level",
        "covers",
        "examples",
        "model_name",
        "domain",
        "automatic",
    )
    _domain_fields = ("domain",)

    level = fields.Integer(
        required=True,
        default=SECRET,
        help="0 public, 1 internal, 2 secret, 3 top secret.",
    )
    level_choice = fields.Selection(
        "_selection_level",
        "Level of the class",
        compute="_compute_level_choice",
        inverse="_inverse_level_choice",
    )
    covers = fields.Text("What it covers", translate=True)
    examples = fields.Text(translate=True)
    model_name = fields.Char(
        required=False, help="Records of this model are chosen by the condition."
    )
    domain = fields.Char("Condition", default="[]")
    automatic = fields.Boolean(
        "Raise by itself",
        help="Records the condition fits are raised to the level, when they are made "
        "and by an hourly job.",
    )

    _level_known = models.Constraint(
        "CHECK (level BETWEEN 0 AND 3)", "A class has a level from 0 to 3."
    )

    @api.model
    def _selection_level(self):
        names = self.env["care.sight"]._level_names()
        return [(str(level), name) for level, name in names.items()]

    @api.depends("level")
    def _compute_level_choice(self):
        for row in self:
            row.level_choice = str(row.level or 0)

    def _inverse_level_choice(self):
        for row in self:
            row.level = int(row.level_choice or 0)

    @api.constrains("automatic", "model_name", "domain")
    def _check_automatic(self):
        for row in self.filtered("automatic"):
            model = row._domain_model()
            known = model is None or row._is_host(model)
            if not row.model_name or not row._rule_domain("domain") or not known:
                raise ValidationError(
                    self.env._(
                        "%(record)s raises records by itself: give it a model whose "
                        "records are classified, and a condition.",
                        record=row.display_name,
                    )
                )

    def _is_host(self, model):
        """Tell whether people classify the records: not those that only inherit the
        columns of another table."""
        return model._name in self.env["care.access.request"]._link_models()

    # ---- raising by itself

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        rows = super().create(vals_list)
        rows._wake()
        return rows

    def write(self, vals):
        self.env.registry.clear_cache()
        result = super().write(vals)
        self._wake()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def _wake(self):
        """Have the job look at the records soon."""
        job = self.env.ref(
            "customer_care.care_secrecy_class_cron", raise_if_not_found=False
        )
        if job and any(self.mapped("automatic")):
            job.sudo()._trigger()

    @api.model
    @ormcache("model_name")
    def _automatic_ids(self, model_name):
        """Return the ids of the classes that raise records of a model by themselves."""
        domain = [("model_name", "=", model_name), ("automatic", "=", True)]
        return tuple(self.sudo().search(domain).ids)

    @api.model
    def _classify(self, records):
        """Raise new records as the classes say."""
        ids = self._automatic_ids(records._name)
        if not ids:
            return
        model = records.sudo().with_context(active_test=False)
        mine = Domain("id", "in", records.ids)
        for row in self.sudo().browse(ids):
            there = model.with_company(row.company_id)
            if fits := there.search(mine & row._record_domain(there)):
                row._raise(model.browse(fits._ids))

    def _record_domain(self, model):
        """Return which records the class raises: those it fits, of its company or of
        none, that stand lower and were not lowered on purpose."""
        domain = self._rule_domain_apart("domain")
        domain &= Domain("secrecy_own", "<", self.level)
        if self.company_id and "company_id" in model._fields:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        if model._name == "res.partner":
            domain &= Domain("partner_share", "=", True)  # nobody who works here
        lowered = SQL(
            """(SELECT res_id FROM care_secrecy_change
                 WHERE res_model = %s AND kind = 'lower' AND state = 'done'
                   AND level_to < %s)""",
            model._name,
            self.level,
        )
        return domain & Domain("id", "not in", lowered)

    def _raise(self, records):
        """Raise the records to the level, set by set, with their history."""
        self.env.flush_all()
        table = SQL.identifier(records._table)
        rows = self.env.execute_query(
            SQL(
                """UPDATE %(table)s r SET secrecy_own = %(level)s,
                          secrecy_class_id = %(id)s
                     FROM (SELECT id, secrecy_own AS own FROM %(table)s
                            WHERE id = ANY(%(ids)s) FOR UPDATE) b
                    WHERE b.id = r.id AND b.own < %(level)s
                RETURNING r.id, b.own""",
                table=table,
                level=self.level,
                id=self.id,
                ids=records.ids,
            )
        )
        if not rows:
            return
        records.invalidate_recordset()
        self.env["care.secrecy"]._changed(records._name, [row[0] for row in rows])
        before = defaultdict(list)
        for res_id, own in rows:
            before[own].append(res_id)
        for own, ids in before.items():
            raised = records.browse(ids)
            self.env["care.secrecy.change"]._log_raised(
                raised, dict.fromkeys(ids, own), self.level, self
            )

    def _raise_some(self, last=0):
        """Raise a batch of what the class fits after the id `last`; return it."""
        model = self._domain_model()
        if model is None or not self._is_host(model):
            return self.browse()
        model = model.sudo().with_context(active_test=False)
        model = model.with_company(self.company_id)
        domain = self._record_domain(model) & Domain("id", ">", last)
        records = model.search(domain, limit=_BATCH, order="id")
        self._raise(records)
        return records

    @api.model
    def _cron_raise(self):
        """Raise what the classes fit, batch by batch."""
        jobs = self.env["ir.cron"]
        for row in self.sudo().search([("automatic", "=", True)], order="level desc"):
            last = 0
            while records := row._raise_some(last):
                last = records[-1].id
                if not jobs._commit_progress(len(records), remaining=1):
                    return
        jobs._commit_progress(remaining=0)
