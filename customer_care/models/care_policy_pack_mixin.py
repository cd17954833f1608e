from odoo import api, fields, models
from odoo.fields import Domain


class CarePolicyPackMixin(models.AbstractModel):
    """The part of a policy that knows the pack it came from, and a newer one."""

    _name = "care.policy.pack.mixin"
    _description = "Policy from a pack"

    addons = fields.Char(
        string="Add-ons it speaks of",
        tracking=True,
        help="Technical names, separated by commas. Rules about an add-on that is not "
        "installed wait for it.",
    )
    replaces = fields.Char(
        "Takes the place of",
        tracking=True,
        help="Code of another policy. When this one comes into force the other is "
        "superseded: its rules begin nothing new, what ran under it stays with it.",
    )
    pack_digest = fields.Char(readonly=True, copy=False)
    pack_source = fields.Char(
        readonly=True, copy=False, help="The shipped pack that was loaded."
    )
    pack_file_digest = fields.Char(readonly=True, copy=False)
    pack_update = fields.Selection(
        [("version", "New version"), ("rules", "Changed rules")],
        string="Update available",
        compute="_compute_pack_update",
        search="_search_pack_update",
        help="An add-on was upgraded and ships a newer pack of the policy. Nothing of "
        "it is loaded by itself.",
    )
    waiting_ids = fields.One2many("care.pack.waiting", "policy_id")
    waiting_count = fields.Integer(compute="_compute_waiting_count")

    @api.depends("waiting_ids")
    def _compute_waiting_count(self):
        for policy in self:
            policy.waiting_count = len(policy.waiting_ids)

    def _addon_names(self):
        return sorted(
            {name.strip() for name in (self.addons or "").split(",") if name.strip()}
        )

    @api.depends("state", "version", "pack_source", "pack_file_digest")
    def _compute_pack_update(self):
        shipped = self.env["care.policy.pack"]._shipped_heads()
        for policy in self:
            policy.pack_update = policy._find_update(shipped)

    def _find_update(self, shipped):
        """Return what a shipped pack has that this version in force has not."""
        if self.state != "active":
            return False
        for key, (version, digest) in shipped.get(self.code, {}).items():
            if version > self.version:
                return "version"
            if (
                version == self.version
                and key == self.pack_source
                and digest != self.pack_file_digest
            ):
                return "rules"
        return False

    def _search_pack_update(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.search([("code", "!=", False)]).filtered(
            lambda policy: policy.pack_update in value
        )
        return Domain("id", "in", found.ids)

    def action_load_update(self):
        """Open the screen that previews and loads the newer pack."""
        self.ensure_one()
        shipped = self.env["care.policy.pack"]._shipped_heads().get(self.code, {})
        newest = max(shipped, key=lambda key: shipped[key][0], default=False)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_policy_pack_action"
        )
        return action | {
            "context": {
                "default_shipped": newest,
                "default_company_id": self.company_id.id,
            }
        }

    def action_view_waiting(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_pack_waiting_action"
        )
        return action | {"domain": [("policy_id", "=", self.id)], "context": {}}

    def action_export_pack(self):
        """Download the policy with its rules as a pack."""
        self.ensure_one()
        self.env["care.policy.pack"].export(self)  # say now what cannot be exported
        return {
            "type": "ir.actions.act_url",
            "url": f"/customer_care/policy/{self.id}/pack",
            "target": "download",
        }
