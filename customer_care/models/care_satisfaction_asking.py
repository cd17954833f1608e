from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CareSatisfactionAsking(models.AbstractModel):
    """What people do with a request: send the link, fill in while calling or from
    paper, say why there is no answer. The form is that of the survey itself."""

    _name = "care.satisfaction.asking"
    _description = "Asking for satisfaction"

    link = fields.Char(
        "Customer's link",
        compute="_compute_link",
        help="For managers and the interviewer: opens the form without a login.",
    )

    @api.depends("user_input_id", "user_id", "res_id")
    @api.depends_context("uid")
    def _compute_link(self):
        manager = self.env.user.has_group("customer_care.customer_care_group_manager")
        for request in self:
            this = request.sudo()
            mine = this.user_id == self.env.user
            if this.user_input_id and (manager or mine) and self._may_ask(this):
                base = this.get_base_url()
                request.link = f"{base}{this.user_input_id.get_start_url()}"
            else:
                request.link = False

    def _may_ask(self, request):
        """Tell whether the current user is no handler of the case."""
        return self.env.user not in request._handlers()

    def _ensure_form(self):
        """Return the survey's form of each request, made where there is none."""
        forms = self.env["survey.user_input"].sudo()
        for request in self.sudo():
            if not request.user_input_id:
                survey = request.programme_id._ensure_survey()
                form = survey._create_answer(
                    partner=request.partner_id, check_attempts=False
                )
                # a customer with a login counts as himself, whoever asks
                vals = {"partner_id": request.partner_id.id}
                if request.channel == "web" and request.partner_id.lang:
                    lang = self.env["res.lang"]._get_data(code=request.partner_id.lang)
                    vals["lang_id"] = lang.id  # else that of the browser
                form.write(vals)
                request._step_write({"user_input_id": form.id})
            forms |= request.user_input_id
        return forms

    def _check_may_fill(self):
        """Refuse filling in to handlers, strangers to the case and where the round of
        the request is over."""
        self.ensure_one()
        self.check_access("write")
        self._check_still_open()
        if not self._may_ask(self.sudo()):
            raise UserError(
                self.env._(
                    "You handled the case of %(request)s and do not ask about it. "
                    "Hand it to somebody else.",
                    request=self.display_name,
                )
            )
        manager = self.env.user.has_group("customer_care.customer_care_group_manager")
        user = self.sudo().user_id
        if user and user != self.env.user and not manager:
            raise AccessError(
                self.env._(
                    "%(user)s asks %(request)s. Ask them, or have it handed over.",
                    user=user.name,
                    request=self.display_name,
                )
            )

    @api.model
    def _may_fill(self, form):
        """Tell whether the current user may fill in this form for its customer."""
        forms = [("user_input_id", "=", form.id)]
        request = self.sudo().search(forms, limit=1).sudo(False)
        if not request.has_access("read") or not request or request.channel == "web":
            return False
        try:
            request._check_may_fill()
        except (AccessError, UserError):
            # a finished form may still be shown to who filled it in
            return request.state == "answered" and request.user_id == self.env.user
        return True

    def action_fill_in(self):
        """Open the form, to fill in while calling, in the interview or from paper."""
        self._check_may_fill()
        if self.channel == "web":
            raise UserError(
                self.env._(
                    "%(request)s is asked by web link, so the customer fills in "
                    "alone. Choose phone, interview or paper first.",
                    request=self.display_name,
                )
            )
        self._requirement_check("fill_in")
        form = self._ensure_form()
        vals = {"state": "asked"} if self.state == "planned" else {}
        if not self.user_id:
            self.sudo().user_id = self.env.user
        self._note_asked(vals)
        return {"type": "ir.actions.act_url", "url": form.get_start_url()}

    def action_view_form(self):
        """Open the form as it was filled in."""
        self.ensure_one()
        self.check_access("read")
        form = self.sudo().user_input_id
        if not form or form.state != "done":
            raise UserError(
                self.env._("%s has not been filled in yet.", self.display_name)
            )
        return {
            "type": "ir.actions.act_url",
            "url": form.get_print_url(),
            "target": "new",
        }

    def _note_asked(self, vals=None):
        """Note that the customer was asked today."""
        for request in self.sudo():
            day = request.programme_id._today_in(request.company_id)
            request._step_write(
                {
                    **(vals or {"state": "asked"}),
                    "asked_on": request.asked_on or day,
                    "asked_times": request.asked_times + 1,
                }
            )

    def action_invite(self):
        """Send the invitation by mail, or send it once more."""
        for request in self:
            request._check_still_open()
            request._check_move("asked")
        mute = self.filtered(lambda request: not request.partner_id.email)
        if mute:
            raise UserError(
                self.env._(
                    "%(customers)s have no e-mail address. Enter one, or ask them by "
                    "phone, interview or paper.",
                    customers=", ".join(mute.partner_id.mapped("display_name")),
                )
            )
        self.env["survey.invite"]._care_invite(self)
        return True

    def action_refused(self):
        return self._give_up("refused")

    def action_unreachable(self):
        return self._give_up("unreachable")

    def action_cancel(self):
        return self._give_up("cancelled")

    def _give_up(self, state):
        for request in self:
            request._check_move(state)
            request._note_asked({"state": state})
        return True

    def action_again(self):
        """Plan to ask once more."""
        for request in self:
            request._check_move("planned")
            request._step_write({"state": "planned"})
        return True
