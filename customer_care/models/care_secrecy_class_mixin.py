from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CareSecrecyClassMixin(models.AbstractModel):
    """The class of information of a record that people classify, and the history of
    its level. Part of care.secrecy.mixin."""

    _name = "care.secrecy.class.mixin"
    _description = "Record with a class of information"

    secrecy_class_id = fields.Many2one(
        "care.secrecy.class",
        "Class of information",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        groups="base.group_user",
        help="Choosing one raises the record to its level.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._secrecy_log_born()
        records.filtered(
            lambda record: record.sudo().secrecy_class_id
        )._secrecy_follow_class()
        self.env["care.secrecy.class"]._classify(records)
        return records

    def write(self, vals):
        before = {}
        if "secrecy_own" in vals:
            before = {record.id: record.secrecy_own for record in self.sudo()}
        result = super().write(vals)
        if "secrecy_own" in vals:
            self._secrecy_log_raised(before)
        if vals.get("secrecy_class_id"):
            self._secrecy_follow_class()
        return result

    def _secrecy_follow_class(self):
        """Raise the records to the level of the class chosen."""
        for record in self:
            level = record.sudo().secrecy_class_id.level
            if record.sudo().secrecy_own < level:
                record.secrecy_own = level

    def _secrecy_log_born(self):
        """Keep who made records above public, unless what was written while they were
        made kept it already."""
        raised = self.sudo().filtered("secrecy_own")
        if not raised:
            return
        kept = self.env["care.secrecy.change"].sudo()
        kept = kept.search(
            [("res_model", "=", self._name), ("res_id", "in", raised.ids)]
        )
        before = {}
        for change in kept:
            known = before.get(change.res_id, 0)
            before[change.res_id] = max(known, change.level_to)
        raised.with_env(self.env)._secrecy_log_raised(before)

    def _secrecy_log_raised(self, before):
        """Keep who raised which record; lowering is kept by its request."""
        for level, records in self.sudo().grouped("secrecy_own").items():
            raised = records.filtered(
                lambda record, level=level: before.get(record.id, 0) < level
            )
            if raised:
                self.env["care.secrecy.change"]._log_raised(raised, before, level)

    def action_ask_to_lower(self):
        """Ask that the level of the record be lowered."""
        self.ensure_one()
        self.check_access("read")
        if not self.sudo().secrecy_own:
            raise UserError(
                self.env._(
                    "“%(record)s” has no level of its own. What it belongs to keeps it "
                    "secret; ask there.",
                    record=self.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_secrecy_lower_action"
        )
        return action | {
            "context": {"default_res_model": self._name, "default_res_id": self.id}
        }

    def _secrecy_higher(self):
        """Return the levels to which the current user may raise the record."""
        self.ensure_one()
        sight = self.env["care.sight"]._mine()
        top = 3 if sight.everything else sight.level
        return range(self.sudo().secrecy_own + 1, top + 1)

    def _secrecy_raise(self, level):
        """Raise a record, as anybody may who works here, sees it and is cleared for
        the level: the right to change its other values is not asked for."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._("Only employees classify records. Ask your contact person.")
            )
        self._secrecy_check_sight(level)
        if level not in self._secrecy_higher():
            raise UserError(
                self.env._(
                    "“%(record)s” is as high as that already. Choose a higher level.",
                    record=self.display_name,
                )
            )
        self.sudo()._secrecy_set_own(level)

    def action_raise_level(self):
        """Ask to which level the record is raised."""
        self.ensure_one()
        self.check_access("read")
        if not self._secrecy_higher():
            raise UserError(
                self.env._(
                    "“%(record)s” has the highest level you may give. Ask somebody "
                    "with a higher clearance.",
                    record=self.display_name,
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_secrecy_raise_action"
        )
        return action | {
            "context": {"default_res_model": self._name, "default_res_id": self.id}
        }

    def action_view_secrecy_changes(self):
        """Open the history of the record's level."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_secrecy_change_action"
        )
        return action | {
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {},
        }
