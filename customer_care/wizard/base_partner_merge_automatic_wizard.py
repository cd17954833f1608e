from odoo import models

from ..models.care_merge_links import Merging
from ..models.care_tier_partner_mixin import MERGE


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Contacts merged in one: what cannot be is refused, all that hangs on them goes
    over to the one kept, and what was done is written down."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        partners = self.env["res.partner"].browse(partner_ids).exists()
        if len(partners) < 2 or len(partners) > 3:
            return super()._merge(partner_ids, dst_partner, extra_checks)
        service = self.env["care.merge"]
        service._check(partners)
        kept = dst_partner if dst_partner and dst_partner in partners else None
        if not kept:
            kept = self._get_ordered_partner(partners.ids)[-1]
        merging = service._begin(partners - kept, kept)
        merging.pair = self._care_pair()
        shared = partners.sudo().filtered(lambda partner: not partner.company_id)
        self = self.with_context(care_merging=merging)
        result = super()._merge(partners.ids, kept, extra_checks)
        kept = self.env["res.partner"].browse(merging.kept)
        if shared and kept.sudo().company_id:
            kept.sudo().company_id = False  # what was everybody's stays so
        service._after(merging)
        kept._care_tell_merge(merging)
        return result

    def _care_pair(self):
        """Return the id of the pair that is being decided."""
        pair = self.env.context.get("care_duplicate")
        return pair.id if isinstance(pair, models.BaseModel) else 0

    def _update_foreign_keys(self, src_partners, dst_partner):
        kept = dst_partner.sudo()
        kept.secrecy_own = max((src_partners.sudo() + kept).mapped("secrecy_own"))
        src_partners._care_merge(dst_partner)
        self.env["care.secret"]._take_over(src_partners, dst_partner)
        merging = self.env.context.get("care_merging")
        if isinstance(merging, Merging):
            self.env["care.merge"]._before(merging)
            self.env["care.merge.links"]._move(merging)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        grants = self.env["care.tier.grant"].sudo()
        grants.invalidate_model(["partner_id"])
        found = grants.search([("partner_id", "=", dst_partner.id)])
        for company in found.company_id:
            dst_partner._care_refresh(company, dst_partner.ids)
        return result

    def _update_values(self, src_partners, dst_partner):
        """The grade is not copied from one to the other: it comes from the history."""
        freed = src_partners.sudo().filtered("credit_code")
        if freed:  # it is one customer's, and goes over
            code = freed[0].credit_code
            freed.with_context(care_merge=MERGE).credit_code = False
            freed.flush_recordset(["credit_code"])
            if not dst_partner.sudo().credit_code:
                dst_partner.sudo().credit_code = code
        self.env["care.merge"]._keep_pictures(src_partners, dst_partner)
        return super()._update_values(
            src_partners.sudo(), dst_partner.sudo().with_context(care_merge=MERGE)
        )
