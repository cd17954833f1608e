"""Builders for tests of satisfaction: a works contractor with two projects, whose
customers are asked each quarter."""

from datetime import date

from odoo import Command
from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
# two factors, so that sums are easy to follow
WEIGHTS = {"quality": 60, "progress": 40}
QUARTER = date(2026, 1, 1), date(2026, 3, 31)


class SatisfactionCase(TransactionCase):
    """A company in Shanghai, a scale of four grades, and a programme on projects."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["care.satisfaction.programme"].search([("id", ">", 0)]).active = False
        cls.company = cls.env["res.company"].create({"name": "Works firm"})
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.manager = cls.person("sa_manager", MANAGER)
        cls.clerk = cls.person("sa_clerk", USER)
        cls.handler = cls.person("sa_handler", USER)
        cls.scale = cls.env["care.satisfaction.scale"].create(
            {
                "code": "sa_scale",
                "name": "Four grades",
                "company_id": cls.company.id,
                "band_ids": [
                    Command.create({"code": code, "name": code.title(), "value": value})
                    for code, value in [
                        ("satisfied", 91),
                        ("fairly", 81),
                        ("average", 61),
                        ("dissatisfied", 0),
                    ]
                ],
            }
        )
        cls.bridge, cls.tunnel = (cls.project(name) for name in ("Bridge", "Tunnel"))
        cls.programme = cls.new_programme("sa_works")

    @classmethod
    def person(cls, login, groups, company=None):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=(company or cls.company).id,
            company_ids=[Command.set((company or cls.company).ids)],
        )

    @classmethod
    def customer(cls, name, **vals):
        address = f"{name.lower().replace(' ', '.')}@example.com"
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": address,
                "company_id": cls.company.id,
                **vals,
            }
        )

    @classmethod
    def project(cls, name, **vals):
        partner = vals.pop("partner", None) or cls.customer(f"{name} owner")
        return cls.env["project.project"].create(
            {
                "name": name,
                "care_kind": "works",
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "user_id": cls.handler.id,
                **vals,
            }
        )

    @classmethod
    def new_programme(cls, code, weights=WEIGHTS, **vals):
        return cls.env["care.satisfaction.programme"].create(
            {
                "code": code,
                "name": code,
                "company_id": cls.company.id,
                "domain": "[('care_kind', '=', 'works')]",
                "scale_id": cls.scale.id,
                "asked_as": "points",
                "factor_ids": [
                    Command.create({"code": key, "name": key.title(), "weight": weight})
                    for key, weight in weights.items()
                ],
                **vals,
            }
        )

    def open_round(self, programme=None, day=QUARTER[0]):
        """Return the round of the period of a day, opened by the manager."""
        wave = (
            self.env["care.satisfaction.round"]
            .with_user(self.manager)
            .create(
                {
                    "programme_id": (programme or self.programme).id,
                    "company_id": self.company.id,
                    "date_from": day,
                    "date_to": day,
                }
            )
        )
        wave.action_open()
        return wave

    def request_of(self, wave, project):
        return wave.request_ids.filtered(
            lambda request: request.res_id == project.id
        ).with_env(self.env)

    def answer(self, request, not_applicable=(), **points):
        """Let the customer finish the form with points by factor; return the answer."""
        form = request._ensure_form()
        factors = {factor.code: factor for factor in request.programme_id.factor_ids}
        for code, value in points.items():
            form._save_lines(factors[code].question_ids, str(value))
        gone = [factors[code].na_answer_ids.id for code in not_applicable]
        if gone:
            question = factors[not_applicable[0]].na_answer_ids.question_id
            form._save_lines(question, [str(id_) for id_ in gone])
        form._mark_done()
        self.env.flush_all()
        return self.env["care.satisfaction.answer"].search(
            [("request_id", "=", request.id)]
        )

    def score(self, wave, project=None):
        """Return the latest score of a project, or of the company, in a round."""
        level = "subject" if project else "period"
        domain = [
            ("round_id", "=", wave.id),
            ("level", "=", level),
            ("is_latest", "=", True),
        ]
        if project:
            domain.append(("res_id", "=", project.id))
        return self.env["care.satisfaction.score"].search(domain)

    def year(self, company=None, year=2026):
        return self.env["care.satisfaction.score"].search(
            [
                ("level", "=", "year"),
                ("company_id", "=", (company or self.company).id),
                ("date_from", "=", date(year, 1, 1)),
                ("is_latest", "=", True),
            ]
        )
