from .common import REPORT, USER
from .pack_common import PackCommon

MONDAY = "2026-03-02 02:00:00"  # 10:00 in Shanghai


class P17Common(PackCommon):
    """Policy P17 in force, with a branch and a car of the customer."""

    PACK = "P17"
    ROLES = (
        "call_centre",
        "brand_division",
        "legal",
        "vice_president",
        "chief_executive",
        "department_head",
        "general_manager",
        "customer_service_manager",
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Dealer", "tz": "Asia/Shanghai", "company_id": cls.company.id}
        )
        cls.branch_manager = cls._new_user("p17_branch", USER)
        cls.branch = cls.env["complaint.branch"].create(
            {
                "name": "North garage",
                "code": "north",
                "manager_id": cls.branch_manager.id,
                "phone": "+86 138 0000 1111",
                "department_id": cls.department.id,
            }
        )
        cls.major = cls.env.ref("complaint_handling.complaint_severity_major")

    def claim(self, **values):
        return self._new_case(
            **{
                "description": "The brakes squeal.",
                "plate": "粤B12345",
                "vehicle_model": "Sedan 2.0",
                "justified": "yes",
                "demand": "damages",
                "department_id": self.department.id,
                "user_id": self.clerk.id,
                **values,
            }
        )

    def flag(self, code):
        return self.env["complaint.flag"].search([("code", "=", f"p17_{code}")])

    def answered(self, **values):
        case = self.claim(branch_id=self.branch.id, **values)
        self.send(case, "action_forward_branch")
        case.action_accept()
        case.action_investigate()
        case.write({**REPORT, "solution": "New pads"})
        case.action_submit_report()
        case.action_submit_solution()
        self._wizard(self.clerk, case, "action_answer", channel="oral", body="Told")
        return case
