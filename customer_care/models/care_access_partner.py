from odoo import fields, models


class CareAccessPartner(models.AbstractModel):
    """The access to a customer that single people have beyond their clearance."""

    _name = "care.access.partner"
    _description = "Customer with access of single people"

    care_grant_count = fields.Integer(
        "Access given",
        compute="_compute_care_grant_count",
        groups="customer_care.customer_care_group_auditor",
    )

    def _grant_domain(self):
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]

    def _compute_care_grant_count(self):
        rows = self.env["care.access.grant"]._read_group(
            self._grant_domain(), ["res_id"], ["__count"]
        )
        counts = dict(rows)
        for partner in self:
            partner.care_grant_count = counts.get(partner.id, 0)

    def _get_vcard_file(self):
        if self._masked() and (unknown := self._unknown()):
            raise self.env["care.mask"]._missing_error(unknown)
        if self._is_client_read():
            self._note_access("export", ["vcard"])
        return super()._get_vcard_file()

    def action_view_access_grants(self):
        """Open who has or had access, for those who see the customer."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_access_grant_action"
        )
        return action | {"domain": self._grant_domain(), "context": {}}
