from odoo import fields, models


class CareTenderTemplate(models.Model):
    """What a bid consists of: the papers every tender of a kind wants. Managers and
    policy packs write it; a tender takes its checklist from it."""

    _name = "care.tender.template"
    _description = "Checklist of a bid"
    _inherit = ["care.pack.row.mixin"]
    _order = "sequence, id"
    _pack_fields = ("name", "sequence", "is_default", "item_ids")

    is_default = fields.Boolean(
        "For new tenders", help="A new tender takes its papers from this list."
    )
    item_ids = fields.One2many(
        "care.tender.template.item", "template_id", "Papers", copy=True
    )

    _default_uniq = models.UniqueIndex(
        "(company_id) NULLS NOT DISTINCT WHERE is_default AND active",
        "Another checklist is for new tenders already. Untick that one first.",
    )

    def _default_for(self, company):
        """Return the checklist that a new tender of the company takes."""
        found = self.sudo().search(
            [
                ("is_default", "=", True),
                ("company_id", "in", (False, company.id)),
            ],
            order="company_id NULLS LAST, sequence, id",
            limit=1,
        )
        return found.with_env(self.env)

    def _prepare_document_vals(self, lead):
        """Return the values of the papers of one tender."""
        closing = lead.care_tender_closing_at
        return [
            {
                "lead_id": lead.id,
                "item_id": item.id,
                "sequence": item.sequence,
                "name": item.name,
                "hint": item.hint,
                "kind": item.kind,
                "is_required": item.is_required,
                "user_id": lead.user_id.id,
                "date_due": closing
                and fields.Date.subtract(closing.date(), days=item.days_before),
            }
            for item in self.item_ids
        ]
