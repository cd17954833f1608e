from dataclasses import dataclass

from odoo import api, models
from odoo.fields import Domain


@dataclass
class PlannedRow:
    """What loading a pack does with one row: `outcome` is created, changed,
    unchanged, kept (edited here since), withdrawn (the pack dropped it), replaced (a
    new version changed it) or waiting (for an add-on that is not installed)."""

    model: str
    row: dict
    path: tuple
    record: models.BaseModel
    outcome: str
    note: str = ""
    sleeps: bool = False


class CarePackSleeper(models.AbstractModel):
    """What a pack says about add-ons that are not installed, and about rules that a new
    version replaces while cases still run under them; it keeps no records.

    A rule about a model that is not there is written and sleeps. A rule of a kind that
    is not there, or that names a record of the add-on, waits as text. Both happen only
    where the pack names an add-on that is missing; otherwise it is a slip of the pen.
    """

    _name = "care.pack.sleeper"
    _description = "Pack rows that wait"
    _inherit = ["care.pack.codec"]

    @api.model
    def _missing_addons(self, pack):
        """Return the add-ons the pack speaks of that are not installed."""
        wanted = set(pack.policy.get("addons") or ()) | pack.missing
        return frozenset(wanted - self._installed_addons())

    @api.model
    def _installed_addons(self):
        modules = self.env["ir.module.module"].sudo()
        return set(modules.search([("state", "=", "installed")]).mapped("name"))

    @api.model
    def _sleeps(self, model, row, pack, path):
        """Whether the row is about a model that is not there.

        :raise PackError: no add-on that might bring it is missing
        """
        for name in model._pack_fields:
            if not name.endswith("model_name") or not row.get(name):
                continue
            if row[name] not in self.env:
                if not pack.missing:
                    raise pack.fail("unknown_target", *path, name, model=row[name])
                return True
        return False

    @api.model
    def _planned_waiting(self, model, row, pack, path):
        nothing = self.env["care.pack.waiting"]
        note = self.env._("Add-on: %s", ", ".join(sorted(pack.missing)))
        return PlannedRow(model, row, path, nothing, "waiting", note)

    @api.model
    def _with_those_that_wait(self, pack, plan):
        """Let the rows wait that name rows that wait."""
        waits = {(p.model, p.row["code"]) for p in plan if p.outcome == "waiting"}
        while waits:
            more = {
                (p.model, p.row["code"]): index
                for index, p in enumerate(plan)
                if p.outcome in ("created", "changed")
                and waits & set(self._links(self.env[p.model], p.row))
            }
            for (model, __), index in more.items():
                path = plan[index].path
                raw = pack.rules[model][path[2]]
                plan[index] = self._planned_waiting(model, raw, pack, path)
            waits = set(more)
        return plan

    @api.model
    def _still_in_use(self, name):
        """Return the domain of the rules that no other has replaced."""
        if "closed_at" in self.env[name]._fields:
            return Domain("closed_at", "=", False)
        return Domain.TRUE

    @api.model
    def _plan_replaced(self, plan):
        """A new version changes rules for what is new; what runs goes on as it was."""
        for planned in plan:
            if planned.path[0] == "rules" and planned.outcome == "changed":
                current = self._encode(planned.record)
                if (
                    current | {"clause": ""} != planned.row | {"clause": ""}
                    and planned.record._pack_is_running()
                ):
                    planned.outcome = "replaced"

    # ---------------------------------------------------- policy-wide settings

    @api.model
    def _normalise_policy(self, wanted):
        """Return what a pack says of the policy as such, without what is usual."""
        row = {}
        if wanted.get("addons"):
            row["addons"] = sorted(set(wanted["addons"]))
        if wanted.get("replaces"):
            row["replaces"] = wanted["replaces"]
        days = wanted.get("acknowledge_days")
        if days is not None and days != self._usual_days():
            row["acknowledge_days"] = days
        return row

    @api.model
    def _usual_days(self):
        Policy = self.env["care.policy"]
        return Policy.default_get(["acknowledgement_days"])["acknowledgement_days"]

    @api.model
    def _policy_vals(self, row):
        days = row.get("acknowledge_days", self._usual_days())
        return {
            "addons": ", ".join(row.get("addons", ())),
            "replaces": row.get("replaces", False),
            "acknowledgement_wanted": bool(days),
        } | ({"acknowledgement_days": days} if days else {})

    @api.model
    def _encode_policy_settings(self, policy):
        days = policy.acknowledgement_days if policy.acknowledgement_wanted else 0
        return self._normalise_policy(
            {
                "addons": policy._addon_names(),
                "acknowledge_days": days,
                "replaces": policy.replaces,
            }
        )
