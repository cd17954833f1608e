from odoo import api, models
from odoo.exceptions import UserError


class CareRequirementMixin(models.AbstractModel):
    """A record whose gates ask for filled-in fields or for a condition; the host calls
    `_requirement_check(gate)` before it passes one.

    The gate “save” is asked here, of people alone: what the system itself writes (mail
    that comes in, jobs) has nobody who could fill in anything.
    """

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

    @api.model
    def _department_of(self, record):
        """Return the department of a record, also of one whose app knows no gates."""
        if isinstance(record, self.env.registry["care.requirement.mixin"]):
            return record._requirement_department()
        department = self.env["care.obligation.mixin"]._relation_of_any(
            record, "department_id", "hr.department"
        )
        return department.sudo(record.env.su)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if not self.env.su and self.env["care.requirement"]._reads_at_save(self._name):
            records._requirement_check("save")
        return records

    def write(self, vals):
        reads = ()
        if not self.env.su:
            reads = self.env["care.requirement"]._reads_at_save(self._name)
        # seen before: res.partner takes values out while it writes
        asked = reads and not reads.isdisjoint(vals)
        result = super().write(vals)
        if asked:
            self._requirement_check("save")
        return result

    def _requirement_check(self, gate):
        """Refuse the gate while a requirement is not met, else note what was met.

        :raise UserError: names the record and what to fill in
        """
        for company, records in self.grouped(
            lambda record: record._requirement_company()
        ).items():
            asked = self.env["care.requirement"]._asked_at(self._name, gate, company)
            asks = {requirement: requirement._concerned(self) for requirement in asked}
            for record in records:
                concern = [item.id for item, found in asks.items() if record in found]
                record._requirement_refuse(asked.browse(concern))
            met = [(item, found & records) for item, found in asks.items()]
            self.env["care.requirement.check"]._note(met, company)

    def _requirement_refuse(self, requirements):
        """Raise one sentence for all that `self` lacks."""
        labels, words, broken = [], [], []
        for requirement in requirements:
            missing = requirement.with_env(self.env)._missing_fields(self)
            labels += [label for label in missing if label not in labels]
            said = requirement.with_context(lang=self.env.lang)
            if not requirement._is_kept_by(self):
                broken.append(said.message or said.name)
            elif missing and said.message:
                words.append(said.message)
        if labels:
            sentence = self.env._(
                "%(record)s cannot go on yet. Fill in: %(fields)s.",
                record=self.display_name,
                fields=", ".join(labels),
            )
            raise UserError(" ".join([sentence, *words, *broken]))
        if broken:
            raise UserError(
                self.env._(
                    "%(record)s cannot go on: %(reasons)s",
                    record=self.display_name,
                    reasons=" ".join(broken),
                )
            )
