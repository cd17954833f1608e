from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import clean_context

_ENDED = ("closed", "cancelled")


class CareImprovementSource(models.AbstractModel):
    """How improvements come about: other engines and rules open them here."""

    _name = "care.improvement.source"
    _description = "Opening of improvements"

    @api.model
    def _open(self, origin, key, vals, records=None, again=False):
        """Return the improvement of (origin, key) in the company, opened when new.

        :param origin: indicator | repeat | record | inspection | other | manual
        :param key: text that names the occasion; the same one opens nothing twice
        :param vals: values of care.improvement; `name` at least
        :param records: recordset or list of (model, id) to link with it
        :param again: one that has ended does not keep a new one from opening
        """
        company_id = vals.get("company_id") or self.env.company.id
        domain = [
            ("origin", "=", origin),
            ("origin_key", "=", key),
            ("company_id", "=", company_id),
        ]
        if again:
            domain.append(("state", "not in", _ENDED))
        found = (
            self.sudo()
            .with_context(active_test=False)
            .search(domain, order="id desc", limit=1)
        )
        if not found:
            found = self._open_new(origin, key, {**vals, "company_id": company_id})
        found._link_records(records or ())
        return found.with_env(self.env)

    @api.model
    def _open_new(self, origin, key, vals):
        steps = {"origin": origin, "origin_key": key}
        plain = {}
        for name, value in vals.items():
            (steps if name in self._step_fields else plain)[name] = value
        company = self.env["res.company"].browse(plain["company_id"])
        # a client's default_* keys would fill in what the engine leaves out
        env = self.env(su=True, context=clean_context(self.env.context))
        new = self.with_env(env).with_company(company).create([plain])
        new._step_write(steps)
        if new.user_id:
            new._notify_responsible()
        return new

    def _notify_responsible(self):
        """Give who is responsible an activity to plan the measure."""
        user, notice = self.user_id, self.env["care.secrecy.notice"]
        if notice._deaf(user, self):
            notice._tell_guardians(self.company_id)
            return
        this = self.with_context(lang=user.lang, mail_activity_quick_update=True)
        this.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=this.env._("Plan the improvement"),
            user_id=user.id,
        )

    def _link_records(self, records):
        """Link records, a recordset or (model, id) pairs, that are not linked yet."""
        self.ensure_one()
        if isinstance(records, models.BaseModel):
            records = [(records._name, id_) for id_ in records.ids]
        links = self.env["care.improvement.link"]
        known = {
            (link.res_model, link.res_id)
            for link in links.sudo().search([("improvement_id", "=", self.id)])
        }
        fresh = [pair for pair in dict.fromkeys(records) if pair not in known]
        links._engine().create(
            [
                {"improvement_id": self.id, "res_model": model_name, "res_id": id_}
                for model_name, id_ in fresh
            ]
        )
        self.invalidate_recordset(["link_ids"], flush=False)

    # ---- by hand, from any record

    @api.model
    def _action_open_from(self, records):
        """Return the form of a new improvement of `records`, for server actions and
        buttons; with several, one improvement is opened for each."""
        records.check_access("read")
        vals_list = [
            {
                "name": self.env._("Improvement"),
                "user_id": self.env.uid,
                **self._prepare_from_record(record),
            }
            for record in records
        ]
        opened = self.browse()
        for record, vals in zip(records, vals_list, strict=True):
            self.check_access("create")
            key = f"{record._name},{record.id}"
            opened |= self._open("manual", key, vals, records=record, again=True)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_improvement_action"
        )
        if len(opened) == 1:
            return action | {"views": [(False, "form")], "res_id": opened.id}
        return action | {"domain": [("id", "in", opened.ids)], "context": {}}

    @api.model
    def _prepare_from_record(self, record):
        """Return where a record belongs: origin, customer, department, company."""
        places = self.env["care.obligation.mixin"]
        is_host = "obligation_ids" in record._fields
        this = record.sudo()
        partner_id, department_id, company_id = (
            this._obligation_places() if is_host else places._places_of_any(this)
        )
        if record._name == "res.partner":
            partner_id = record.id
        return {
            "res_model": record._name,
            "res_id": record.id,
            "partner_id": partner_id,
            "department_id": department_id,
            "company_id": company_id or self.env.company.id,
        }

    # ---- indicators

    @api.model
    def _on_indicator_results(self, results):
        """Open an improvement for each result under its pass mark whose indicator has
        a rule; one that is open for the same subject takes the result up."""
        failed = results.sudo().filtered(lambda result: result.state == "failed")
        if not failed:
            return self.browse()
        rules = self.env["care.improvement.rule"].sudo()
        rules = rules.search(
            Domain("trigger", "=", "indicator")
            & Domain("indicator_id", "in", failed.indicator_id.ids)
        )
        opened = self.browse()
        for rule in rules:
            mine = failed.filtered(
                lambda result, rule=rule: (
                    result.indicator_id == rule.indicator_id
                    and rule.company_id in (result.company_id, rule.company_id.browse())
                )
            )
            for result in mine - rule._linked_already(mine):
                opened |= rule._open_for_result(result)
        return opened.with_env(self.env)
