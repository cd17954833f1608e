from odoo import api, fields, models
from odoo.fields import Domain


class CareSegment(models.Model):
    """A class of customers or contacts: a size, a relation, a nature, a kind of special
    partner, an ability to buy, a role in decisions.

    Managers and policy packs write it; customers and contacts are put into it.
    """

    _name = "care.segment"
    _description = "Class of customers"
    _inherit = ["care.pack.row.mixin"]
    _order = "kind, sequence, id"
    _pack_fields = ("name", "sequence", "kind", "description")

    kind = fields.Selection(
        [
            ("size", "Size"),
            ("relation", "Relation"),
            ("nature", "Nature of the firm"),
            ("special", "Special partner"),
            ("ability", "Ability to buy"),
            ("role", "Decision role"),
        ],
        required=True,
        default="size",
        index=True,
    )
    description = fields.Text(translate=True, help="Which customers belong here.")

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Find classes by name; in a file, those of the kind of the column."""
        wanted = self.env.context.get("care_segment_domain")
        if isinstance(wanted, list):
            domain = Domain(domain or Domain.TRUE) & Domain(wanted)
        return super().name_search(name, domain, operator, limit)
