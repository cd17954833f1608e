from odoo import api, fields, models
from odoo.exceptions import UserError


class CareCooperationSteps(models.AbstractModel):
    """What a cooperation project does by itself: it takes its terms, plans its
    meetings one by one, watches its cost and knows when it was accepted."""

    _name = "care.cooperation.steps"
    _description = "Course of a cooperation project"
    _inherit = ["care.step.mixin"]
    _step_fields = {
        "care_cost_state": False,
        "care_kickoff_on": False,
        "care_accepted_on": False,
    }

    @api.model_create_multi
    def create(self, vals_list):
        projects = super().create(vals_list)
        if any(vals.get("care_lead_id") for vals in vals_list):
            projects.care_lead_id.check_access("read")
        cooperation = projects.sudo().filtered("care_is_cooperation")
        cooperation._care_begin()
        return projects

    def write(self, vals):
        result = super().write(vals)
        if {"care_is_cooperation", "care_term_id"} & vals.keys():
            self.sudo().filtered("care_is_cooperation")._care_begin()
        if {"care_budget", "care_term_id"} & vals.keys():
            self._care_cost_refresh()
        if vals.get("care_lead_id"):
            self.care_lead_id.check_access("read")
        return result

    def copy_data(self, default=None):
        """A copy of a cooperation project begins anew, under the same terms. None of
        our fields is copied by itself: not everybody may read them."""
        vals_list = super().copy_data(default)
        if self.env.user.has_group("customer_care.customer_care_group_user"):
            for project, vals in zip(self, vals_list, strict=True):
                if project.care_is_cooperation:
                    vals["care_is_cooperation"] = True
                    vals["care_term_id"] = project.care_term_id.id
        return vals_list

    def _care_begin(self):
        """Take the terms, the papers and the first meetings."""
        papers = self.env["care.project.paper"].sudo()
        for project in self:
            if not project.care_term_id:
                company = project.company_id or project.env.company
                term = self.env["care.project.term"]._default_for(company)
                if term:  # comes back here with its terms
                    project.care_term_id = term
                    continue
            everything = project.with_context(active_test=False)
            there = everything.care_paper_ids.item_id
            papers.create(
                [
                    {
                        "project_id": project.id,
                        "item_id": item.id,
                        "sequence": item.sequence,
                        "name": item.name,
                        "hint": item.hint,
                        "is_required": item.is_required,
                        "user_id": project.user_id.id,
                        "date_due": project.date,
                    }
                    for item in project.care_term_id.sudo().paper_ids - there
                ]
            )
            project._care_plan_meetings()

    # ---- meetings

    def _care_plan_meetings(self):
        """Have the kickoff planned, and after it one progress meeting at a time."""
        meetings = self.env["care.project.meeting"].sudo()
        meetings.flush_model(["state"])  # the database allows one that is planned
        today = fields.Date.context_today(self)
        for project in self.sudo():
            term = project.care_term_id
            if not project.care_is_cooperation or project.care_accepted_on:
                continue
            rows = meetings.search([("project_id", "=", project.id)])
            planned = set(rows.filtered(lambda r: r.state == "planned").mapped("kind"))
            held = rows.filtered(lambda row: row.state == "held")
            kind, days, last = "progress", term.meeting_days, today
            if term.kickoff_days and "kickoff" not in rows.mapped("kind"):
                kind, days = "kickoff", term.kickoff_days
            elif held:
                last = max(held.mapped("date_held"))
            if not days or planned:
                continue
            due = fields.Date.add(last, days=days)
            meetings.create(
                {
                    "project_id": project.id,
                    "kind": kind,
                    "date_due": max(due, today),
                    "user_id": project.user_id.id,
                }
            )

    def _on_care_meeting_held(self, meeting):
        """A meeting was held: the next is planned."""
        if meeting.kind == "kickoff" and not self.care_kickoff_on:
            self._step_write({"care_kickoff_on": meeting.date_held})
        self._care_plan_meetings()

    # ---- cost

    def _care_cost_figures(self):
        """Return {project id: (planned, actual, share of the budget or None)}."""
        rows = (
            self.env["care.project.cost"]
            .sudo()
            ._read_group(
                [("project_id", "in", self.ids)],
                ["project_id"],
                ["planned:sum", "actual:sum"],
            )
        )
        sums = {project.id: (planned, actual) for project, planned, actual in rows}
        found = {}
        for project in self.sudo()._origin:
            planned, actual = sums.get(project.id, (0.0, 0.0))
            if project.care_term_id.cost_source == "analytic":
                actual = project._care_cost_booked()
            budget = project.care_budget or planned
            share = 100 * actual / budget if budget else None
            found[project.id] = (planned, actual, share)
        return found

    def _care_cost_booked(self):
        """Return what is booked on the project's analytic account as cost."""
        account = self.account_id
        if not account:
            return 0.0
        column = account.plan_id._column_name()
        domain = [(column, "=", account.id), ("amount", "<", 0)]
        rows = self.env["account.analytic.line"].sudo()
        return -(rows._read_group(domain, [], ["amount:sum"])[0][0] or 0.0)

    def _care_cost_refresh(self):
        """Note how the cost stands; a deadline rule may start from it."""
        figures = self._care_cost_figures()
        for project in self.sudo():
            term = project.care_term_id
            share = figures[project.id][2]
            state = "ok"
            if share is None:
                state = "none"
            elif share > term.over_pct > 0:
                state = "over"
            elif term.warn_pct and share >= term.warn_pct:
                state = "warn"
            if project.care_is_cooperation and project.care_cost_state != state:
                project._step_write({"care_cost_state": state})

    @api.model
    def _cron_care_cost(self):
        """Look at the cost that others book, each night."""
        projects = self.sudo().search(
            [
                ("care_is_cooperation", "=", True),
                ("care_accepted_on", "=", False),
                ("care_term_id.cost_source", "=", "analytic"),
            ],
            order="id",
        )
        projects._care_cost_refresh()

    # ---- acceptance

    def _on_care_accepted(self):
        """The final acceptance was closed, or taken back."""
        for project in self.sudo():
            final = project.care_acceptance_ids.filtered(
                lambda row: row.kind == "final" and row.state == "closed"
            )
            day = final[:1].closed_on
            if project.care_accepted_on != day:
                project._step_write({"care_accepted_on": day})
                project._care_end_meetings()

    def _care_end_meetings(self):
        """An accepted project meets no more; one taken back does again."""
        planned = self.care_meeting_ids.filtered(lambda row: row.state == "planned")
        if self.care_accepted_on:
            planned._step_write({"state": "cancelled"})
        else:
            self._care_plan_meetings()

    # ---- people

    def _care_team_projects(self):
        """Return those whose rows the user may write: as a member of the team, as the
        person in charge of the contract, or as a manager."""
        if self.env.su or self.env.user.has_groups(
            "customer_care.customer_care_group_manager,project.group_project_manager"
        ):
            return self
        user, mine = self.env.user, self.browse()
        for project in self.sudo():
            people = project.user_id | project.care_contract_id.user_id
            if user in people | project.care_member_ids.user_id:
                mine |= project
        return mine.with_env(self.env)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for project in self.sudo():
            rows = project.with_context(active_test=False).care_acceptance_ids
            if set(rows.mapped("state")) & {"signed", "closed"}:
                raise UserError(
                    self.env._(
                        "%(project)s has an acceptance that the customer signed and "
                        "stays on record. Archive it instead.",
                        project=project.with_env(self.env).display_name,
                    )
                )

    # ---- screens

    def action_care_open_cooperation(self):
        """Open the project on the screen of cooperation projects."""
        self.ensure_one()
        view = self.env.ref("customer_care.project_project_view_form_cooperation")
        return {
            "type": "ir.actions.act_window",
            "res_model": "project.project",
            "res_id": self.id,
            "views": [(view.id, "form")],
        }

    def _care_open_rows(self, name, **context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(f"customer_care.{name}")
        return action | {
            "domain": [("project_id", "=", self.id)],
            "context": {"default_project_id": self.id, **context},
        }

    def action_care_team(self):
        """Open its team."""
        return self._care_open_rows("care_project_member_action")

    def action_care_meetings(self):
        """Open its meetings."""
        return self._care_open_rows("care_project_meeting_action")

    def action_care_costs(self):
        """Open its cost lines."""
        return self._care_open_rows("care_project_cost_action")

    def action_care_papers(self):
        """Open its papers."""
        return self._care_open_rows("care_project_paper_action")

    def action_care_acceptances(self):
        """Open its acceptances."""
        return self._care_open_rows("care_project_acceptance_action")

    def action_care_defects(self):
        """Open its defects."""
        action = self._care_open_rows("care_project_defect_action")
        return action | {"context": {"create": False}}
