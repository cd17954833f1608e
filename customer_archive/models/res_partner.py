from odoo import api, fields, models


class ResPartner(models.Model):
    """A customer shows the files about it and about its contacts."""

    _inherit = "res.partner"

    archive_file_count = fields.Integer(
        "Archive files",
        compute="_compute_archive_file_count",
        groups="customer_archive.customer_archive_group_user",
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_archive_file_count(self):
        groups = self.env["archive.file"]._read_group(
            [("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"]
        )
        self.archive_file_count = 0
        wanted = set(self.ids)
        for partner, count in groups:
            while partner:
                if partner.id in wanted:
                    self.browse(partner.id).archive_file_count += count
                partner = partner.parent_id

    def action_view_archive_files(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.archive_file_action"
        )
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id}
        return action
