from odoo import fields, models


class CareSecretMixin(models.AbstractModel):
    """A record that keeps secrets: values nobody finds in the database."""

    _name = "care.secret.mixin"
    _description = "Record with secrets"

    care_secret_ids = fields.One2many(
        "care.secret",
        "res_id",
        "Secrets",
        domain=lambda self: [("res_model", "=", self._name)],
        readonly=True,
        copy=False,
        groups="customer_care.customer_care_group_user",
    )

    def action_add_secret(self):
        """Enter a secret value of the record."""
        self.ensure_one()
        self.check_access("write")
        return self._action_enter_secret(self.env["care.secret.kind"])

    def _action_enter_secret(self, kind):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_secret_enter_action"
        )
        context = {"default_res_model": self._name, "default_res_id": self.id}
        if kind:
            context["default_kind_id"] = kind.id
        return action | {"context": context}

    def _secret_put(self, code, value):
        """Seal a value as the secret of the kind with that code, for code."""
        self.ensure_one()
        company = "company_id" in self and self.company_id or self.env.company
        kinds = self.env["care.secret.kind"].sudo()._for(self._name, company)
        kind = kinds.filtered(lambda one: one.code == code)[:1]
        return self.env["care.secret"]._put(self, kind, value)

    def unlink(self):
        """What a deleted record kept sealed goes with its key."""
        secrets = self.env["care.secret"]._engine().with_context(active_test=False)
        rows = secrets.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)]
        )
        ids = list(self.ids)
        result = super().unlink()
        rows.unlink()
        self.env["care.data.key"]._destroy(
            self.browse(ids), self.env._("The record was deleted")
        )
        return result
