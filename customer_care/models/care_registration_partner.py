from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL
from odoo.tools import sql as sqltools
from odoo.tools.misc import clean_context

from .care_tier_partner_mixin import MERGE

_USER = "customer_care.customer_care_group_user"
_REGISTER = object()  # RPC carries JSON, and JSON has no identity
# what the register alone writes, whoever asks
WRITTEN = (
    "registered_at",
    "registered_by",
    "registered_department_id",
    "protected_until",
    "care_pool_state",
)
# what is fixed once the customer is registered; managers may still put it right
FIXED = ("contact_at", "contact_by")


class CareRegistrationPartner(models.AbstractModel):
    """The customer's registration: when, by whom, by which way, and how long he is
    protected. What proves the time is written by the register alone; the rest by
    whoever may edit the customer."""

    _name = "care.registration.partner"
    _description = "Registered customer"

    registered_at = fields.Datetime(
        "Registered", readonly=True, copy=False, groups=_USER
    )
    registered_by = fields.Many2one(
        "res.users", "Registered by", readonly=True, copy=False, groups=_USER
    )
    registered_department_id = fields.Many2one(
        "hr.department",
        "Registering department",
        readonly=True,
        copy=False,
        groups=_USER,
    )
    contact_at = fields.Datetime(
        "First met",
        copy=False,
        groups=_USER,
        help="The time to register the customer counts from here.",
    )
    contact_by = fields.Many2one(
        "res.users",
        "Met by",
        copy=False,
        groups=_USER,
        help="Registers the customer in time.",
    )
    channel = fields.Many2one("care.channel", copy=False, groups=_USER)
    intermediary_id = fields.Many2one(
        "res.partner",
        copy=False,
        index="btree_not_null",
        groups=_USER,
        help="The broker or partner company that brought the customer.",
    )
    referrer_id = fields.Many2one(
        "res.partner",
        "Brought by",
        copy=False,
        index="btree_not_null",
        groups=_USER,
        help="The customer who brought this one.",
    )
    intent = fields.Many2one("care.intent", copy=False, groups=_USER)
    care_need = fields.Text("Need", copy=False, groups=_USER)
    is_intending = fields.Boolean(
        "Intending",
        compute="_compute_is_intending",
        store=True,
        groups=_USER,
        help="The customer can be reached and wants to buy.",
    )
    protected_until = fields.Datetime(readonly=True, copy=False, groups=_USER)
    care_pool_state = fields.Selection(
        "_selection_care_pool_state",
        "Pool",
        readonly=True,
        copy=False,
        groups=_USER,
    )
    care_registration_count = fields.Integer(
        "Entries in the register",
        compute="_compute_care_registration_count",
        groups=_USER,
    )
    care_open_claim_count = fields.Integer(
        "Claims to be ruled",
        compute="_compute_care_registration_count",
        groups=_USER,
    )

    @api.model
    def _selection_care_pool_state(self):
        words = {
            "owned": self.env._("Protected"),
            "warned": self.env._("Warned"),
            "pool": self.env._("In the pool"),
        }
        return list(words.items())

    def _auto_init(self):
        """Add the computed column empty: nobody has an intent yet, and the ORM would
        reckon it for each of a million contacts."""
        if self._auto and sqltools.table_exists(self.env.cr, self._table):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s ADD COLUMN IF NOT EXISTS is_intending bool",
                    SQL.identifier(self._table),
                )
            )
        return super()._auto_init()

    def init(self):
        result = super().init()
        if self._auto:
            self.env.cr.execute(
                """CREATE INDEX IF NOT EXISTS res_partner_care_pool_idx
                       ON res_partner (care_pool_state, protected_until)
                    WHERE care_pool_state IS NOT NULL"""
            )
        return result

    @api.depends("phone", "email", "intent.is_intending")
    def _compute_is_intending(self):
        for partner in self:
            reachable = partner.phone or partner.email
            partner.is_intending = bool(partner.intent.is_intending and reachable)

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_care_registration_count(self):
        for name, model, domain in [
            ("care_registration_count", "care.registration", []),
            (
                "care_open_claim_count",
                "care.registration.claim",
                [("state", "=", "open")],
            ),
        ]:
            rows = self.env[model]._read_group(
                [*domain, ("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
            counts = {partner.id: count for partner, count in rows}
            for partner in self:
                partner[name] = counts.get(partner.id, 0)

    @api.constrains("contact_at")
    def _check_contact_at(self):
        now = fields.Datetime.now()
        for partner in self:
            if partner.contact_at and partner.contact_at > now:
                raise ValidationError(
                    self.env._(
                        "%(partner)s cannot have been met in the future. Enter when "
                        "the customer was first met.",
                        partner=partner.display_name,
                    )
                )

    # ---- nobody writes the register by hand

    def _register_write(self, vals):
        """Write what the register alone writes, as superuser."""
        context = clean_context(self.env.context) | {"care_register": _REGISTER}
        self.with_env(self.env(su=True, context=context)).write(vals)

    @api.model
    def _register_create(self, vals):
        """Create a customer for the register; return it in the caller's environment."""
        context = clean_context(self.env.context) | {
            "care_register": _REGISTER,
            "tracking_disable": True,
        }
        created = self.with_env(self.env(su=True, context=context)).create(vals)
        return created.with_env(self.env)

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get("care_register") is not _REGISTER:
            for vals in vals_list:
                self._register_refuse(name for name in WRITTEN if vals.get(name))
                # a client's default_* keys would fill them
                vals.update(dict.fromkeys(WRITTEN, False))
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("care_register") is not _REGISTER:
            if self.env.context.get("care_merge") is MERGE:
                vals = {name: vals[name] for name in vals if name not in WRITTEN}
            elif vals.keys() & set(FIXED):
                self._register_check_fixed(vals)
            self._register_refuse(vals.keys() & set(WRITTEN))
        result = super().write(vals)
        if vals.get("user_id"):
            self._register_leave_pool()
        return result

    def _register_leave_pool(self):
        """A customer of the pool who is given to somebody by any door is his."""
        pooled = self.sudo().filtered(lambda p: p.care_pool_state == "pool")
        terms = self.env["care.registration.term"]._of(pooled, self.env.company)
        for partner in pooled:
            partner._register_protect(terms[partner.id])

    def _register_refuse(self, names):
        names = sorted(names)
        if names:
            words = [
                self._fields[name].get_description(self.env, ["string"])["string"]
                for name in names
            ]
            raise AccessError(
                self.env._(
                    "%(fields)s of a customer comes from the register, with the time "
                    "of the server. Use Registration > Enter a customer.",
                    fields=", ".join(words),
                )
            )

    def _register_check_fixed(self, vals):
        if self.env.user.has_group("customer_care.customer_care_group_manager"):
            return
        fixed = self.sudo().filtered("registered_at")
        for partner in fixed:
            for name in FIXED:
                if name in vals and partner._fields[name].convert_to_cache(
                    vals[name], partner
                ) != partner._fields[name].convert_to_cache(partner[name], partner):
                    raise AccessError(
                        self.env._(
                            "%(partner)s is registered, and when it was first met is "
                            "fixed. Ask a customer care manager to put it right.",
                            partner=partner.display_name,
                        )
                    )

    # ---- whose customer

    def _register_protect(self, term):
        """Begin the protection of one customer anew, for good where no term fits."""
        days = term.protection_days
        until = fields.Datetime.add(fields.Datetime.now(), days=days)
        self._register_write(
            {"care_pool_state": "owned", "protected_until": until if term else False}
        )

    # ---- merging

    def _care_merge(self, kept):
        """The contact that is kept has the earliest registration of all."""
        result = super()._care_merge(kept)
        both = (self.sudo() + kept.sudo()).filtered("registered_at")
        first = both.sorted(lambda p: (p.registered_at, p.id))[:1]
        if first and first != kept.sudo():
            kept._register_write(
                {
                    name: first._fields[name].convert_to_write(first[name], first)
                    for name in WRITTEN
                }
            )
        return result

    # ---- buttons

    def action_enter_registration(self):
        """Open the entry, for this customer where there is one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_registration_enter_action"
        )
        if self:
            self.ensure_one()
            action["context"] = {"default_partner_id": self.id}
        return action

    def action_view_care_registrations(self):
        """Open the customer's entries in the register."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_registration_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}

    def action_view_care_claims(self):
        """Open the claims on the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_registration_claim_action"
        )
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}

    def action_take_from_pool(self):
        """Take the chosen customers from the pool for the current user."""
        return self.env["care.pool"]._take(self)

    def action_give_back(self):
        """Give the chosen customers of the current user back to the pool."""
        return self.env["care.pool"]._give_back(self)
