from datetime import datetime, time

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CareRegistrationEvent(models.Model):
    """What counts as attending a customer: a done activity, a meeting, an order.

    Managers and packs write it; the job of the pool reads when it last happened.
    """

    _name = "care.registration.event"
    _description = "What counts as attending"
    _inherit = ["care.pack.row.mixin", "care.rule.model.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "model_name",
        "domain",
        "date_field",
        "partner_path",
    )
    _domain_fields = ("domain",)

    domain = fields.Char("Records that count", default="[]")
    date_field = fields.Char("Happened at", required=True)
    partner_path = fields.Char(
        "Customer",
        required=True,
        default="partner_id",
        help="Field that leads to the customer; for records that name any record, the "
        "field with its number.",
    )

    @api.constrains("model_name", "date_field", "partner_path")
    def _check_paths(self):
        for event in self:
            model = event._domain_model()
            if model is None:
                continue
            date = model._fields.get(event.date_field or "")
            if date is None or date.type not in ("date", "datetime") or not date.store:
                event._refuse(event.date_field, self.env._("a date"))
            if not event._leads_to_customer(model):
                event._refuse(event.partner_path, self.env._("a customer"))

    def _leads_to_customer(self, model):
        for name in self.partner_path.split("."):
            field = model._fields.get(name) if model is not None else None
            if field is None or not field.store:
                return False
            model = self.env[field.comodel_name] if field.relational else None
        if model is None:
            return field.type in ("integer", "many2one_reference")
        return model._name == "res.partner"

    def _refuse(self, value, wanted):
        raise ValidationError(
            self.env._(
                "“%(value)s” of %(rule)s does not lead to %(wanted)s. Choose another "
                "field.",
                value=value,
                rule=self.display_name,
                wanted=wanted,
            )
        )

    def _last_attended(self, partners, since, now):
        """Return {customer id: when one of these last happened to it}, set by set.

        :param partners: customers; what happened to their contacts counts for them
        :param since: earlier ones are of no matter
        """
        everyone = partners.sudo().with_context(active_test=False)
        family = everyone.search([("commercial_partner_id", "in", partners.ids)])
        owner = {p.id: p.commercial_partner_id.id for p in family}
        owner |= {id_: id_ for id_ in partners.ids}
        last = {}
        for event in self.sudo():
            model = event._domain_model()
            if model is None:
                continue
            for key, moment in event._group(model.sudo(), list(owner), since, now):
                id_ = owner.get(key.id if isinstance(key, models.BaseModel) else key)
                if id_ and moment:
                    last[id_] = max(last.get(id_, moment), moment)
        return {id_: min(moment, now) for id_, moment in last.items()}

    def _group(self, model, ids, since, now):
        model = model.with_context(active_test=False)
        domain = (
            self._rule_domain("domain")
            & Domain(self.date_field, ">=", since)
            & Domain(self.date_field, "<=", now)
            & Domain(self.partner_path, "in", ids)
        )
        for key, moment in model._read_group(
            domain, [self.partner_path], [f"{self.date_field}:max"]
        ):
            if moment and not isinstance(moment, datetime):
                moment = datetime.combine(moment, time(23, 59, 59))
            yield key, moment
