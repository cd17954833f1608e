from odoo import api, fields, models
from odoo.exceptions import UserError

_BATCH = 1000


class CareEvaluationOpen(models.AbstractModel):
    """How an evaluation begins: all customers rated at once and dealt to sections."""

    _name = "care.evaluation.open"
    _description = "Opening of an evaluation"

    @api.model
    def _of_year(self, scheme, company, year=None):
        """Return the scheme's evaluation of a year, made in draft where there is
        none."""
        year = year or self.env["care.role"]._today(company).year
        keys = {"scheme_id": scheme.id, "company_id": company.id, "year": year}
        domain = [(name, "=", value) for name, value in keys.items()]
        found = self.search(
            [*domain, ("kind", "=", "yearly"), ("state", "!=", "cancelled")], limit=1
        )
        return found or self.create(keys)

    def _form_action(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_evaluation_action"
        )
        return action | {"res_id": self.id, "views": [(False, "form")]}

    @api.model
    def _cron_open(self):
        """Open the evaluations whose window is on; run twice, it opens them once."""
        self._open_due()

    @api.model
    def _open_due(self):
        schemes = self.env["care.tier.scheme"].sudo().search([("auto_open", "=", True)])
        opened = self.browse()
        for scheme in schemes.filtered("tier_ids"):
            for company in scheme._companies():
                evaluation = self._due_now(scheme, company)
                ids = scheme._population(company) if evaluation else []
                if ids and scheme._fits_seen(ids):
                    evaluation._open()
                    opened |= evaluation
        return opened

    @api.model
    def _due_now(self, scheme, company):
        """Return the draft evaluation to open today, empty for none."""
        today = self.env["care.role"]._today(company)
        if not scheme.window_from or not scheme.window_to:
            return self.browse()
        new = self.new({"scheme_id": scheme.id, "year": today.year})
        if not new.window_from <= today <= new.window_to:
            return self.browse()
        company_self = self.with_company(company)
        found = company_self._of_year(scheme, company, today.year)
        if found.user_id == self.env.ref("base.user_root"):
            chair = self.env["care.role"]._resolve(
                "customer_service_manager", company=company
            )
            if chair:
                found._put({"user_id": chair[0].id})
        return found.filtered(lambda e: e.state == "draft")

    def action_open(self):
        """Rate all customers and let the sections grade them."""
        self._expect("draft")
        for evaluation in self:
            evaluation._open()
        return True

    def _open(self):
        """Put every customer on the list with the grade its figures give."""
        self.ensure_one()
        scheme = self.scheme_id.sudo().with_company(self.company_id)
        ids = scheme._population(self.company_id)
        if not scheme._fits_seen(ids):
            raise UserError(
                self.env._(
                    "%(scheme)s fits no customer of %(company)s. Look at its "
                    "condition.",
                    scheme=scheme.name,
                    company=self.company_id.name,
                )
            )
        self.lock_for_update()
        scheme._run_scorecards(self.date_figures, self.company_id)
        rating = scheme._rate(ids, self.date_figures, self.company_id)
        sections = self._deal(ids)
        grants = self.env["care.tier.grant"].sudo()
        before = grants._standings(scheme, self.company_id, self.date_figures, ids)
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            self._make_lines(scheme, rating, part, sections, before)
            self.env.invalidate_all()  # writes what is pending, and frees memory
        self._put({"state": "pregrading", "opened_at": fields.Datetime.now()})

    def _make_lines(self, scheme, rating, ids, sections, before):
        partners = self.env["res.partner"].sudo().browse(ids)
        rows = scheme._explain_rows(rating, partners)
        grants = self.env["care.tier.grant"].sudo()
        known = grants.browse([before[id_][0] for id_ in ids if id_ in before])
        credit = {grant.partner_id.id: grant.credit_grade for grant in known}
        new = set(ids) - set(known.filtered(_is_regular).partner_id.ids)
        supported = set(scheme.tier_ids.filtered("wants_support_plan").ids)
        vals_list = []
        for id_ in ids:
            tier = rating.tier_id(id_) or False
            previous = before[id_][1] if id_ in before else False
            kind = "support" if tier in supported else "other"
            vals_list.append(
                {
                    "evaluation_id": self.id,
                    "section_id": sections[id_],
                    "partner_id": id_,
                    "previous_tier_id": previous,
                    "computed_tier_id": tier,
                    "credit_before": credit.get(id_),
                    "is_new_customer": id_ in new,
                    "explanation": rows[id_],
                    # what Odoo would compute line by line
                    "final_tier_id": tier,
                    "is_changed": tier != previous,
                    "list_kind": "new" if id_ in new else kind,
                    "scheme_id": scheme.id,
                    "company_id": self.company_id.id,
                }
            )
        self.env["care.evaluation.line"]._guard().create(vals_list)

    # ---- sections

    def _deal(self, ids):
        """Return {customer id: section id}, by the salesperson of the customer."""
        partners = self.env["res.partner"].sudo().browse(ids)
        partners.fetch(["user_id"])
        by_user = partners.grouped("user_id")
        places = self._places([user.id for user in by_user if user])
        groups = {}
        for user, part in by_user.items():
            place = places.get(user.id, (None, None, ""))
            group = groups.setdefault(place[0], [place, set(), []])
            group[1].update(user.ids)
            group[2].extend(part.ids)
        sections = {}
        for place, users, part in groups.values():
            section = self._make_section(place, users)
            sections.update(dict.fromkeys(part, section.id))
        return sections

    def _make_section(self, place, users):
        key, lead, name = place
        lead = lead or self.user_id.id
        kind = self.scheme_id.section_by
        return (
            self.env["care.evaluation.section"]
            ._guard()
            .create(
                {
                    "evaluation_id": self.id,
                    "name": name or self.env._("Without a section"),
                    "team_id": key if kind == "team" else False,
                    "department_id": key if kind == "department" else False,
                    "user_id": lead,
                    "user_ids": [(6, 0, sorted({lead, *users}))],
                }
            )
        )

    def _places(self, user_ids):
        """Return {user id: (key of the section, user who leads it, its name)}."""
        return getattr(self, f"_places_{self.scheme_id.section_by}")(user_ids)

    def _places_manager(self, user_ids):
        users = self.env["res.users"].sudo().browse(user_ids)
        return {user.id: (user.id, user.id, user.name) for user in users}

    def _places_team(self, user_ids):
        members = self.env["crm.team.member"].sudo()
        found = members.search([("user_id", "in", user_ids)], order="id desc")
        return {
            member.user_id.id: (
                member.crm_team_id.id,
                member.crm_team_id.user_id.id,
                member.crm_team_id.name,
            )
            for member in found
            if member.crm_team_id.company_id
            in (self.company_id, self.env["res.company"])
        }

    def _places_department(self, user_ids):
        employees = self.env["hr.employee"].sudo()
        found = employees.search(
            [("user_id", "in", user_ids), ("company_id", "=", self.company_id.id)]
        )
        return {
            employee.user_id.id: (
                employee.department_id.id,
                employee.department_id.manager_id.user_id.id,
                employee.department_id.name,
            )
            for employee in found
            if employee.department_id
        }


def _is_regular(grant):
    return grant.kind != "provisional"
