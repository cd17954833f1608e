from odoo import models

from ..logic import evaluation_xlsx

_WIDE, _NARROW = 28, 14


class CareEvaluationLists(models.AbstractModel):
    """The lists of an evaluation, on the screen and as a workbook."""

    _name = "care.evaluation.lists"
    _description = "Lists of an evaluation"

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
