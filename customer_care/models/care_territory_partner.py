from odoo import api, fields, models, tools
from odoo.tools import SQL

_BATCH = 10000
ASIDE = "care_no_territory"  # people of ours are entered, no customers


class CareTerritoryPartner(models.AbstractModel):
    """The territory of a customer. A new customer for whom nobody is named goes to
    its manager; later changes are noted by the nightly job and moved by hand."""

    _name = "care.territory.partner"
    _description = "Customer in a territory"

    care_territory_id = fields.Many2one(
        "care.territory",
        "Territory",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
        groups="customer_care.customer_care_group_user",
    )

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        if self._care_has_territories() and not self.env.context.get(ASIDE):
            partners._care_settle()
        return partners

    @api.model
    @tools.ormcache()
    def _care_has_territories(self):
        return bool(self.env["care.territory"].sudo().search_count([], limit=1))

    def _care_settle(self):
        """Note the territory of new customers, and give those without anybody in
        charge to its manager."""
        customers = self.sudo().filtered(lambda p: p.commercial_partner_id == p)
        found = self.env["care.territory"]._match(customers)
        for territory in set(found.values()):
            mine = customers.filtered(lambda p, t=territory: found.get(p.id) == t)
            manager = territory.effective_manager_id
            if territory.assigns_new and manager:
                free = mine.filtered(lambda p: not p.user_id)
                free = free.with_env(self.env)._care_takeable(manager)
                free._care_assign(
                    manager,
                    self.env._("Territory %(name)s", name=territory.name),
                    origin=territory,
                )
            # last, so that nothing is owed in between
            mine.care_territory_id = territory

    def _care_put_territory(self, territory):
        """Write the territory of many customers by statements that nobody waits for."""
        for start in range(0, len(self), _BATCH):
            ids = list(self._ids[start : start + _BATCH])
            self.env.execute_query(
                SQL(
                    """UPDATE res_partner SET care_territory_id = %s
                        WHERE id = ANY(%s) RETURNING id""",
                    territory.id or None,
                    ids,
                )
            )
        self.invalidate_recordset(["care_territory_id"], flush=False)
        self.modified(["care_territory_id"])
