import hashlib

from odoo import fields, models
from odoo.tools import SQL


class CareRegistrationLock(models.Model):
    """One key (phone, credit code, person) that entries wait for each other on.

    A second entry of the same key at the same moment ends in a serialization failure
    of the database, and Odoo tries it again: then it sees the first one. Only the
    register writes it.
    """

    _name = "care.registration.lock"
    _description = "Key of entries"
    _inherit = ["care.engine.mixin"]
    _rec_name = "key"
    _log_access = False

    key = fields.Char(required=True, readonly=True)
    touched = fields.Integer(readonly=True)

    _key_uniq = models.UniqueIndex("(key)", "This key is there already.")

    def _hold(self, keys):
        """Keep others who want one of `keys` waiting until this transaction ends."""
        prints = {hashlib.sha256(key.encode()).hexdigest() for key in keys}
        for key in sorted(prints):  # always in one order, so no two wait crosswise
            self.env.cr.execute(
                SQL(
                    """INSERT INTO care_registration_lock (key, touched) VALUES (%s, 1)
                       ON CONFLICT (key)
                       DO UPDATE SET touched = care_registration_lock.touched + 1""",
                    key,
                )
            )
