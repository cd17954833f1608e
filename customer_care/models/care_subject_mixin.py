from odoo import api, fields, models
from odoo.exceptions import UserError


class CareSubjectMixin(models.AbstractModel):
    """A row about one subject (customer, user, employee, department, project, company).

    Its name is read as the user: of a record he may not see he learns nothing.
    """

    _name = "care.subject.mixin"
    _description = "Row about a subject"

    # names of the two columns, and whether id 0 stands for the company
    _subject_fields = ("res_model", "res_id")

    subject_name = fields.Char("Subject", compute="_compute_subject_name")

    @api.depends(lambda self: (*self._subject_fields, "company_id"))
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_subject_name(self):
        model_field, id_field = self._subject_fields
        for name, rows in self.grouped(model_field).items():
            visible = self.env["res.users"].browse()
            if name in self.env:
                ids = [id_ for id_ in rows.mapped(id_field) if id_]
                subjects = self.env[name].sudo(False).browse(set(ids)).exists()
                visible = subjects._filtered_access("read")
            names = {subject.id: subject.display_name for subject in visible}
            for row in rows:
                row.subject_name = names.get(row[id_field]) or row._nameless()

    def _nameless(self):
        """Return the words for a subject without a name that may be shown."""
        model_field, id_field = self._subject_fields
        if self[model_field] == "res.company" and not self[id_field]:
            return self.company_id.name
        return self.env._("Restricted record")

    def action_open_subject(self):
        """Open the subject itself, for those who may see it."""
        self.ensure_one()
        name, id_ = (self[field] for field in self._subject_fields)
        id_ = id_ or self.company_id.id
        if name not in self.env or not self.env[name].browse(id_).exists():
            raise UserError(
                self.env._("This subject is no longer there. Its figures stay.")
            )
        self.env[name].browse(id_).check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": name,
            "res_id": id_,
            "views": [[False, "form"]],
        }
