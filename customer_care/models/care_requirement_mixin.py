from odoo import models
from odoo.exceptions import UserError


class CareRequirementMixin(models.AbstractModel):
    """A record whose gates ask for filled-in fields; the host calls
    `_requirement_check(gate)` before it passes one."""

    _name = "care.requirement.mixin"
    _description = "Record with requirements"

    def _requirement_company(self):
        """Return the company whose requirements hold; hosts may override."""
        if "company_id" in self._fields and self.sudo().company_id:
            return self.sudo().company_id
        return self.env.company

    def _requirement_department(self):
        """Return the department the figures count for; hosts may override."""
        if "department_id" in self._fields:
            return self.sudo().department_id
        return self.env["hr.department"]

    def _requirement_check(self, gate):
        """Refuse the gate while a required field is empty, else note what was met.

        :raise UserError: names the record and the fields to fill in
        """
        for record in self:
            asked = self.env["care.requirement"]._asked_at(
                self._name, gate, record._requirement_company()
            )
            met = asked.filtered(lambda asks, record=record: asks._applies_to(record))
            record._requirement_refuse(met)
            self.env["care.requirement.check"]._note(met, record)

    def _requirement_refuse(self, requirements):
        labels, words = [], []
        for requirement in requirements:
            missing = requirement.with_env(self.env)._missing_fields(self)
            labels += [label for label in missing if label not in labels]
            message = requirement.with_context(lang=self.env.lang).message
            if missing and message:
                words.append(message)
        if labels:
            sentence = self.env._(
                "%(record)s cannot go on yet. Fill in: %(fields)s.",
                record=self.display_name,
                fields=", ".join(labels),
            )
            raise UserError(" ".join([sentence, *words]))
