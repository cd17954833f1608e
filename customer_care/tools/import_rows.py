from psycopg2.errors import NotNullViolation

from odoo import api

FROM_SCREEN = "care_import_screen"  # the file comes from the import screen


class ImportRows:
    """The part of any record that is loaded from a file: each error stands at its own
    row."""

    __slots__ = ()

    @api.model
    def load(self, fields, data):
        result = super().load(fields, data)
        if self.env.context.get(FROM_SCREEN):
            result["messages"] = self._care_messages_at_rows(result["messages"])
        return result

    @api.model
    def _care_messages_at_rows(self, messages):
        """Return the messages without the one that Odoo puts at the first row of a
        batch, where the row that is wrong has the same one."""
        if len(messages) < 2:
            return messages
        first = messages[0]
        rest = [m for m in messages[1:] if m["type"] == "error"]
        if (
            first["type"] == "error"
            and not first.get("field")
            and any(m["message"] == first["message"] for m in rest)
        ):
            return messages[1:]
        return messages

    @api.model
    def _sql_error_to_message(self, exc):
        field = self._fields.get(exc.diag.column_name or "")
        if (
            field
            and isinstance(exc, NotNullViolation)
            and exc.diag.table_name == self._table
            and self.env.context.get(FROM_SCREEN)
        ):
            return self.env._(
                "“%(field)s” is empty. Fill it in, or leave the row out.",
                field=field.get_description(self.env, ["string"])["string"],
            )
        return super()._sql_error_to_message(exc)

    @api.model
    def get_import_templates(self):
        """Offer our workbooks too; of contacts `care.duplicate.import` does."""
        ours = self.env["care.import.template"]._offered(self._name)
        return ours + super().get_import_templates()
