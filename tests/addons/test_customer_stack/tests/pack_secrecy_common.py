"""Builders for scenarios of policies about secrecy: officer, departments, a secret
customer, people with and without clearance, all of the company that loaded the pack."""

import base64
import io

from PIL import Image

from odoo import Command
from odoo.tests import freeze_time

from .pack_common import MANAGER, USER, PackCase

OFFICER = "customer_care.customer_care_group_security"
NOW = "2026-03-25 04:00:00"


def picture():
    """Return a signature as the widget draws it."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(drawn, "PNG")
    return base64.b64encode(drawn.getvalue())


class SecrecyPackCase(PackCase):
    """Sales keeps the secret customer Acme; service does not. Rules of secrecy are
    loaded by a manager who is a security officer."""

    LOADER = f"{MANAGER},{OFFICER}"

    ROLES = (
        "general_manager",
        "customer_service_manager",
        "information_supervisor",
        "customer_service",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer = cls.new_user("pack_officer", OFFICER)
        cls.head = cls.new_user("pack_head", USER)
        cls.seller = cls.new_user("pack_seller", f"{USER},base.group_partner_manager")
        cls.reader = cls.new_user("pack_reader", f"{USER},base.group_partner_manager")
        cls.sales, cls.service = cls.env["hr.department"].create(
            [
                {"name": "Sales", "company_id": cls.company.id},
                {"name": "Service", "company_id": cls.company.id},
            ]
        )
        employees = cls.env["hr.employee"].create(
            [
                {
                    "name": user.name,
                    "user_id": user.id,
                    "department_id": department.id,
                    "company_id": cls.company.id,
                }
                for user, department in [
                    (cls.head, cls.sales),
                    (cls.seller, cls.sales),
                    (cls.reader, cls.service),
                    (cls.clerk, cls.service),
                ]
            ]
        )
        cls.sales.manager_id = employees[0]
        cls.service.manager_id = employees[0]
        cls.acme = cls.env["res.partner"].create(
            {
                "name": "Acme Works",
                "is_company": True,
                "user_id": cls.seller.id,
                "company_id": cls.company.id,
            }
        )
        cls.acme.secrecy_own = 2
        nda = cls.env.ref("customer_care.care_nda_default")
        if nda.state == "draft":
            nda.with_user(cls.officer).action_activate()
        cls.env.flush_all()

    # ---- clearances

    @classmethod
    def prove(cls, user, *kinds):
        """Keep proofs of somebody as the engine does."""
        cls.env["care.clearance.proof"]._note(
            [
                {
                    "user_id": user.id,
                    "company_id": cls.company.id,
                    "kind": kind,
                    "date": "2026-01-05",
                    "starts_at": "2026-01-05 03:00:00",
                    "survey_input_id": cls.passed(user).id
                    if kind == "training"
                    else False,
                }
                for kind in kinds or ("nda", "background", "training")
            ]
        )

    @classmethod
    def passed(cls, user):
        """Return the answers with which somebody passed the training."""
        survey = cls.env.ref("customer_care.care_training_survey")
        return cls.env["survey.user_input"].create(
            {"survey_id": survey.id, "partner_id": user.partner_id.id, "state": "done"}
        )

    @classmethod
    def propose(cls, user, level):
        proposed = cls.env["care.clearance"].with_user(cls.officer)
        return proposed.create(
            {
                "user_id": user.id,
                "level": level,
                "valid_from": "2026-01-01",
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def clear(cls, *users, level=2):
        """Give people all they need for a level."""
        for user in users:
            cls.prove(user)
            cls.give(cls.propose(user, level))

    @classmethod
    def give(cls, clearance):
        """Hand a proposal in; from level 2 on the general manager decides it."""
        clearance.action_submit()
        for approval in clearance.sudo().approval_ids:
            if approval.state == "pending":
                approval.with_user(approval.current_user_ids[:1])._decide("approve")

    def sees(self, user, record=None):
        record = record or self.acme
        self.env.invalidate_all()
        return bool(record.with_user(user).search([("id", "=", record.id)]))

    def sign(self, user):
        """Sign the agreement as its window does."""
        sign = self.env["care.nda.sign"].with_user(user)
        sign.create(
            {"agreed": True, "signed_name": user.name, "signature": picture()}
        ).action_sign()
        self.env.invalidate_all()

    # ---- access

    def ask(self, user, **vals):
        request = (
            self.env["care.access.request"]
            .with_user(user)
            .create(
                {
                    "what": "Acme Works",
                    "purpose": "Offer",
                    "reason": "To prepare the offer",
                    "date_from": "2026-03-25",
                    "date_to": "2026-03-31",
                    **vals,
                }
            )
        )
        request.action_submit()
        return request

    def link(self, request, user):
        link = self.env["care.access.link"].with_user(user)
        link.create(
            {"request_id": request.id, "record_ref": f"res.partner,{self.acme.id}"}
        ).action_confirm()

    def waiting(self, record):
        """Return who decides next."""
        self.env.invalidate_all()
        pending = record.sudo().approval_ids.filtered(lambda a: a.state == "pending")
        return pending.current_user_ids

    # ---- disclosures

    def attach(self, name="contract.pdf", user=None, record=None):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.seller)
            .create(
                {
                    "name": name,
                    "raw": base64.b64decode(picture()),
                    "mimetype": "image/png",
                    **(
                        {"res_model": record._name, "res_id": record.id}
                        if record
                        else {}
                    ),
                }
            )
        )

    def draft(self, **vals):
        """Return the draft of a disclosure of Acme by the seller."""
        values = {
            "partner_id": self.acme.id,
            "recipient_name": "张伟",
            "recipient_organisation": "Huaxin Law",
            "purpose": "Court case",
            "assessment": "A lawyer bound to silence",
            "form": "paper",
            "date_to": "2026-04-30",
            "authorisation_file_ids": [Command.set(self.attach("word.png").ids)],
            "authorisation_date": "2026-03-01",
            "authorisation_until": "2026-05-31",
            "company_id": self.company.id,
            "item_ids": [
                Command.create(
                    {
                        "name": "Contract",
                        "attachment_id": self.attach(record=self.acme).id,
                    }
                )
            ],
        }
        return self.env["care.disclosure"].with_user(self.seller).create(values | vals)

    # ---- what a clause counts

    def counted(self, clause):
        """Return (met, missed, open) of a clause, as a manager reads it."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = (
            self.env["care.clause.compliance"]
            .with_user(self.manager)
            .search(
                [
                    ("clause_id.code", "=", clause),
                    ("policy_id", "=", self.policy.id),
                    ("company_id", "=", self.company.id),
                ]
            )
        )
        return tuple(sum(rows.mapped(name)) for name in ("met", "missed", "open"))

    def carried(self):
        """Return the codes of the clauses that some rule carries out."""
        return set(self.policy.clause_ids.filtered("rule_count").mapped("code"))

    def back_up(self, moment, **vals):
        """A backup as setup/backup reports it."""
        with freeze_time(moment):
            return (
                self.env["care.backup"]
                .sudo()
                ._record(
                    {
                        "name": f"care-{moment}.backup",
                        "kind": "scheduled",
                        "started_at": moment,
                        "finished_at": moment,
                        **vals,
                    }
                )
            )
