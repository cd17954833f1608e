from odoo import api, models

EXPENSE = "hr.expense"
FIELD = "x_care_partner_id"
GATE = "submit"
_NAMES = ("expense_gate_field", "expense_gate_view", "expense_gate_action")
_NAMES += ("expense_gate_automation",)


class CareExpenseGate(models.AbstractModel):
    """Expenses for customers pass a gate, where the app Expenses is installed: the
    requirements of the gate “submit” on hr.expense.

    Expenses is optional, so nothing here inherits it. A field for the customer, a view
    and an automation rule are made as data when it is there; they go with it, and with
    this add-on.
    """

    _name = "care.expense.gate"
    _description = "Gate of expenses for customers"

    # ---- coming and going

    def _register_hook(self):
        """After Expenses came, let the job make the gate; after it went, forget it."""
        super()._register_hook()
        there, rows = EXPENSE in self.env, self._rows()
        if there and len(rows) < len(_NAMES):
            cron = self.env.ref("customer_care.care_pack_waiting_cron", False)
            if cron and self.env.registry.updated_modules:
                cron.sudo()._trigger()
        elif rows and not there:
            self._forget(rows)

    @api.model
    def _rows(self):
        return (
            self.env["ir.model.data"]
            .sudo()
            .search([("module", "=", "customer_care"), ("name", "in", _NAMES)])
        )

    @api.model
    def _forget(self, rows):
        """Delete what is left of a gate whose app is gone."""
        for row in rows:
            if row.model in self.env:
                self.env[row.model].sudo().browse(row.res_id).exists().unlink()
        rows.exists().unlink()

    @api.model
    def _take_down(self):
        """Delete the gate, before this add-on goes."""
        for name in reversed(_NAMES):
            record = self.env.ref(f"customer_care.{name}", raise_if_not_found=False)
            if record:
                record.sudo().unlink()
        self._rows().unlink()

    @api.model
    def _set_up(self):
        """Make what is missing of the gate."""
        if EXPENSE not in self.env:
            return
        for name, make in zip(
            _NAMES,
            (self._make_field, self._make_view, self._make_action, self._make_rule),
            strict=True,
        ):
            xmlid = f"customer_care.{name}"
            if not self.env.ref(xmlid, raise_if_not_found=False):
                self._rows().filtered(lambda row, name=name: row.name == name).unlink()
                record = make()
                self.env["ir.model.data"].sudo()._update_xmlids(
                    [{"xml_id": xmlid, "record": record, "noupdate": True}]
                )

    @api.model
    def _model_id(self):
        return self.env["ir.model"].sudo()._get_id(EXPENSE)

    @api.model
    def _make_field(self):
        return (
            self.env["ir.model.fields"]
            .sudo()
            .create(
                {
                    "model_id": self._model_id(),
                    "name": FIELD,
                    "field_description": "Customer",
                    "ttype": "many2one",
                    "relation": "res.partner",
                    "on_delete": "set null",
                    "help": "The customer the money was spent on.",
                }
            )
        )

    @api.model
    def _make_view(self):
        form = self.env.ref("hr_expense.hr_expense_view_form")
        return (
            self.env["ir.ui.view"]
            .sudo()
            .create(
                {
                    "name": "hr.expense.form.care",
                    "model": EXPENSE,
                    "inherit_id": form.id,
                    "arch": f"""<label for="product_id" position="before">
                        <field name="{FIELD}" readonly="not is_editable"
                               options="{{'no_create': True}}"/>
                    </label>""",
                }
            )
        )

    @api.model
    def _make_action(self):
        return (
            self.env["ir.actions.server"]
            .sudo()
            .create(
                {
                    "name": "Customer care: gate of expenses",
                    "model_id": self._model_id(),
                    "state": "code",
                    "usage": "base_automation",
                    "code": "env['care.expense.gate']._check(records)",
                }
            )
        )

    @api.model
    def _make_rule(self):
        fields = self.env["ir.model.fields"].sudo()
        watched = [
            fields._get(EXPENSE, name).id
            for name in ("approval_state", "product_id", FIELD)
        ]
        action = self.env.ref("customer_care.expense_gate_action")
        return (
            self.env["base.automation"]
            .sudo()
            .create(
                {
                    "name": "Customer care: gate of expenses",
                    "model_id": self._model_id(),
                    "trigger": "on_create_or_write",
                    "trigger_field_ids": [(6, 0, watched)],
                    "filter_domain": "[('approval_state', 'in', "
                    "['submitted', 'approved'])]",
                    "action_server_ids": [(6, 0, action.ids)],
                }
            )
        )

    # ---- the gate

    @api.model
    def _check(self, expenses):
        """Refuse expenses that a requirement of the gate keeps back, else note what
        was met.

        :raise UserError: names the expense and what to do
        """
        requirements = self.env["care.requirement"]
        refuse = self.env.registry["care.requirement.mixin"]._requirement_refuse
        for company, mine in expenses.grouped("company_id").items():
            asked = requirements._asked_at(EXPENSE, GATE, company)
            concerned = {one: one._concerned(mine) for one in asked}
            for expense in mine:
                ids = [one.id for one, found in concerned.items() if expense in found]
                refuse(expense, asked.browse(ids))
            self.env["care.requirement.check"]._note(list(concerned.items()), company)
