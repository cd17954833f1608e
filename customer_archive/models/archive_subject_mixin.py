from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..logic.subject import is_vin, subject_key


class ArchiveSubjectMixin(models.AbstractModel):
    """What a file is about: a customer, a vehicle or another reference, by its type.
    The host stores it; this part compares subjects and keeps one file per subject."""

    _name = "archive.subject.mixin"
    _description = "Subject of an archive file"

    type_id = fields.Many2one(
        "archive.type",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    subject_kind = fields.Selection(related="type_id.subject_kind")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    plate = fields.Char("Licence plate", tracking=True)
    vin = fields.Char("VIN", tracking=True)
    reference = fields.Char(tracking=True)
    subject_key = fields.Char(
        compute="_compute_subject_key",
        store=True,
        help="What one-per-subject files are compared by; empty for other types.",
    )

    @api.depends(
        "type_id.is_unique_subject",
        "type_id.subject_kind",
        "partner_id",
        "plate",
        "vin",
        "reference",
    )
    def _compute_subject_key(self):
        for file in self:
            unique = file.type_id.is_unique_subject
            file.subject_key = file._get_subject() if unique else False

    @api.constrains("vin")
    def _check_vin(self):
        for file in self.filtered("vin"):
            if not is_vin(file.vin):
                raise ValidationError(
                    self.env._(
                        "VIN %(vin)s of %(file)s needs 17 letters and digits, without "
                        "I, O and Q. Correct it or leave it empty.",
                        vin=file.vin,
                        file=file.display_name,
                    )
                )

    @api.constrains("subject_key", "type_id", "company_id")
    def _check_subject_unique(self):
        for file in self.filtered("subject_key"):
            twin = file._get_twin()
            if twin:
                raise ValidationError(
                    self.env._(
                        "%(twin)s is already the file of type %(type)s for this "
                        "subject. Use it, or restore it when it is archived.",
                        twin=twin.display_name,
                        type=file.type_id.name,
                    )
                )

    def _get_twin(self):
        """Return the stored file about the same subject, archived ones included. Plain
        SQL, because a search would flush `self` into the unique index first."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM %s
                    WHERE id != %s AND company_id = %s AND type_id = %s
                      AND subject_key = %s""",
                SQL.identifier(self._table),
                self.id,
                self.company_id.id,
                self.type_id.id,
                self.subject_key,
            )
        )
        twins = self.sudo().browse(row[0] for row in rows)
        # one that is secret is a file of its own, of which nothing is told
        return twins.filtered(lambda file: file.secrecy_level < 2)[:1]

    def _get_subject(self):
        return subject_key(
            self.subject_kind or "partner",
            self.partner_id.id,
            self.plate,
            self.vin,
            self.reference,
        )
