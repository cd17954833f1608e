import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

_FEW = 20  # up to here, customers are looked at in memory


class CareTerritory(models.Model):
    """A part of the market whose customers belong to one manager: provinces, cities,
    trades, or whatever a condition says; within the territory above it.

    Managers and policy packs write it. New customers go to the manager of the deepest
    territory that fits; those who are there move by `care.territory.move`.
    """

    _name = "care.territory"
    _description = "Territory"
    _inherit = ["care.pack.row.mixin"]
    _parent_store = True
    _order = "parent_path, sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "parent_id",
        "state_ids",
        "city_words",
        "industry_ids",
        "domain",
        "with_persons",
        "assigns_new",
    )
    _domain_fields = ("domain",)

    parent_id = fields.Many2one(
        "care.territory",
        "Territory above",
        index=True,
        ondelete="restrict",
        help="Its conditions hold here too, and its manager where none is named.",
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("care.territory", "parent_id", "Parts")
    manager_id = fields.Many2one(
        "res.users",
        "Person in charge",
        index="btree_not_null",
        domain=[("share", "=", False)],
        help="Its customers belong to this person.",
    )
    effective_manager_id = fields.Many2one(
        "res.users",
        "Customers go to",
        compute="_compute_effective_manager_id",
        recursive=True,
    )
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    city_words = fields.Char(
        "Cities", help="Words in the city of the customer, parted by commas."
    )
    industry_ids = fields.Many2many("res.partner.industry", string="Trades")
    domain = fields.Char("Further condition")
    with_persons = fields.Boolean(
        "Private persons too", help="Else companies alone belong to it."
    )
    assigns_new = fields.Boolean(
        "New customers go to its manager",
        default=True,
        help="Where nobody is named when the customer is entered.",
    )
    customer_count = fields.Integer("Customers", compute="_compute_counts")
    other_count = fields.Integer(
        "With somebody else",
        compute="_compute_counts",
        help="Customers of the territory whose person in charge is not its manager.",
    )

    @api.depends("name", "parent_id")
    @api.depends_context("care_short_names")
    def _compute_display_name(self):
        short = self.env.context.get("care_short_names")
        for territory in self:
            above = territory.sudo().parent_id
            names = [territory.name]
            while above and not short:
                names.append(above.name)
                above = above.parent_id
            territory.display_name = " / ".join(filter(None, reversed(names)))

    @api.depends("manager_id", "parent_id.effective_manager_id")
    def _compute_effective_manager_id(self):
        for territory in self:
            above = territory.parent_id.effective_manager_id
            territory.effective_manager_id = territory.manager_id or above

    def _compute_counts(self):
        groups = self.env["res.partner"]._read_group(
            [("care_territory_id", "child_of", self.ids)],
            ["care_territory_id", "user_id"],
            ["__count"],
        )
        for territory in self:
            path = territory.sudo().parent_path or "-"
            mine = [
                (part.sudo().effective_manager_id, user, count)
                for part, user, count in groups
                if part.sudo().parent_path.startswith(path)
            ]
            territory.customer_count = sum(count for _manager, _user, count in mine)
            territory.other_count = sum(
                count for manager, user, count in mine if manager and manager != user
            )

    # ---- whose customer

    def _domain_model(self):
        return self.env["res.partner"]

    def _domain_constrained_fields(self):
        return self._domain_fields

    def _check_parent(self, parent):
        """Refuse a territory within itself, before the ORM does with two words."""
        while parent:
            if parent in self:
                raise ValidationError(
                    self.env._(
                        "%(territory)s lies within itself then. Choose another "
                        "territory above.",
                        territory=parent.name,
                    )
                )
            parent = parent.parent_id

    @api.constrains("manager_id", "company_id")
    def _check_manager(self):
        for territory in self:
            user, company = territory.sudo().manager_id, territory.company_id
            if user and (user.share or (company and company not in user.company_ids)):
                raise ValidationError(
                    self.env._(
                        "%(user)s does not work in %(company)s and cannot manage "
                        "%(territory)s. Choose somebody who does.",
                        user=user.name,
                        company=(company or self.env.company).name,
                        territory=territory.name,
                    )
                )

    def _own_domain(self):
        """Return what this territory asks by itself."""
        self.ensure_one()
        domain = self._rule_domain("domain")
        if self.state_ids:
            domain &= Domain("state_id", "in", self.state_ids.ids)
        if self.industry_ids:
            domain &= Domain("industry_id", "in", self.industry_ids.ids)
        words = [word.strip() for word in re.split("[,，、;；]", self.city_words or "")]
        words = [word for word in words if word]
        if words:
            domain &= Domain.OR(Domain("city", "ilike", word) for word in words)
        return domain

    def _customer_domain(self):
        """Return the customers of this territory, parts and all."""
        self.ensure_one()
        domain = Domain("active", "=", True) & Domain("partner_share", "=", True)
        domain &= Domain("parent_id", "=", False) | Domain("is_company", "=", True)
        if not self.with_persons:
            domain &= Domain("is_company", "=", True)
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        territory = self
        while territory:
            domain &= territory._own_domain()
            territory = territory.parent_id
        return domain

    @api.model
    def _of_company(self, company):
        """Return the territories of a company, the deepest first."""
        found = self.sudo().search([("company_id", "in", [False, company.id])])
        return found.sorted(
            lambda row: (-row.parent_path.count("/"), row.sequence, row.id)
        )

    @api.model
    def _match(self, partners):
        """Return {partner id: its territory} of those that belong to one."""
        found, company = {}, self.env.company
        left = partners.sudo()
        for territory in self._of_company(company) if left else ():
            domain = territory._customer_domain()
            if len(left) <= _FEW:
                fit = left.filtered_domain(domain)
            else:
                fit = left.search(domain & Domain("id", "in", left.ids))
            found |= dict.fromkeys(fit.ids, territory)
            left -= fit
            if not left:
                break
        return found

    # ---- the job

    @api.model
    def _cron_sort(self):
        """Note on the customers where they belong; commits after each territory."""
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            sorter = self.with_company(company)
            if self.search_count([("company_id", "in", [False, company.id])], limit=1):
                sorter._sort(company)
                self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _sort(self, company):
        """Note on all customers of a company where they belong, where it differs."""
        partners = self.env["res.partner"].sudo()
        seen = set()
        for territory in self._of_company(company):
            ids = partners.search(territory._customer_domain())._ids
            fresh = [id_ for id_ in ids if id_ not in seen]
            seen.update(fresh)
            moved = partners.search(
                Domain("id", "in", fresh)
                & Domain("care_territory_id", "!=", territory.id)
            )
            moved._care_put_territory(territory)
        gone = Domain("care_territory_id.company_id", "in", [False, company.id])
        if company_left := partners.search(gone & Domain("id", "not in", list(seen))):
            company_left._care_put_territory(self.browse())

    # ---- buttons

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("parent_id"):
            self._check_parent(self.browse(vals["parent_id"]).sudo())
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    def action_view_customers(self):
        """Open the customers of the territory and its parts."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "contacts.action_contacts"
        )
        return action | {
            "domain": [("care_territory_id", "child_of", self.id)],
            "context": {},
        }

    def action_sort(self):
        """Note on the customers where they belong now, instead of tonight."""
        self.check_access("write")
        self._sort(self.env.company)
        return True

    def action_move(self):
        """Ask which customers go to the manager, with a preview."""
        self.ensure_one()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_territory_move_action"
        ) | {"context": {"default_territory_id": self.id}}
