from odoo import models

from ..models.care_tier_partner_mixin import MERGE


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Contacts merged in one: grades and their history go over to the one kept, and the
    higher level of secrecy, and what is sealed."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        kept = dst_partner.sudo()
        kept.secrecy_own = max((src_partners.sudo() + kept).mapped("secrecy_own"))
        src_partners._care_merge(dst_partner)
        self.env["care.secret"]._take_over(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        grants = self.env["care.tier.grant"].sudo()
        grants.invalidate_model(["partner_id"])
        found = grants.search([("partner_id", "=", dst_partner.id)])
        for company in found.company_id:
            dst_partner._care_refresh(company, dst_partner.ids)
        return result

    def _update_values(self, src_partners, dst_partner):
        """The grade is not copied from one to the other: it comes from the history."""
        return super()._update_values(
            src_partners, dst_partner.with_context(care_merge=MERGE)
        )
