from odoo import api, fields, models
from odoo.fields import Domain

# From this share of the time left on, an open obligation counts as due soon
_SOON_HOURS = 24


class CareObligationMixin(models.AbstractModel):
    """A record whose deadlines the engine keeps.

    Inherit it (first in `_inherit`) and rules on the model work. A model without any
    rule pays one look into a cached table per create and write.
    """

    _name = "care.obligation.mixin"
    _description = "Record with obligations"

    # Fields behind the three hooks below; a change lets open obligations follow.
    _obligation_place_fields = ("partner_id", "department_id", "company_id")

    obligation_ids = fields.One2many(
        "care.obligation",
        "res_id",
        "Obligations",
        groups="customer_care.customer_care_group_user",
    )
    obligation_open_count = fields.Integer(
        "Open obligations",
        compute="_compute_obligations",
        groups="customer_care.customer_care_group_user",
    )
    obligation_next_due_at = fields.Datetime(
        "Next due",
        compute="_compute_obligations",
        groups="customer_care.customer_care_group_user",
    )
    obligation_state = fields.Selection(
        "_selection_obligation_state",
        "Deadlines",
        compute="_compute_obligations",
        search="_search_obligation_state",
        groups="customer_care.customer_care_group_user",
    )

    @api.model
    def _selection_obligation_state(self):
        """Return the states. A plain list would stay English on the hosts of add-ons
        that are installed later: its words belong to this one."""
        words = {
            "none": self.env._("Nothing due"),
            "ok": self.env._("In time"),
            "due_soon": self.env._("Due soon"),
            "overdue": self.env._("Overdue"),
        }
        return list(words.items())

    def _compute_obligations(self):
        now = fields.Datetime.now()
        soon = fields.Datetime.add(now, hours=_SOON_HOURS)
        found = {
            res_id: (count, due)
            for res_id, count, due in self.env["care.obligation"]._read_group(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("is_pending", "=", True),
                ],
                ["res_id"],
                ["__count", "due_at:min"],
            )
        }
        for record in self:
            count, due = found.get(record.id or record._origin.id, (0, False))
            record.obligation_open_count = count
            record.obligation_next_due_at = due
            if not due:
                record.obligation_state = "none"
            elif due < now:
                record.obligation_state = "overdue"
            else:
                record.obligation_state = "due_soon" if due < soon else "ok"

    def _search_obligation_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        soon = fields.Datetime.add(now, hours=_SOON_HOURS)
        mine = Domain("res_model", "=", self._name) & Domain("is_pending", "=", True)
        until = {
            "overdue": mine & Domain("due_at", "<", now),
            "due_soon": mine & Domain("due_at", "<", soon),
            "ok": mine,
        }

        def hosts(state):
            return Domain("obligation_ids", "any", until[state])

        domains = {
            "overdue": hosts("overdue"),
            "due_soon": hosts("due_soon") & ~hosts("overdue"),
            "ok": hosts("ok") & ~hosts("due_soon"),
            "none": ~hosts("ok"),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    # ---- the hooks into saving

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        specs = self.env["care.obligation.rule"]._for_model(self._name)
        if specs:
            self.env["care.obligation"]._sync_specs(records, specs, created=True)
        return records

    def write(self, vals):
        result = super().write(vals)
        specs = self.env["care.obligation.rule"]._for_model(self._name)
        if specs:
            touched = [spec for spec in specs if not spec.reads.isdisjoint(vals)]
            if touched:
                self.env["care.obligation"]._sync_specs(
                    self,
                    touched,
                    fresh={s.id for s in touched if not s.starts.isdisjoint(vals)},
                )
        return result

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        if ids and self.env["care.obligation.rule"]._for_model(self._name):
            self.env["care.obligation"]._on_records_gone(self._name, ids)
        return result

    # ---- what a host may say of itself

    def _obligation_partner(self):
        """Return the customer of the record (res.partner)."""
        return self._obligation_relation("partner_id", "res.partner")

    def _obligation_department(self):
        """Return the department of the record (hr.department)."""
        return self._obligation_relation("department_id", "hr.department")

    def _obligation_company(self):
        """Return the company of the record; empty when all companies share it."""
        return self._obligation_relation("company_id", "res.company")

    def _on_obligation_missed(self, obligations):
        """Called on the records whose obligations were just missed."""

    def _on_obligation_met(self, obligations):
        """Called on the records whose obligations were just met."""

    def _obligation_relation(self, name, model_name):
        return self._relation_of_any(self, name, model_name)

    @api.model
    def _relation_of_any(self, record, name, model_name):
        field = record._fields.get(name)
        if field is None or field.comodel_name != model_name:
            return self.env[model_name]
        return record[name] if field.type == "many2one" else record[name][:1]

    def _obligation_places(self):
        """Return (partner id, department id, company id), None for none."""
        return (
            self._obligation_partner().id or None,
            self._obligation_department().id or None,
            self._obligation_company().id or None,
        )

    @api.model
    def _places_of_any(self, record):
        """Return the same for a record of a model that does not inherit the mixin."""
        return tuple(
            self._relation_of_any(record, name, model_name).id or None
            for name, model_name in [
                ("partner_id", "res.partner"),
                ("department_id", "hr.department"),
                ("company_id", "res.company"),
            ]
        )

    def action_view_obligations(self):
        """Open the obligations of the record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_obligation_action"
        )
        return action | {
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {},
        }
