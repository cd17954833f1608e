from odoo import fields, models


class ArchiveType(models.Model):
    """A kind of file (customer file, new-car file): what it is about, which items
    belong in it and how long it is kept. Managers write it."""

    _name = "archive.type"
    _description = "Archive file type"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(copy=False, help="Short code by which imports find the type.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: all companies use this type.",
    )
    subject_kind = fields.Selection(
        [
            ("partner", "Customer"),
            ("vehicle", "Vehicle"),
            ("reference", "Reference"),
        ],
        string="About",
        required=True,
        default="partner",
        help="What each file of this type is about.",
    )
    is_unique_subject = fields.Boolean(
        "One file per subject",
        help="One customer (vehicle, reference) has at most one file of this type.",
    )
    retention_years = fields.Integer(
        help="Years a file is kept after it was closed; 0 keeps it for ever."
    )
    item_ids = fields.One2many(
        "archive.type.item", "type_id", string="Checklist", copy=True
    )
    description = fields.Text(translate=True)
    file_count = fields.Integer(compute="_compute_file_count")

    _code_uniq = models.UniqueIndex(
        "(code, company_id) NULLS NOT DISTINCT WHERE code IS NOT NULL",
        "Another archive file type of this company already has this code.",
    )
    _retention_positive = models.Constraint(
        "CHECK (retention_years >= 0)", "The retention cannot be negative."
    )

    def _compute_file_count(self):
        groups = self.env["archive.file"]._read_group(
            [("type_id", "in", self.ids)], ["type_id"], ["__count"]
        )
        counts = {file_type.id: count for file_type, count in groups}
        for file_type in self:
            file_type.file_count = counts.get(file_type.id, 0)

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for file_type, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=file_type.name)
        return vals_list

    def action_view_files(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.archive_file_action"
        )
        action["domain"] = [("type_id", "in", self.ids)]
        action["context"] = {"default_type_id": self[:1].id}
        return action
