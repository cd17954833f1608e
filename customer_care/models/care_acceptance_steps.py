from odoo import fields, models
from odoo.exceptions import UserError

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"
# what a signed report says
_KEPT = frozenset(
    {
        *("project_id", "kind", "part", "inspected_on", "inspector_names"),
        *("opinion", "signed_name", "signature", "scan_ids"),
    }
)


class CareAcceptanceSteps(models.AbstractModel):
    """The steps of an acceptance and the gate before it is applied for."""

    _name = "care.acceptance.steps"
    _description = "Steps of an acceptance"
    _inherit = ["care.step.mixin", "care.approval.mixin"]
    _step_fields = {
        "state": "draft",
        "applied_on": False,
        "signed_on": False,
        "closed_on": False,
    }
    _MOVES = {
        ("draft", "applied"): _USER,
        ("applied", "inspected"): _USER,
        ("inspected", "signed"): _USER,
        ("signed", "closed"): _USER,
        ("inspected", "applied"): _USER,
        ("applied", "draft"): _USER,
        ("draft", "cancelled"): _USER,
        ("applied", "cancelled"): _USER,
        ("inspected", "cancelled"): _USER,
        ("cancelled", "draft"): _USER,
        ("signed", "inspected"): _MANAGER,
        ("closed", "signed"): _MANAGER,
    }

    def _approval_gates(self):
        gates = super()._approval_gates()
        return [*gates, ("accept", self.env._("Applying for acceptance"))]

    def _approval_guarded_fields(self, gate):
        return super()._approval_guarded_fields(gate) | {"kind", "part"}

    def write(self, vals):
        if not self._is_step() and _KEPT & vals.keys():
            for row in self.filtered(lambda row: row.state in ("signed", "closed")):
                raise UserError(
                    self.env._(
                        "%(acceptance)s is signed and stays as it was. A manager may "
                        "take the signature back.",
                        acceptance=row.display_name,
                    )
                )
        return super().write(vals)

    def _refuse_missing(self, names):
        words = self.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(acceptance)s is not complete. Fill in: %(fields)s.",
                    acceptance=self.display_name,
                    fields=", ".join(missing),
                )
            )

    def _refuse_ahead(self, day):
        if day > fields.Date.context_today(self):
            raise UserError(
                self.env._(
                    "%(acceptance)s: the day lies ahead. Note it once it has come.",
                    acceptance=self.display_name,
                )
            )

    def action_ask(self):
        """Ask for the approvals that go before the application."""
        self.ensure_one()
        self.check_access("write")
        self._check_papers()
        if not self._approval_request("accept"):
            raise UserError(
                self.env._(
                    "No approval is wanted for %(acceptance)s. Apply for it.",
                    acceptance=self.display_name,
                )
            )
        return True

    def action_apply(self):
        """Apply for acceptance: the papers are collected, the approvals given."""
        for row in self:
            row._check_move("applied")
            row._refuse_missing(["inspect_by"])
            row._check_papers()
            row._approval_check("accept")
            row._requirement_check("apply")
            today = fields.Date.context_today(self)
            row._step_write({"state": "applied", "applied_on": today})
        return True

    def _check_papers(self):
        papers = self.sudo().project_id.care_paper_ids
        wanted = papers.filtered(lambda row: row.is_required and not row.is_done)
        if self.kind == "final" and wanted:
            raise UserError(
                self.env._(
                    "%(acceptance)s lacks papers: %(papers)s. Collect them first.",
                    acceptance=self.display_name,
                    papers=", ".join(wanted.mapped("name")),
                )
            )

    def action_inspect(self):
        """The customer has inspected."""
        for row in self:
            row._check_move("inspected")
            row._refuse_missing(["inspected_on", "inspector_names"])
            row._refuse_ahead(row.inspected_on)
            row._step_write({"state": "inspected"})
        return True

    def action_sign(self):
        """The customer has signed the report, on the screen or on paper."""
        for row in self:
            row._check_move("signed")
            row._refuse_missing(["signed_name"])
            if not row.signature and not row.scan_ids:
                raise UserError(
                    self.env._(
                        "%(acceptance)s is not signed. Have the customer sign, or "
                        "attach the signed report.",
                        acceptance=row.display_name,
                    )
                )
            term = row.sudo().project_id.care_term_id
            if not term.sign_with_defects:
                row._check_defects()
            today = fields.Date.context_today(self)
            row._step_write({"state": "signed", "signed_on": today})
        return True

    def _check_defects(self):
        defects = self.sudo().defect_ids
        left = defects.filtered(lambda row: row.state != "confirmed")
        if left:
            raise UserError(
                self.env._(
                    "%(acceptance)s has defects that are not put right and confirmed: "
                    "%(defects)s.",
                    acceptance=self.display_name,
                    defects=", ".join(left.mapped("name")),
                )
            )

    def action_close(self):
        """All is put right."""
        for row in self:
            row._check_move("closed")
            row._check_defects()
            today = fields.Date.context_today(self)
            row._step_write({"state": "closed", "closed_on": today})
            row.project_id._on_care_accepted()
        return True

    def action_back(self):
        """One step back."""
        back = {
            "applied": "draft",
            "inspected": "applied",
            "signed": "inspected",
            "closed": "signed",
            "cancelled": "draft",
        }
        stamps = {"applied": "applied_on", "signed": "signed_on", "closed": "closed_on"}
        for row in self:
            now = row.state
            row._check_move(back.get(now, now))
            vals = {stamps[now]: False} if now in stamps else {}
            row._step_write({"state": back[now], **vals})
            row.project_id._on_care_accepted()
        return True

    def action_cancel(self):
        """Call it off."""
        for row in self:
            row._check_move("cancelled")
            row._step_write({"state": "cancelled"})
        return True
