from datetime import date, datetime

from odoo import fields, models

from odoo.addons.base_import.models.base_import import ImportValidationError

from ..logic import import_day
from ..tools.import_rows import FROM_SCREEN

_PATTERNS = {"date": "date_format", "datetime": "datetime_format"}


class BaseImportImport(models.TransientModel):
    """A file that is imported: a day or number that cannot be read is an error of its
    row and does not keep the others from being checked."""

    _inherit = "base_import.import"

    def execute_import(self, fields, columns, options, dryrun=False):
        this = self.with_context(**{FROM_SCREEN: True})
        return super(BaseImportImport, this).execute_import(
            fields, columns, options, dryrun
        )

    def _parse_date_from_data(self, data, index, name, field_type, options):
        """Read what says a day; the rest stays as it is, and its row is refused."""
        for line in data:
            value = line[index]
            if field_type == "date" and isinstance(value, datetime):
                line[index] = import_day.day_of(value)
            if not value or isinstance(value, date):
                continue
            found = import_day.parse(value, options.get(_PATTERNS[field_type]))
            if found and field_type == "date":
                line[index] = fields.Date.to_string(found)
            elif found:
                line[index] = fields.Datetime.to_string(found)

    def _parse_float_from_data(self, data, index, name, options):
        for line in data:
            value = line[index]
            try:
                super()._parse_float_from_data([line], index, name, options)
            except ImportValidationError:
                line[index] = value
        return
