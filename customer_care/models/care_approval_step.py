from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..logic.quorum import in_band

APPROVERS = [
    ("role", "Role"),
    ("user", "Person"),
    ("group", "User group"),
    ("path", "Field of the record"),
]
MODES = [("any", "One of them"), ("all", "All of them")]


class CareApprovalStep(models.Model):
    """One step of an approval rule: who decides, within which amounts.

    Managers and packs write steps together with their rule.
    """

    _name = "care.approval.step"
    _description = "Step of an approval rule"
    _order = "rule_id, sequence, id"
    _pack_fields = (
        "sequence",
        "name",
        "approver",
        "role_id",
        "or_role_id",
        "group_id",
        "path",
        "min_amount",
        "max_amount",
        "mode",
        "attachment_wanted",
    )

    rule_id = fields.Many2one(
        "care.approval.rule", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="rule_id.company_id")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    approver = fields.Selection(APPROVERS, "Decided by", required=True, default="role")
    role_id = fields.Many2one("care.role", ondelete="restrict")
    or_role_id = fields.Many2one(
        "care.role",
        "Or the role",
        ondelete="restrict",
        help="Whoever holds this role decides just as well.",
    )
    user_id = fields.Many2one("res.users", "Person", domain=[("share", "=", False)])
    group_id = fields.Many2one("res.groups", "User group")
    path = fields.Char(
        help="Fields from the record to the person: department_id.manager_id"
    )
    min_amount = fields.Float("Above", help="Only amounts above it. 0: no lower limit.")
    max_amount = fields.Float("Up to", help="Up to and including. 0: no upper limit.")
    mode = fields.Selection(MODES, "How many", required=True, default="any")
    attachment_wanted = fields.Boolean(help="Approving asks for a file.")

    _band_order = models.Constraint(
        "CHECK (min_amount >= 0 AND max_amount >= 0"
        " AND (max_amount = 0 OR min_amount < max_amount))",
        "A band ends above where it begins. Correct the two amounts.",
    )

    @api.constrains("approver", "role_id", "user_id", "group_id", "path")
    def _check_approver(self):
        for step in self:
            if not step[step._approver_field()]:
                raise ValidationError(
                    self.env._(
                        "The step %(step)s of %(rule)s does not say who decides. "
                        "Fill in the role, person, group or path.",
                        step=step.name,
                        rule=step.rule_id.name,
                    )
                )

    @api.constrains("path", "approver", "rule_id")
    def _check_path(self):
        for step in self.filtered(lambda step: step.approver == "path"):
            model = step.rule_id._domain_model()
            for name in (step.path or "").split(".") if model is not None else ():
                field = model._fields.get(name)
                model = self.env.get(field.comodel_name) if field else None
                if model is None:
                    break
            if step.rule_id._domain_model() is None:
                continue
            if model is None or model._name not in ("res.users", "hr.employee"):
                raise ValidationError(
                    self.env._(
                        "The path “%(path)s” of the step %(step)s leads to no person. "
                        "End it at a user or an employee.",
                        path=step.path,
                        step=step.name,
                    )
                )

    def _approver_field(self):
        return {"role": "role_id", "user": "user_id", "group": "group_id"}.get(
            self.approver, "path"
        )

    def _has_band(self):
        return bool(self.min_amount or self.max_amount)

    def _takes(self, amount, rounding):
        return in_band(amount, self.min_amount, self.max_amount, rounding)

    def _prepare_line_vals(self, record, excluded):
        return {
            "step_id": self.id,
            "sequence": self.sequence,
            "name": self.with_context(lang="en_US").name,
            "user_ids": [Command.set(self._deciders(record, excluded).ids)],
            "mode": self.mode,
            "state": "waiting",
            "attachment_wanted": self.attachment_wanted,
            "decision_ids": [],
        }

    def _deciders(self, record, excluded):
        """Return who may decide the step for `record`, or say why nobody can.

        :param excluded: res.users who asked for it or are concerned by it
        """
        company = record._approval_company()
        found = self._cleared_candidates(record, excluded).sudo()
        users = found.filtered(
            lambda user: (
                user.active
                and user not in excluded
                and company in user.company_ids
                and user.has_group("customer_care.customer_care_group_user")
            )
        )
        users = record._approval_able_users(users)
        if not users:
            found = self._candidates(record, excluded)
            raise UserError(self._nobody_text(record, found.sudo() or excluded))
        return users

    def _cleared_candidates(self, record, excluded):
        """Return the candidates who may see the record; of a role whose holders may
        not, the next in line, as if they were absent."""
        passed_over = excluded
        while found := self._candidates(record, passed_over):
            deaf = self.env["care.secrecy.notice"]._deaf(found.sudo(), record)
            if found != deaf or self.approver != "role":
                return found - deaf
            passed_over |= deaf
        return found

    def _candidates(self, record, excluded):
        if self.approver == "role":
            places = (
                record._approval_company(),
                record._approval_department(),
                record._approval_partner(),
            )
            requests = [(role, *places) for role in self.role_id | self.or_role_id]
            found = self.env["care.role"]._resolve_many(requests, excluded=excluded.ids)
            return self.env["res.users"].union(*found)
        if self.approver == "path":
            people = record.mapped(self.path)
            return people if people._name == "res.users" else people.user_id
        return self.user_id if self.approver == "user" else self.group_id.all_user_ids

    def _nobody_text(self, record, passed_over):
        """Return one sentence: role, rule, who was passed over, and the way out."""
        company = record._approval_company()
        approver = {
            "role": " / ".join((self.role_id | self.or_role_id).mapped("name")),
            "user": self.user_id.name,
            "group": self.group_id.display_name,
        }.get(self.approver, self.path)
        if not self._candidates(record, self.env["res.users"]):
            return self.env._(
                "Nobody can decide “%(step)s” of %(rule)s: in %(company)s nobody is "
                "found for %(approver)s. Assign somebody under Customer care > "
                "Configuration > Role assignments, or change the step.",
                step=self.name,
                rule=self.rule_id.name,
                company=company.name,
                approver=approver,
            )
        return self.env._(
            "Nobody can decide “%(step)s” of %(rule)s: %(people)s asked for it, is "
            "concerned by it, may not see it or has no access to Customer care in "
            "%(company)s. Assign another person to %(approver)s, or let somebody else "
            "ask.",
            step=self.name,
            rule=self.rule_id.name,
            people=", ".join(passed_over.sudo().mapped("name")),
            company=company.name,
            approver=approver,
        )
