from odoo import api, models


class ResCompany(models.Model):
    """A company numbers its files in its own run."""

    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._ensure_archive_sequence()
        return companies

    def _ensure_archive_sequence(self):
        """Give each company without one its own run of file numbers."""
        sequences = self.env["ir.sequence"].sudo()
        taken = sequences.search(
            [("code", "=", "archive.file"), ("company_id", "in", self.ids)]
        ).company_id
        sequences.create(
            [
                {
                    "name": self.env._("Archive files: %(company)s", company=co.name),
                    "code": "archive.file",
                    "prefix": "AF/%(range_year)s/",
                    "use_date_range": True,
                    "padding": 5,
                    "company_id": co.id,
                }
                for co in self - taken
            ]
        )
