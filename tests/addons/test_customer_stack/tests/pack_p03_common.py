"""Builders for P03's surveys: rounds, paper forms and their answers."""

from odoo import Command
from odoo.tests import freeze_time

from .test_pack_p03 import P03Case


class P03SurveyCase(P03Case):
    """Projects of the construction group and their paper forms."""

    ROLES = (*P03Case.ROLES, "customer_service")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.foreman = cls.new_user("pack_foreman", cls.CLERK[0])

    def project(self, name, kind="works", **vals):
        return self.env["project.project"].create(
            {
                "name": name,
                "care_kind": kind,
                "partner_id": self.owner(name, **vals).id,
                "company_id": self.company.id,
                "user_id": self.foreman.id,
                **vals,
            }
        )

    def owner(self, name, **vals):
        customer = self.new_customer(f"{name} owner")
        customer.company_id = vals.get("company_id", self.company.id)
        return customer

    def wave(self, code, day="2026-03-20"):
        """Return the round of a programme as the job of a day leaves it."""
        programme = self.rule("care.satisfaction.programme", code)
        with freeze_time(f"{day} 02:00:00"):
            programme.sudo()._advance(self.company)
        return programme.round_ids.filtered(
            lambda wave: f"{wave.date_from}" <= day <= f"{wave.date_to}"
        )

    def request_of(self, wave, project):
        return wave.request_ids.filtered(lambda row: row.res_id == project.id)

    def sign(self, request, **vals):
        """Hand in the paper form as customer service does."""
        clerk = self.holders["customer_service"]
        file = self.env["ir.attachment"].with_user(clerk)
        scan = file.create({"name": "form.pdf", "raw": b"scan"})
        request.with_user(clerk).write(
            {
                "scan_ids": [Command.set(scan.ids)],
                "is_signed": True,
                "is_stamped": True,
                "signed_by": "Director Wang",
                **vals,
            }
        )

    def fill(self, request, day="2026-03-20", **points):
        """Fill in the form of a request: all factors alike, or points by factor."""
        factors = {row.code: row for row in request.programme_id.factor_ids}
        alike = points.pop("alike", None)
        points = points or dict.fromkeys(factors, alike)
        with freeze_time(f"{day} 03:00:00"):
            form = request.sudo()._ensure_form()
            for code, value in points.items():
                form._save_lines(factors[code].question_ids.sudo(), str(value))
            form._mark_done()
        self.env.flush_all()
        return self.env["care.satisfaction.answer"].search(
            [("request_id", "=", request.id)]
        )

    def enter(self, project, code, value, day="2026-03-20"):
        """Enter contract performance or awards with its evidence."""
        card = self.rule("care.scorecard", code)
        self.env["care.scorecard.entry"].with_user(self.clerk).create(
            {
                "scorecard_id": card.id,
                "line_id": card.line_ids.id,
                "res_id": project.id,
                "date": day,
                "value": value,
                "attachment_ids": [Command.set(self.file().ids)],
                "company_id": self.company.id,
            }
        )

    def score(self, wave, project=None):
        return self.env["care.satisfaction.score"].search(
            [
                ("round_id", "=", wave.id),
                ("level", "=", "subject" if project else "period"),
                ("res_id", "=", (project or self.company).id),
                ("is_latest", "=", True),
            ]
        )
