from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CareRequirementCheck(models.Model):
    """Proof that a record met a requirement when it first passed the gate.

    The requirement mixin writes it, nobody changes it.
    """

    _name = "care.requirement.check"
    _description = "Requirement met"
    _inherit = [
        "care.engine.mixin",
        "care.compliance.mixin",
        "care.secrecy.follow.mixin",
    ]
    _order = "at desc, id desc"
    _rec_name = "res_name"
    _compliance_source = "requirement"
    _compliance_levels = True

    requirement_id = fields.Many2one(
        "care.requirement", required=True, index=True, ondelete="restrict"
    )
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    res_model = fields.Char(string="Model name", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True
    )
    res_name = fields.Char(
        string="Record name", help="The name the record had at the time."
    )
    gate = fields.Char(required=True)
    at = fields.Datetime(string="Met at", required=True)
    user_id = fields.Many2one("res.users", string="By", ondelete="restrict")
    company_id = fields.Many2one("res.company", index=True, ondelete="restrict")
    department_id = fields.Many2one("hr.department", ondelete="set null")

    _once = models.UniqueIndex(
        "(requirement_id, res_model, res_id)", "The requirement is met already."
    )
    _record_idx = models.Index("(res_model, res_id)")
    _clause_at_idx = models.Index("(clause_id, at)")

    def action_open_record(self):
        self.ensure_one()
        if self.res_model not in self.env:
            raise UserError(
                self.env._(
                    "%(record)s belongs to an add-on that is not installed any more.",
                    record=self.res_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    @api.model
    def _note(self, met, company):
        """Keep once per requirement and record that it was met; later passes add
        nothing. `met` is [(requirement, records of the company)]."""
        found = [(requirement, records) for requirement, records in met if records]
        if not found:
            return
        known = {
            (row.requirement_id.id, row.res_id)
            for row in self.sudo().search_fetch(
                [
                    ("requirement_id", "in", [item.id for item, __ in found]),
                    ("res_model", "=", found[0][1]._name),
                    ("res_id", "in", list({i for __, all_ in found for i in all_.ids})),
                ],
                ["requirement_id", "res_id"],
            )
        }
        now = fields.Datetime.now()
        hosts = self.env["care.requirement.mixin"]
        self._engine().create(
            [
                {
                    "requirement_id": requirement.id,
                    "clause_id": requirement.clause_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "res_name": record.display_name,
                    "gate": requirement.gate,
                    "at": now,
                    "user_id": self.env.uid,
                    "company_id": company.id,
                    "department_id": hosts._department_of(record).id,
                }
                for requirement, records in found
                for record in records
                if (requirement.id, record.id) not in known
            ]
        )

    # -------------------------------------------------------------- compliance

    def _compliance_label(self):
        return self.env._("Required entries")

    def _compliance_select(self):
        self.flush_model()
        return SQL(
            """
            SELECT MIN(k.id)::bigint AS id,
                   GREATEST(k.secrecy_level, 1) AS secrecy_level,
                   k.clause_id, k.company_id,
                   k.department_id, date_trunc('month', k.at)::date AS month,
                   COUNT(*) AS met, 0::bigint AS missed, 0::bigint AS waived,
                   0::bigint AS open
              FROM care_requirement_check k
             WHERE k.clause_id IS NOT NULL
             GROUP BY GREATEST(k.secrecy_level, 1),
                      k.clause_id, k.company_id, k.department_id,
                      date_trunc('month', k.at)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_requirement_check_action", "at", []
