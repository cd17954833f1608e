from odoo import fields, models
from odoo.tools import SQL


class CareTimeline(models.Model):
    """Files opened for a customer are part of its timeline."""

    _inherit = "care.timeline"

    kind = fields.Selection(selection_add=[("archive", "Archive file")])

    def _timeline_sources(self):
        return [*super()._timeline_sources(), self._timeline_files()]

    def _timeline_files(self):
        return self._timeline_rows(
            "archive.file",
            "archive",
            date="create_date",
            name=SQL("concat_ws(' ', archive_file.number, archive_file.title)"),
            user="keeper_id",
        )
