from odoo import models
from odoo.tools import SQL

from ..logic import evaluation_xlsx

_WIDE, _NARROW = 28, 14


class CareEvaluationLists(models.AbstractModel):
    """The lists of an evaluation, on the screen and as a workbook."""

    _name = "care.evaluation.lists"
    _description = "Lists of an evaluation"
    _inherit = ["care.compliance.mixin"]
    _compliance_source = "evaluation"
    _compliance_department = ""

    def _compliance_label(self):
        return self.env._("Evaluations of customers")

    def _compliance_select(self):
        """An evaluation is kept when its grades are in force by its last day, with the
        days of grace of its scheme."""
        self.env["care.evaluation"].flush_model()
        self.env["care.tier.scheme"].flush_model()
        return SQL(
            """
            SELECT MIN(e.id)::bigint AS id, e.clause_id, e.company_id,
                   NULL::integer AS department_id,
                   date_trunc('month', e.window_to)::date AS month,
                   COUNT(*) FILTER (WHERE e.applied_at < n.last) AS met,
                   COUNT(*) FILTER (WHERE COALESCE(e.applied_at, n.now) >= n.last)
                       AS missed,
                   0::bigint AS waived,
                   COUNT(*) FILTER (WHERE e.applied_at IS NULL AND n.now < n.last)
                       AS open
              FROM care_evaluation e
              JOIN care_tier_scheme s ON s.id = e.scheme_id,
                   LATERAL (SELECT now() AT TIME ZONE 'utc' AS now,
                                   e.window_to + s.grace_days + 1 AS last) n
             WHERE e.clause_id IS NOT NULL AND e.state != 'cancelled'
               AND e.kind = 'yearly'
             GROUP BY e.clause_id, e.company_id, date_trunc('month', e.window_to)
            """
        )

    def _compliance_action(self):
        return (
            "customer_care.care_evaluation_action",
            "window_to",
            [("state", "!=", "cancelled"), ("kind", "=", "yearly")],
        )

    def action_view_lines(self):
        """Open the customers of the evaluation by list."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_evaluation_line_action"
        )
        return action | {
            "domain": [("evaluation_id", "=", self.id)],
            "context": {"search_default_group_list": 1},
        }

    def action_export_lists(self):
        """Download the lists as a workbook."""
        self.ensure_one()
        url = f"/customer_care/evaluation/{self.id}/lists"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    def _lists_workbook(self):
        """Return the lists the user may see as an xlsx file."""
        self.ensure_one()
        self.check_access("read")
        lines = self.env["care.evaluation.line"]
        domain = [("evaluation_id", "=", self.id)]
        found = lines.search(domain, order="section_id, id")
        lists = lines._fields["list_kind"]._description_selection(self.env)
        sheets = [
            (name, self._list_rows(found.filtered(lambda n, k=kind: n.list_kind == k)))
            for kind, name in lists
        ]
        credit = found.filtered(lambda n: n.credit_grade or n.credit_before)
        sheets.append((self.env._("Credit grades"), self._list_rows(credit)))
        return evaluation_xlsx.build(
            self.name, self._list_columns(), sheets, self.opened_at or self.create_date
        )

    def _list_columns(self):
        names = {
            "partner_id": _WIDE,
            "section_id": _WIDE,
            "previous_tier_id": _NARROW,
            "computed_tier_id": _NARROW,
            "proposed_tier_id": _NARROW,
            "reviewed_tier_id": _NARROW,
            "final_tier_id": _NARROW,
            "credit_before": _NARROW,
            "credit_grade": _NARROW,
            "special_policy": _NARROW,
            "special_note": _WIDE,
            "support_plan": _WIDE,
        }
        words = self.env["care.evaluation.line"].fields_get(list(names), ["string"])
        columns = [(words[name]["string"], width) for name, width in names.items()]
        return [*columns, (self.env._("Reason"), _WIDE)]

    def _list_rows(self, lines):
        policies = dict(
            lines._fields["special_policy"]._description_selection(self.env)
        )
        for line in lines:
            yield (
                line.partner_id.display_name,
                line.section_id.name,
                line.previous_tier_id.name or "",
                line.computed_tier_id.name or "",
                line.proposed_tier_id.name or "",
                line.reviewed_tier_id.name or "",
                line.final_tier_id.name or "",
                line.credit_before or "",
                line.credit_grade or "",
                policies.get(line.special_policy, ""),
                line.special_note or "",
                line.support_plan or "",
                line._final_reason(),
            )
