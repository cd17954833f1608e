import base64
import logging
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.misc import file_path

from ..logic import pack as packs
from ..logic.pack import PackError

_logger = logging.getLogger(__name__)


class _DryRun(Exception):
    """Ends a trial load, so that nothing of it stays."""


class CarePolicyPack(models.TransientModel):
    """The screen “Load a policy”, and the service that loads and exports packs.

    A manager runs it with their own rights; it never uses more.
    """

    _name = "care.policy.pack"
    _description = "Load a policy"
    _inherit = ["care.link.mixin", "care.pack.loader"]

    state = fields.Selection(
        [("choose", "Choose"), ("preview", "Preview"), ("done", "Loaded")],
        default="choose",
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    source = fields.Selection(
        [("shipped", "A policy of an installed add-on"), ("file", "A file")],
        required=True,
        default="shipped",
    )
    shipped = fields.Selection(
        selection="_selection_shipped",
        string="Policy",
        default=lambda self: self._default_shipped(),
    )
    pack_file = fields.Binary(string="Pack file", attachment=False)
    pack_filename = fields.Char()
    overwrite = fields.Boolean(
        string="Overwrite rules edited here",
        help="Otherwise a rule that was edited since it was loaded stays as it is.",
    )
    line_ids = fields.One2many("care.policy.pack.line", "wizard_id", readonly=True)
    policy_id = fields.Many2one("care.policy", string="Loaded policy", readonly=True)
    heading = fields.Char(readonly=True)
    summary = fields.Char(readonly=True)

    # ----------------------------------------------------------------- service

    @api.model
    def load_pack(self, code, company=None, overwrite=False):
        """Load the shipped pack `code` into a company (record or id).

        Returns {policy_id, rows: [{model, code, outcome, note}]}.
        """
        for key, (path, head) in self._shipped_packs().items():
            if code in (key, head["code"]):
                source = Path(path).read_bytes()
                return self.load_yaml(source, company, overwrite, shipped=key)
        raise UserError(
            self.env._(
                "No installed add-on ships a policy %(code)s. Install the add-on "
                "first, or load the pack from a file.",
                code=code,
            )
        )

    @api.model
    def load_yaml(self, text, company=None, overwrite=False, shipped=None):
        """Load a pack given as text into a company (record or id), see load_pack.

        :param shipped: "add-on/name" of the shipped pack that the text is
        """
        loader, company = self._for_company(company)
        policy, plan = loader._load(text, company, overwrite, shipped=shipped)
        rows = [
            {
                "model": p.model,
                "code": p.row["code"],
                "outcome": p.outcome,
                "note": p.note,
            }
            for p in plan
        ]
        return {"policy_id": policy.id, "rows": rows}

    @api.model
    def export(self, policy):
        """Return a policy (record or id) with its rules as the text of a pack."""
        self._check_manager()
        if not isinstance(policy, models.BaseModel):
            policy = self.env["care.policy"].browse(policy)
        policy.check_access("read")
        return self.with_company(policy.company_id)._pack_text(policy)

    @api.model
    def _check_manager(self):
        group = "customer_care.customer_care_group_manager"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Policies are loaded by a manager of Customer care.")
            )

    @api.model
    def _for_company(self, company):
        """Return the loader set to `company` and the company itself."""
        self._check_manager()
        company = company or self.env.company
        if not isinstance(company, models.BaseModel):
            company = self.env["res.company"].browse(company)
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "%(user)s does not work for that company.", user=self.env.user.name
                )
            )
        return self.with_company(company), company

    @api.model
    def _load(self, source, company, overwrite=False, trial=False, shipped=None):
        """Load all of a pack or, when anything is wrong or on trial, nothing."""
        try:
            pack = packs.parse(source)
            if shipped:
                pack.missing = frozenset({shipped.split("/")[0]})
            plan = self._plan(pack, company, overwrite)
            policy = plan[0].record
            with self.env.cr.savepoint():
                policy = self._apply(pack, plan, company)
                if plan[0].outcome != "kept" or shipped:
                    policy.write(
                        {
                            "pack_source": shipped,
                            "pack_file_digest": packs.digest(source),
                        }
                    )
                self.env.flush_all()
                if trial:
                    raise _DryRun
        except _DryRun:
            policy = self.env["care.policy"]
        except PackError as error:
            raise UserError(self.env["care.pack.words"]._sentence(error)) from error
        return policy, plan

    @api.model
    def _shipped_packs(self):
        """Return {"add-on/P05": (path, header)} of the installed add-ons, and of those
        on top of this one that could be installed: their rules wait."""
        ours = Domain("dependencies_id.name", "=", "customer_care")
        modules = (
            self.env["ir.module.module"]
            .sudo()
            .search(
                Domain("state", "=", "installed")
                | (Domain("state", "=", "uninstalled") & ours),
                order="name",
            )
        )
        found = {}
        for name in modules.mapped("name"):
            try:
                folder = Path(file_path(f"{name}/packs"))
            except FileNotFoundError:
                continue
            for path in sorted(folder.glob("*.yaml")):
                try:
                    head = packs.header(path.read_text("utf-8"))
                except PackError as error:
                    _logger.warning("Pack %s is left out: %s", path, error)
                    continue
                found[f"{name}/{path.stem}"] = (str(path), head)
        return found

    @api.model
    def _shipped_heads(self):
        """Return {code of a policy: {"add-on/P05": (version, digest)}}."""
        found = {}
        for key, (path, head) in self._shipped_packs().items():
            digest = packs.digest(Path(path).read_bytes())
            found.setdefault(head["code"], {})[key] = (head["version"], digest)
        return found

    # ------------------------------------------------------------------ screen

    @api.model
    def _default_shipped(self):
        """Propose the first policy that the company does not have in force."""
        Policy = self.env["care.policy"]
        for key, (__, head) in self._shipped_packs().items():
            if not Policy._in_force(head["code"], self.env.company):
                return key
        return False

    @api.model
    def _selection_shipped(self):
        installed = self.env["care.pack.sleeper"]._installed_addons()
        options = []
        for key, (__, head) in self._shipped_packs().items():
            name = f"{head['code']} {self._in_my_words(head['name'])}"
            addon = key.split("/")[0]
            if addon not in installed:
                name = self.env._(
                    "%(policy)s (waits for %(addon)s)", policy=name, addon=addon
                )
            options.append((key, name))
        return options

    def _source(self):
        self.ensure_one()
        if self.source == "file" and self.pack_file:
            return base64.b64decode(self.pack_file)
        if self.source == "shipped" and self.shipped:
            path, __ = self._shipped_packs()[self.shipped]
            return Path(path).read_bytes()
        raise UserError(self.env._("Choose a policy or a file first."))

    def action_preview(self):
        """Show what loading would do. The load is tried out and taken back, so every
        reason for a refusal is known before anything is written."""
        loader, company = self._for_company(self.company_id)
        source = self._source()
        quiet = loader.with_context(tracking_disable=True)
        shipped = self.source == "shipped" and self.shipped
        __, plan = quiet._load(
            source, company, self.overwrite, trial=True, shipped=shipped
        )
        self._show(plan, "preview")
        return self._reopen()

    def action_load(self):
        loader, company = self._for_company(self.company_id)
        shipped = self.source == "shipped" and self.shipped
        policy, plan = loader._load(
            self._source(), company, self.overwrite, shipped=shipped
        )
        self._show(plan, "done")
        self.policy_id = policy
        return self._reopen()

    def action_back(self):
        self.line_ids.unlink()
        self.state = "choose"
        return self._reopen()

    def action_open_policy(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "care.policy",
            "res_id": self.policy_id.id,
            "view_mode": "form",
        }

    def _show(self, plan, state):
        labels = dict(self._outcomes())
        counts = {}
        for planned in plan:
            counts[planned.outcome] = counts.get(planned.outcome, 0) + 1
        shown = [f"{labels[key]}: {counts[key]}" for key in labels if key in counts]
        head = plan[0].row
        self.line_ids.unlink()
        self.write(
            {
                "state": state,
                "summary": ", ".join(shown),
                "heading": self.env._(
                    "%(code)s %(name)s, version %(version)s, for %(company)s",
                    code=head["code"],
                    name=self._in_my_words(head["name"]),
                    version=head["version"],
                    company=self.company_id.name,
                ),
                "line_ids": [
                    fields.Command.create(self._prepare_line_vals(planned))
                    for planned in plan
                ],
            }
        )

    def _prepare_line_vals(self, planned):
        return {
            "kind": self.env["ir.model"].sudo()._get(planned.model).name
            or planned.model,
            "code": planned.row["code"],
            "name": self._in_my_words(planned.row.get("name", "")),
            "clause": planned.row.get("clause", ""),
            "outcome": planned.outcome,
            "note": planned.note,
        }

    @api.model
    def _in_my_words(self, value):
        texts = packs.words(value)
        return texts.get(self.env.lang or "en_US", texts.get("en_US", ""))

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Load a policy"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
