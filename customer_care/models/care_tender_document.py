from odoo import fields, models
from odoo.exceptions import UserError

from .care_tender_template_item import KINDS


class CareTenderDocument(models.Model):
    """One paper of a bid: the price, the technical solution, the service promise ...
    with person, day and file. The tender takes them from its checklist; the people of
    the tender write them."""

    _name = "care.tender.document"
    _description = "Paper of a bid"
    _inherit = ["care.check.row.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "lead_id, sequence, id"
    _host_field = "lead_id"

    lead_id = fields.Many2one(
        "crm.lead", "Tender", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        string="Customer", related="lead_id.partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="lead_id.company_id", store=True)
    item_id = fields.Many2one(
        "care.tender.template.item",
        "From the checklist",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    kind = fields.Selection(KINDS, required=True, default="other", index=True)
    closing_at = fields.Datetime(related="lead_id.care_tender_closing_at")
    tender_state = fields.Selection(related="lead_id.care_tender_state")
    attachment_ids = fields.Many2many(
        "ir.attachment", "care_tender_document_file_rel", string="Files", copy=False
    )

    def _check_row_open(self):
        lead = self.sudo().lead_id
        if lead.care_tender_state not in (False, "preparing"):
            raise UserError(
                self.env._(
                    "The bid for %(tender)s is closed: its papers stay as they were. "
                    "Attach later papers to the lead itself.",
                    tender=lead.name,
                )
            )
