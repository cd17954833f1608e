from odoo import api, fields, models
from odoo.exceptions import UserError

STAGES = [
    ("told", "Those in charge are told"),
    ("branch", "Passed to the branch"),
    ("result", "Result reported back"),
    ("warning", "Early warning"),
    ("report", "Reported to the top"),
]
# {stage: the time on the case that its first notice sets}
STAMPS = {
    "told": "told_at",
    "branch": "forwarded_at",
    "result": "result_at",
    "warning": "warned_at",
    "report": "reported_at",
}


class ComplaintNoticeMixin(models.AbstractModel):
    """Who was told of a case: those in charge, the branch, the early warning and what
    follows from it. Notice rules say whom; each stage sets its time on the case."""

    _name = "complaint.notice.mixin"
    _description = "Notices of a Complaint"

    notice_ids = fields.One2many("complaint.notice", "case_id", readonly=True)
    told_at = fields.Datetime(string="Those in charge told", readonly=True, copy=False)
    forwarded_at = fields.Datetime(
        string="Passed to the branch", readonly=True, copy=False
    )
    result_at = fields.Datetime(
        string="Result reported back", readonly=True, copy=False
    )
    warned_at = fields.Datetime(string="Early warning", readonly=True, copy=False)
    reported_at = fields.Datetime(
        string="Reported to the top", readonly=True, copy=False
    )
    notice_stages = fields.Char(
        compute="_compute_notice_stages",
        help="Stages that somebody may send a notice of now.",
    )

    @api.depends("notice_ids", "is_major", "branch_id", "state")
    def _compute_notice_stages(self):
        for case in self:
            rules = case._open_notice_rules() if case.ids else ()
            case.notice_stages = ",".join(sorted({rule.stage for rule in rules}))

    def _open_notice_rules(self, stage=None, automatic=None):
        """Return the rules that fit the case and were not carried out on it yet."""
        self.ensure_one()
        rules = self.env["complaint.notice.rule"]._of_company(self.company_id)
        sent = self.sudo().notice_ids.filtered(lambda n: n.state == "sent").rule_id
        return (rules - sent).filtered(
            lambda rule: (
                (stage is None or rule.stage == stage)
                and (automatic is None or rule.automatic == automatic)
                and rule._fits(self)
            )
        )

    def _notify_at_once(self):
        """Send what goes out by itself; called after every change that matters."""
        if not self.env["complaint.notice.rule"]._reads():
            return
        for case in self:
            rules = case._open_notice_rules(automatic=True)
            tried = case.sudo().notice_ids.rule_id
            if rules - tried:
                case._send_notices(rules - tried)

    def _send_notices(self, rules, note=False, strict=False):
        """Tell whom `rules` name; each person once a stage and channel.

        :param note: what the sender adds
        :param strict: raise where nobody holds a role, instead of writing it down
        """
        self.ensure_one()
        rows, told = [], set()
        for rule in rules:
            people = self._notice_people(rule)
            if strict and not people:
                self._refuse_nobody(rule)
            body = self._notice_text(rule, note)
            for user, role in people or [(self.env["res.users"], rule.role_ids[:1])]:
                key = (rule.stage, user.id)
                if key not in told:
                    told.add(key)
                    rows += self._tell(rule, user, role, body)
        if not rows:
            return
        now = fields.Datetime.now()
        self.env["complaint.notice"]._engine().create(
            [row | {"at": now} for row in rows]
        )
        stages = {row["stage"] for row in rows if row["state"] == "sent"}
        case = self.sudo()
        case.write({STAMPS[s]: now for s in stages if not case[STAMPS[s]]})
        self.invalidate_recordset(["notice_ids", "notice_stages"])

    def _notice_people(self, rule):
        """Return [(user, role)]; the persons complained about are passed over."""
        case, roles = self.sudo(), rule.sudo().role_ids
        people = [
            (user.sudo(), role)
            for role, users in case._notice_holders(roles)
            for user in users
        ]
        manager = case.branch_id.manager_id
        barred = case.accused_ids
        barred |= self.env["care.secrecy.notice"]._deaf(manager, case)
        if rule.to_branch and manager.active and manager not in barred:
            people.append((manager, self.env["care.role"]))
        return people

    def _notice_holders(self, roles):
        """Return [(role, its holders)] without the persons complained about. Where no
        holder may see the case by its level, the next in line who may is told."""
        place = (self.company_id, self.department_id, self.partner_id)
        requests = [(role, *place) for role in roles]
        accused, notice = self.accused_ids.ids, self.env["care.secrecy.notice"]
        found = self.env["care.role"]._resolve_many(requests, excluded=accused)
        if notice._classified(self):
            found = [
                users and notice._resolve(request, self, excluded=accused)
                for request, users in zip(requests, found, strict=True)
            ]
        return list(zip(roles, found, strict=True))

    def _refuse_nobody(self, rule):
        rule = rule.sudo()
        if rule.to_branch and not rule.role_ids:
            raise UserError(
                self.env._(
                    "%(case)s has no branch with a manager who could be told. Choose "
                    "the branch, or name its manager.",
                    case=self.display_name,
                )
            )
        raise UserError(
            self.env["care.role"]._nobody_text(
                rule.role_ids[:1], self.company_id, self.department_id
            )
        )

    def _notice_text(self, rule, note):
        case = self.sudo()
        text = rule.text or rule.name or ""
        for key, value in {
            "{number}": case.number,
            "{customer}": case.partner_id.name or case.contact_name,
            "{plate}": case.plate,
            "{branch}": case.branch_id.name,
            "{subject}": case.name,
        }.items():
            text = text.replace(key, value or "-")
        return "\n".join(filter(None, [text.strip(), (note or "").strip()]))

    def _tell(self, rule, user, role, body):
        """Tell one person and return the rows that say so."""
        row = {
            "case_id": self.id,
            "company_id": self.company_id.id,
            "department_id": self.department_id.id,
            "rule_id": rule.id,
            "clause_id": rule.clause_id.id,
            "stage": rule.stage,
            "sent_by_id": self.env.uid,
            "user_id": user.id,
            "role_id": role.id,
            "body": body,
            "state": "sent" if user else "nobody",
        }
        if not user:
            return [row]
        self._tell_by_message(rule, user, body)
        address = user.email if rule.by_mail else False
        rows = [{**row, "channel": "message", "address": address}]
        number = rule.by_sms and self._sms_number(rule, user)
        if number:
            self.sudo()._message_sms(body, sms_numbers=[number], put_in_queue=True)
            rows.append({**row, "channel": "sms", "address": number})
        return rows

    def _tell_by_message(self, rule, user, body):
        case = self.sudo()
        words = rule.with_context(lang=user.lang)
        # The message tells it; the activity's own mail would only say it again.
        case.with_context(mail_activity_quick_update=rule.by_mail).activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=user.id,
            summary=f"{words.name}: {case.number}",
            note=body,
        )
        if rule.by_mail:
            case.message_notify(
                partner_ids=user.partner_id.ids,
                subject=f"{words.name}: {case.display_name}",
                body=body,
            )

    def _sms_number(self, rule, user):
        """Return where the text message goes; nowhere while none can be sent."""
        if "sms.sms" not in self.env:
            return False
        branch = self.sudo().branch_id
        if rule.to_branch and user == branch.manager_id and branch.phone:
            return branch.phone
        employee = user.employee_id
        return employee.mobile_phone or employee.work_phone or user.phone

    # ---- buttons

    def _open_notice(self, stage):
        return self._open_wizard("complaint.notice.wizard", stage=stage)

    def action_tell(self):
        return self._open_notice("told")

    def action_forward_branch(self):
        return self._open_notice("branch")

    def action_warn(self):
        return self._open_notice("warning")

    def action_report_up(self):
        return self._open_notice("report")

    def action_report_result(self):
        return self._open_notice("result")
