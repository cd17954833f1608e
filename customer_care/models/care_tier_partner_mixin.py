from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

_WRITTEN = ("care_tier_id", "care_tier_until", "care_priority", "care_credit_grade")
_BATCH = 20000
MERGE = object()  # in the context of a merge of contacts; no client can send it


class CareTierPartnerMixin(models.AbstractModel):
    """The customer's grade, as the main scheme of the current company gives it.

    The four columns hold one value per company, so that no company reads another's.
    `_care_refresh` alone writes them, by one statement for all customers and only
    where something changed. Other add-ons ask `_care_privileges`.
    """

    _name = "care.tier.partner.mixin"
    _description = "Customer with a grade"

    care_tier_id = fields.Many2one(
        "care.tier",
        "Grade",
        company_dependent=True,
        readonly=True,
        copy=False,
        groups="customer_care.customer_care_group_user",
    )
    care_tier_until = fields.Date(
        "Grade valid until",
        company_dependent=True,
        readonly=True,
        copy=False,
        groups="customer_care.customer_care_group_user",
    )
    care_priority = fields.Integer(
        "Priority of the customer",
        company_dependent=True,
        readonly=True,
        copy=False,
        aggregator=None,
        groups="customer_care.customer_care_group_user",
        help="0 is ordinary, 3 goes before all others.",
    )
    care_credit_grade = fields.Char(
        "Credit grade",
        company_dependent=True,
        readonly=True,
        copy=False,
        groups="customer_care.customer_care_group_user",
    )
    # no one2many: with a domain it would cost every grade written a look at it
    care_grant_ids = fields.Many2many(
        "care.tier.grant",
        string="Grades in force",
        compute="_compute_care_grant_ids",
        groups="customer_care.customer_care_group_user",
    )
    care_grant_count = fields.Integer(
        "Grades so far",
        compute="_compute_care_counts",
        groups="customer_care.customer_care_group_user",
    )
    care_alert_count = fields.Integer(
        "Alert notes",
        compute="_compute_care_counts",
        groups="customer_care.customer_care_group_user",
    )

    def _compute_care_grant_ids(self):
        grants = self.env["care.tier.grant"]
        domain = [("partner_id", "in", self.ids), ("is_current", "=", True)]
        found = grants.search(domain).grouped("partner_id")
        for partner in self:
            partner.care_grant_ids = found.get(partner._origin, grants)

    def _compute_care_counts(self):
        for name, model in [
            ("care_grant_count", "care.tier.grant"),
            ("care_alert_count", "care.alert.note"),
        ]:
            domain = [("partner_id", "in", self.ids)]
            rows = self.env[model]._read_group(domain, ["partner_id"], ["__count"])
            counts = {partner.id: count for partner, count in rows}
            for partner in self:
                partner[name] = counts.get(partner.id, 0)

    # ---- nobody writes them by hand

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._care_refuse(vals)
        return super().create(vals_list)

    def write(self, vals):
        if self.env.context.get("care_merge") is MERGE:
            vals = {name: vals[name] for name in vals if name not in _WRITTEN}
        self._care_refuse(vals)
        return super().write(vals)

    def _care_refuse(self, vals):
        if any(vals.get(name) for name in _WRITTEN) or (
            self._ids and any(name in vals for name in _WRITTEN)
        ):
            raise AccessError(
                self.env._(
                    "The grade of a customer comes from an evaluation or an "
                    "application. Use those."
                )
            )

    # ---- what other add-ons read

    def _care_privileges(self, scheme=None, on=None):
        """Return {customer or contact id: its care.tier}, an empty one for none.

        A contact has the grade of its company.
        :param scheme: record or code; the main scheme of the company when left out
        :param on: a past or future date; today when left out
        """
        tiers = self.env["care.tier"]
        owners = {p.id: p.sudo().commercial_partner_id.id or p.id for p in self}
        if scheme is None and on is None:
            partners = self.sudo().browse(set(owners.values()))
            found = {p.id: p.care_tier_id.id for p in partners}
        else:
            scheme = self._care_scheme(scheme)
            found = self._care_tier_ids(list(set(owners.values())), on, scheme)
        return {id_: tiers.browse(found.get(own) or ()) for id_, own in owners.items()}

    @api.model
    def _care_scheme(self, scheme):
        schemes = self.env["care.tier.scheme"]
        if scheme is None:
            return schemes._main(self.env.company)
        if isinstance(scheme, str):
            companies = [self.env.company.id, False]
            domain = [("code", "=", scheme), ("company_id", "in", companies)]
            found = schemes.sudo().search(domain, order="company_id", limit=1)
            return found.with_env(self.env)
        return scheme

    @api.model
    def _care_tier_ids(self, ids, on, scheme):
        company = self.env.company
        on = on or self.env["care.role"]._today(company)
        grants = self.env["care.tier.grant"]
        rows = grants._standings(scheme, company, on, ids) if scheme else {}
        return {id_: tier_id for id_, (_grant, tier_id) in rows.items()}

    @api.model
    def _tier_on(self, partners, on, scheme=None):
        """Return {customer id: the care.tier that was in force on a day}."""
        return partners._care_privileges(self._care_scheme(scheme), on)

    def _care_merge(self, kept):
        """Let the history go over to the contact that is kept; where both have a grade
        in force, that of the contact kept stays."""
        grants = self.env["care.tier.grant"].sudo()
        domain = [("ended_on", "=", False)]
        mine = grants.search([*domain, ("partner_id", "in", self.ids)])
        theirs = grants.search([*domain, ("partner_id", "in", kept.ids)])
        slots = {grant._slot_here() for grant in theirs}
        for grant in mine:
            if grant._slot_here() in slots:
                grant._end(self.env["care.role"]._today(grant.company_id), "replaced")
            slots.add(grant._slot_here())

    # ---- writing, set by set

    @api.model
    def _care_refresh(self, company, ids=None):
        """Write the grades in force today to customers, where they differ.

        :param ids: of customers; all those of the company when left out
        """
        grants = self.env["care.tier.grant"].sudo()
        grants.flush_model()
        self.env["care.tier"].sudo().flush_model()
        scheme = self.env["care.tier.scheme"]._main(company)
        today = self.env["care.role"]._today(company)
        standing = grants._standing_sql(scheme, company, today, ids)
        while changed := self._care_refresh_batch(standing, company, ids):
            partners = self.env["res.partner"].sudo().browse(changed)
            partners.invalidate_recordset(_WRITTEN, flush=False)
            partners.modified(_WRITTEN)
            self.env["care.obligation"]._on_columns_written(partners, _WRITTEN)
            if scheme.sudo().writes_pricelist:
                partners.with_company(company)._care_apply_pricelist(scheme.sudo())
            if len(changed) < _BATCH:
                break

    @api.model
    def _care_refresh_batch(self, standing, company, ids):
        """Write up to a batch of customers and return their ids."""
        key = str(company.id)
        chosen = SQL() if ids is None else SQL("AND p.id = ANY(%s)", list(ids))
        query = SQL(
            """WITH standing AS (%(standing)s),
                    wanted AS (
                      SELECT p.id, s.tier_id, s.valid_to::text AS until,
                             NULLIF(t.complaint_priority, 0) AS priority,
                             NULLIF(s.credit_grade, '') AS credit
                        FROM res_partner p
                        LEFT JOIN standing s ON s.partner_id = p.id
                        LEFT JOIN care_tier t ON t.id = s.tier_id
                       WHERE (s.id IS NOT NULL OR p.care_tier_id ? %(key)s)
                             %(chosen)s
                         AND (p.care_tier_id->>%(key)s, p.care_tier_until->>%(key)s,
                              p.care_priority->>%(key)s,
                              p.care_credit_grade->>%(key)s)
                             IS DISTINCT FROM
                             (s.tier_id::text, s.valid_to::text,
                              NULLIF(t.complaint_priority, 0)::text,
                              NULLIF(s.credit_grade, ''))
                       LIMIT %(batch)s)
               UPDATE res_partner p
                  SET %(values)s
                 FROM wanted w WHERE w.id = p.id
            RETURNING p.id""",
            standing=standing,
            key=key,
            chosen=chosen,
            batch=_BATCH,
            values=SQL(", ").join(
                self._care_set_sql(name, source, key)
                for name, source in zip(
                    _WRITTEN, ("tier_id", "until", "priority", "credit"), strict=True
                )
            ),
        )
        return [row[0] for row in self.env.execute_query(query)]

    @api.model
    def _care_set_sql(self, name, source, key):
        """Return `column = column with the value of this company`, NULL for none."""
        column, value = SQL.identifier(name), SQL.identifier("w", source)
        return SQL(
            """%s = NULLIF(COALESCE(p.%s, '{}'::jsonb) - %s::text || CASE
                 WHEN %s IS NULL THEN '{}'::jsonb
                 ELSE jsonb_build_object(%s::text, %s) END, '{}'::jsonb)""",
            column,
            column,
            key,
            value,
            key,
            value,
        )

    def _care_apply_pricelist(self, scheme):
        """Give customers the pricelist of their grade, where sales are installed; one
        that came with a former grade goes with it, one given by hand stays."""
        name = "specific_property_product_pricelist"
        if name not in self._fields:
            return
        lists = {
            t.id: t._pricelist()
            for t in scheme.with_context(active_test=False).tier_ids
        }
        ours = {record.id for record in lists.values() if record is not None}
        for tier, partners in self.grouped("care_tier_id").items():
            record = lists.get(tier.id)
            if record is not None:
                partners.write({name: record.id})
            else:
                partners.filtered(lambda p: p[name].id in ours).write({name: False})

    # ---- buttons

    def action_view_care_grants(self):
        """Open the customer's history of grades."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_tier_grant_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {"create": False},
        }

    def action_view_care_alerts(self):
        """Open what was noticed about the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_alert_note_action"
        )
        return action | {
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_request_care_tier(self):
        """Apply for a grade outside the yearly evaluation."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_tier_request_action"
        )
        return action | {
            "views": [(False, "form")],
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
