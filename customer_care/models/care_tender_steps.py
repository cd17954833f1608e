from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

_USER = "customer_care.customer_care_group_user"
_MANAGER = "customer_care.customer_care_group_manager"


class CareTenderSteps(models.AbstractModel):
    """The steps of a tender: prepared, handed in complete and before the closing time,
    opened, won or lost with the reason. Only its buttons take them."""

    _name = "care.tender.steps"
    _description = "Steps of a tender"
    _inherit = ["care.step.mixin", "care.approval.mixin"]
    _step_fields = {
        "care_tender_state": False,
        "care_tender_submitted_at": False,
        "care_tender_submitted_by_id": False,
        "care_tender_result_on": False,
        "care_contract_signed_on": False,
    }
    # {(from, to): group that may}; a pair not listed is refused for everyone
    _TENDER_MOVES = {
        ("preparing", "submitted"): _USER,
        ("preparing", "missed"): _USER,
        ("preparing", "declined"): _USER,
        ("submitted", "won"): _USER,
        ("submitted", "lost"): _USER,
        ("declined", "preparing"): _USER,
        ("submitted", "preparing"): _MANAGER,
        ("missed", "preparing"): _MANAGER,
    }
    # What a bid that was handed in said; it stays.
    _TENDER_KEPT = frozenset(
        {"care_tender_price", "care_tender_closing_at", "care_is_tender"}
    )

    # ---- becoming a tender

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        tenders = leads.sudo().filtered("care_is_tender")
        tenders.with_env(self.env)._care_tender_begin()
        return leads

    def write(self, vals):
        if not self._is_step() and self._TENDER_KEPT & vals.keys():
            self._care_tender_check_kept(vals)
            if "care_tender_closing_at" in vals:
                self._care_tender_check_put_off(vals["care_tender_closing_at"])
        result = super().write(vals)
        if "care_is_tender" in vals:
            self._care_tender_begin()
        elif "care_tender_template_id" in vals:
            self._care_tender_fill()
        return result

    def copy_data(self, default=None):
        """A copy of a tender is a tender to be prepared. Odoo refuses a copy to whoever
        may not read one of its fields, so none of ours is copied by itself."""
        vals_list = super().copy_data(default)
        if self.env.user.has_group(_USER):
            for lead, vals in zip(self, vals_list, strict=True):
                if lead.care_is_tender:
                    vals["care_is_tender"] = True
                    vals["care_tender_template_id"] = lead.care_tender_template_id.id
        return vals_list

    def _care_tender_check_kept(self, vals):
        for lead in self.sudo():
            if lead.care_tender_state not in ("submitted", "won", "lost"):
                continue
            for name in self._TENDER_KEPT & vals.keys():
                field = self._fields[name]
                new = field.convert_to_cache(vals[name], lead)
                if new != field.convert_to_cache(lead[name], lead):
                    self._refuse_edit(name)

    def _care_tender_check_put_off(self, moment):
        """Who missed the closing time does not move it."""
        if self.env.su or self.env.user.has_group(_MANAGER):
            return
        for lead in self.filtered("care_tender_is_late"):
            if fields.Datetime.to_datetime(moment) != lead.care_tender_closing_at:
                raise UserError(
                    self.env._(
                        "%(tender)s is closed. A customer care manager may enter a "
                        "later closing time of the customer.",
                        tender=lead.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_handed_in(self):
        for lead in self.sudo():
            if lead.care_tender_state in ("submitted", "won", "lost"):
                raise UserError(
                    self.env._(
                        "%(tender)s was handed in and stays on record. Archive it "
                        "instead.",
                        tender=lead.with_env(self.env).display_name,
                    )
                )

    def _care_tender_begin(self):
        """Set the state of what is a tender now, and of what is none any more."""
        tenders = self.sudo().filtered("care_is_tender").with_env(self.env)
        fresh = tenders.filtered(lambda lead: not lead.care_tender_state)
        fresh._step_write({"care_tender_state": "preparing"})
        fresh._care_tender_fill()
        (self - tenders).filtered("care_tender_state")._step_write(
            {"care_tender_state": False}
        )

    def _care_tender_fill(self):
        """Take the papers of the checklist, those that are not there yet."""
        documents = self.env["care.tender.document"].sudo()
        for lead in self.sudo():
            if lead.care_tender_state != "preparing":
                continue
            template = lead.care_tender_template_id
            if not template:
                company = lead.company_id or lead.env.company
                template = self.env["care.tender.template"]._default_for(company)
                template = template.sudo()
                if not template:
                    continue
                lead.care_tender_template_id = template
            lead_documents = lead.with_context(active_test=False)
            there = lead_documents.care_tender_document_ids.item_id
            documents.create(
                [
                    vals
                    for vals in template._prepare_document_vals(lead)
                    if vals["item_id"] not in there.ids
                ]
            )

    # ---- steps

    def _care_tender_move(self, state, **vals):
        self.ensure_one()
        self.check_access("write")
        group = self._TENDER_MOVES.get((self.care_tender_state, state))
        if not group:
            words = dict(
                self._fields["care_tender_state"]._description_selection(self.env)
            )
            raise UserError(
                self.env._(
                    "%(tender)s is “%(now)s” and cannot become “%(then)s”.",
                    tender=self.display_name,
                    now=words.get(self.care_tender_state, "-"),
                    then=words[state],
                )
            )
        if not self.env.su and not self.env.user.has_group(group):
            raise UserError(
                self.env._(
                    "%(tender)s: a customer care manager takes this step. Ask one of "
                    "them.",
                    tender=self.display_name,
                )
            )
        self._step_write({"care_tender_state": state, **vals})

    def _care_tender_refuse_missing(self, names):
        self.check_access("write")
        this = self.sudo()  # a colleague's files count too
        words = this.fields_get(names, ["string"])
        missing = [words[name]["string"] for name in names if not this[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(tender)s is not complete. Fill in: %(fields)s.",
                    tender=self.display_name,
                    fields=", ".join(missing),
                )
            )

    def action_care_tender_ask(self):
        """Ask for the approvals of the bid price."""
        self.ensure_one()
        self._care_tender_refuse_missing(["care_tender_price"])
        if not self._approval_request("bid"):
            raise UserError(
                self.env._(
                    "No approval is wanted for the bid for %(tender)s. Hand it in.",
                    tender=self.display_name,
                )
            )
        return True

    def action_care_tender_submit(self):
        """The bid is handed in: complete, approved and before the closing time."""
        self.ensure_one()
        self.check_access("write")  # before a lock tells that there is something
        now = fields.Datetime.now()
        # two people may press at once, and the closing time may move meanwhile
        self.lock_for_update(allow_referencing=True)
        self.invalidate_recordset()
        self._care_tender_refuse_missing(
            ["care_tender_closing_at", "care_tender_price", "care_tender_proof_ids"]
        )
        if now > self.care_tender_closing_at:
            raise UserError(
                self.env._(
                    "%(tender)s closed at %(time)s: no bid is handed in any more. Say "
                    "why and mark it as missed.",
                    tender=self.display_name,
                    time=self._care_tender_time(self.care_tender_closing_at),
                )
            )
        self._care_tender_check_complete()
        self._approval_check("bid")
        self._care_tender_move(
            "submitted",
            care_tender_submitted_at=now,
            care_tender_submitted_by_id=self.env.uid,
        )
        return True

    def _care_tender_time(self, moment):
        local = fields.Datetime.context_timestamp(self, moment)
        return fields.Datetime.to_string(local.replace(tzinfo=None))[:16]

    def _care_tender_check_complete(self):
        papers = self.sudo().care_tender_document_ids
        open_papers = papers.filtered(lambda row: row.is_required and not row.is_done)
        if open_papers:
            raise UserError(
                self.env._(
                    "The bid for %(tender)s is not complete: %(papers)s. Attach and "
                    "tick them first.",
                    tender=self.display_name,
                    papers=", ".join(open_papers.mapped("name")),
                )
            )
        if not papers:
            raise UserError(
                self.env._(
                    "%(tender)s has no checklist. Choose one, or enter the papers of "
                    "the bid.",
                    tender=self.display_name,
                )
            )

    def action_care_tender_missed(self):
        """No bid was handed in before the closing time."""
        self.ensure_one()
        self._care_tender_refuse_missing(
            ["care_tender_closing_at", "care_tender_missed_reason"]
        )
        if fields.Datetime.now() <= self.care_tender_closing_at:
            raise UserError(
                self.env._(
                    "%(tender)s is open until %(time)s. Hand the bid in, or decide "
                    "not to bid.",
                    tender=self.display_name,
                    time=self._care_tender_time(self.care_tender_closing_at),
                )
            )
        self._care_tender_move("missed")
        return True

    def action_care_tender_decline(self):
        """We do not bid."""
        self.ensure_one()
        self._care_tender_refuse_missing(["care_tender_missed_reason"])
        self._care_tender_move("declined")
        return True

    def action_care_tender_reopen(self):
        """Prepare the bid again: the customer put the closing time off, say."""
        self.ensure_one()
        self._care_tender_move(
            "preparing",
            care_tender_submitted_at=False,
            care_tender_submitted_by_id=False,
        )
        return True

    def action_care_tender_won(self):
        """The customer gave us the award."""
        self._care_tender_result("won")
        self.action_set_won()
        return True

    def action_care_tender_lost(self):
        """Another bidder was chosen."""
        self._care_tender_result("lost")
        self.action_set_lost()
        return True

    def _care_tender_result(self, state):
        self.ensure_one()
        self._care_tender_refuse_missing(["care_tender_analysis"])
        opening = self.care_tender_opening_at
        if opening and opening > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "The bids for %(tender)s are opened at %(time)s. Note the result "
                    "after that.",
                    tender=self.display_name,
                    time=self._care_tender_time(opening),
                )
            )
        today = fields.Date.context_today(self)
        self._care_tender_move(state, care_tender_result_on=today)

    @api.constrains("stage_id", "probability")
    def _check_care_tender_won(self):
        """The stage “won” is for a tender whose award is noted."""
        for lead in self.sudo():
            state = lead.care_tender_state
            if state and state != "won" and lead.stage_id.is_won:
                raise ValidationError(
                    self.env._(
                        "%(tender)s is a tender. Hand in the bid and use its button "
                        "“Awarded to us” in the tab Tender.",
                        tender=lead.with_env(self.env).display_name,
                    )
                )

    # ---- what comes after

    def action_care_contract(self):
        """Open the contracts of the lead, or begin the first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_contract_action"
        )
        context = {
            "default_lead_id": self.id,
            "default_partner_id": self.commercial_partner_id.id or self.partner_id.id,
            "default_name": self.name,
            "default_amount": self.care_tender_price or self.expected_revenue,
            "default_user_id": self.user_id.id or self.env.uid,
        }
        if not self.care_contract_count:
            action["views"] = [(False, "form")]
        return action | {"domain": [("lead_id", "=", self.id)], "context": context}
