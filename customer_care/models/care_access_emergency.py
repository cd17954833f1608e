from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

USER = "customer_care.customer_care_group_user"
OFFICER = "customer_care.customer_care_group_security"
# fields by which somebody names exactly what he cannot see
_KEYS = ("name", "ref", "number", "code")


class CareAccessEmergency(models.AbstractModel):
    """Emergency access: taken at once, reported at once, reviewed afterwards.

    Part of care.access.grant, in a file of its own for its length.
    """

    _name = "care.access.emergency"
    _description = "Emergency access"

    review_result = fields.Selection(
        [("justified", "Justified"), ("misused", "Not justified")], "Finding"
    )
    review_note = fields.Text("Words of the review")
    reviewed_at = fields.Datetime("Reviewed on")
    reviewed_by_id = fields.Many2one("res.users", "Reviewed by", ondelete="restrict")
    reviewer_ids = fields.Many2many(
        "res.users", "care_access_grant_reviewer_rel", string="Told"
    )
    can_review = fields.Boolean(compute="_compute_can_review")

    @api.depends("kind", "reviewed_at", "reviewer_ids", "user_id")
    @api.depends_context("uid")
    def _compute_can_review(self):
        officer = self.env.user.has_group(OFFICER)
        for grant in self:
            told = officer or self.env.user in grant.reviewer_ids
            open_ = grant.kind == "emergency" and not grant.reviewed_at
            grant.can_review = open_ and told and grant.user_id != self.env.user

    # ---- taking it

    @api.model
    def _check_may_take(self):
        """Emergency access is for people with a running clearance, or for everybody in
        Customer care where the company says so. Asked before anything is looked up."""
        company, user = self.env.company, self.env.user
        if company.sudo().care_emergency_any and user.has_group(USER):
            return
        if not self.env["care.clearance"]._running_level(user, company):
            raise AccessError(
                self.env._(
                    "Emergency access is for people with a running clearance. Ask the "
                    "security officer."
                )
            )

    @api.model
    def _take(self, what, reason):
        """Open what is named exactly for the current user and report it.

        :return: the grant, or empty: nothing of the name, several, or nothing the
            user could read even with the clearance. The caller cannot tell which.
        """
        self._check_may_take()
        what, reason = (what or "").strip(), (reason or "").strip()
        if not what or not reason:
            raise UserError(self.env._("Name what you need and say why."))
        found = self._find_exactly(what)
        grant = self._try_give(found, reason) if len(found) == 1 else self.browse()
        log = self.env["care.access.log"]
        if grant:
            log._note("emergency", found._name, found.ids)
            grant._report()
        else:
            log._deny("emergency", "res.partner", [])
        return grant

    @api.model
    def _find_exactly(self, what):
        """Return the one record of that name or number, as superuser."""
        companies = [False, *self.env.companies.ids]
        hits = []
        for name in self.env["care.access.request"]._link_models():
            model = self.env[name].sudo()
            keys = [
                key
                for key in _KEYS
                if key in model._fields
                and model._fields[key].store
                and model._fields[key].type == "char"
            ]
            if not keys:
                continue
            domain = Domain.OR(Domain(key, "=", what) for key in keys)
            if "company_id" in model._fields:
                domain &= Domain("company_id", "in", companies)
            hits += list(model.search(domain, limit=2))
        return hits[0] if len(hits) == 1 else self.env["res.partner"].sudo().browse()

    @api.model
    def _try_give(self, record, reason):
        """Return the grant where it lets the user read the record, else nothing: no
        emergency replaces the ordinary permission."""
        user_record = record.with_env(self.env(su=False))
        if user_record.has_access("read"):
            return self.browse()
        now = fields.Datetime.now()
        hours = self.env.company.sudo().care_emergency_hours or 1
        vals = {
            "user_id": self.env.uid,
            "res_model": record._name,
            "res_id": record.id,
            "level": record.secrecy_level,
            "kind": "emergency",
            "date_from": now,
            "date_to": fields.Datetime.add(now, hours=hours),
            "needs_vetting": False,
            "reason": reason,
            "company_id": self.env.company.id,
            "granted_by_id": self.env.uid,
        }
        savepoint = self.env.cr.savepoint()
        grant = self._give([vals])
        self.env.flush_all()
        record.invalidate_recordset()
        if user_record.has_access("read"):
            savepoint.close(rollback=False)
            return grant
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        self.env["care.clearance"]._forget_sight()
        return self.browse()

    # ---- reporting it

    def _report(self):
        """Tell the information supervisor and the service manager at once, or the
        security officers where nobody holds these roles."""
        roles = self.env["care.role"].sudo()
        company = self.sudo().company_id
        told = self.env["res.users"].sudo()
        for role in ("information_supervisor", "customer_service_manager"):
            told |= roles._resolve(role, company)
        told -= self.env.user
        if not told:
            officers = self.env.ref(OFFICER).sudo().all_user_ids
            told = officers.filtered(
                lambda user: user.active and company in user.company_ids
            )
            told -= self.env.user
        grant = self._engine()
        grant.reviewer_ids = told
        for user in told:
            words = grant.with_context(lang=user.lang)
            text = words.env._(
                "%(user)s took emergency access to a secret record: %(reason)s",
                user=self.env.user.name,
                reason=grant.reason,
            )
            summary = words.env._("Review the emergency access")
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=escape(text),
                user_id=user.id,
            )
            self.sudo().message_notify(
                partner_ids=user.partner_id.ids, subject=summary, body=text
            )

    # ---- reviewing it

    def action_review(self):
        """Ask for the finding of the review."""
        self.ensure_one()
        self._check_may_review()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_access_review_action"
        )
        return action | {"context": {"default_grant_id": self.id}}

    def _check_may_review(self):
        self.check_access("read")
        if not self.can_review:
            raise AccessError(
                self.env._(
                    "%(record)s is reviewed once, by those who were told of it and "
                    "not by its reader.",
                    record=self.display_name,
                )
            )

    def _review(self, result, note):
        self._check_may_review()
        if not result or not (note or "").strip():
            raise UserError(self.env._("Give a finding and say why."))
        now = fields.Datetime.now()
        self._engine().write(
            {
                "review_result": result,
                "review_note": note,
                "reviewed_at": now,
                "reviewed_by_id": self.env.uid,
            }
        )
        if result == "misused" and self.date_to > now and not self.revoked_at:
            self._engine().write(
                {
                    "revoked_at": now,
                    "revoked_by_id": self.env.uid,
                    "revoke_reason": note,
                }
            )
            self.env["care.clearance"]._forget_sight()
        self.sudo().activity_ids.unlink()
