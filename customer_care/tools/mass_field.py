from odoo import fields


class MassMany2one(fields.Many2one):
    """A link of a table that engines fill by the million, without a foreign key.

    Checking the same parent for every row takes a fifth of such a statement. It is for
    parents that the engine has just read, and whose deletion is refused in Python.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without a constraint."""
