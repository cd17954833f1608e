from odoo import api, fields, models
from odoo.exceptions import ValidationError

_KINDS = [
    ("building", "Building"),
    ("room", "Room"),
    ("cabinet", "Cabinet"),
    ("shelf", "Shelf"),
    ("box", "Box"),
]
_RANK = {kind: rank for rank, (kind, _label) in enumerate(_KINDS)}


class ArchiveLocation(models.Model):
    """A place where files lie, from the building down to the box. Managers write it."""

    _name = "archive.location"
    _description = "Archive location"
    _order = "complete_name, id"
    _rec_name = "complete_name"
    _parent_store = True
    _check_company_auto = True

    name = fields.Char(required=True)
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True, index="trigram"
    )
    kind = fields.Selection(_KINDS, required=True, default="cabinet")
    parent_id = fields.Many2one(
        "archive.location",
        string="Inside",
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("archive.location", "parent_id")
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)
    capacity = fields.Integer(help="Files that fit in directly; 0 sets no limit.")
    note = fields.Text()
    file_count = fields.Integer(
        "Files", compute="_compute_file_count", help="Files here and further inside."
    )

    _capacity_positive = models.Constraint(
        "CHECK (capacity >= 0)", "The capacity cannot be negative."
    )
    _name_uniq = models.UniqueIndex(
        "(name, parent_id, company_id) NULLS NOT DISTINCT",
        "This place already has a location of the same name.",
    )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for location in self:
            names = [location.parent_id.complete_name, location.name]
            location.complete_name = " / ".join(filter(None, names))

    def _compute_file_count(self):
        groups = (
            self.env["archive.file"]
            .with_context(active_test=False)
            ._read_group(
                [("location_id", "child_of", self.ids)], ["location_id"], ["__count"]
            )
        )
        for location in self:
            location.file_count = sum(
                count
                for place, count in groups
                if (place.parent_path or "").startswith(location.parent_path or "-")
            )

    @api.constrains("kind", "parent_id")
    def _check_kind(self):
        for location in self | self.child_ids:
            parent = location.parent_id
            if parent and _RANK[parent.kind] >= _RANK[location.kind]:
                kinds = dict(self._fields["kind"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "%(location)s (%(kind)s) cannot lie in %(parent)s "
                        "(%(parent_kind)s). Choose a larger place or another kind.",
                        location=location.name,
                        kind=kinds[location.kind],
                        parent=parent.complete_name,
                        parent_kind=kinds[parent.kind],
                    )
                )

    def _check_capacity(self):
        """Raise when more files lie directly in a place than fit; the words tell
        nothing of how many, for some may be hidden."""
        limited = self.filtered("capacity")
        groups = (
            self.env["archive.file"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("location_id", "in", limited.ids)], ["location_id"], ["__count"]
            )
        )
        for location, count in groups:
            if count > location.capacity:
                raise ValidationError(
                    self.env._(
                        "Nothing more can be put into %(location)s. Choose another "
                        "place.",
                        location=location.complete_name,
                    )
                )

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for location, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%(name)s (copy)", name=location.name)
        return vals_list

    def action_view_files(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_archive.archive_file_action"
        )
        action["domain"] = [("location_id", "child_of", self.ids)]
        action["context"] = {"default_home_location_id": self[:1].id}
        return action
