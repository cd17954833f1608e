from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

_MANAGER = "customer_care.customer_care_group_manager"


class CareDuplicate(models.Model):
    """Two customers that may be one, found by the nightly job; somebody merges them or
    says that they are different, which is kept. The job and its buttons write it."""

    _name = "care.duplicate"
    _description = "Possible duplicate"
    _inherit = [
        "care.compliance.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "care.secrecy.follow.mixin",
        "care.engine.mixin",
    ]
    _order = "score desc, id"
    _mail_post_access = "read"
    _compliance_source = "duplicate"
    _compliance_levels = True
    _compliance_department = ""

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    other_id = fields.Many2one(
        "res.partner",
        "Other customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty once it was merged.",
    )
    merged_name = fields.Char("Merged customer", readonly=True)
    by_credit = fields.Boolean("Same credit code", readonly=True)
    by_phone = fields.Boolean("Same telephone", readonly=True)
    by_email = fields.Boolean("Same mail address", readonly=True)
    likeness = fields.Integer(
        "Names alike", readonly=True, aggregator=None, help="Points of 100."
    )
    score = fields.Integer(
        "Points", readonly=True, aggregator=None, help="How sure it is, of 100."
    )
    rule_id = fields.Many2one(
        "care.duplicate.rule",
        "By the rule",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    clause_id = fields.Many2one(related="rule_id.clause_id", string="Clause")
    state = fields.Selection(
        [
            ("open", "To compare"),
            ("merged", "Merged"),
            ("different", "Not a duplicate"),
        ],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    found_at = fields.Datetime("Found on", readonly=True)
    checked_at = fields.Datetime("Last found on", readonly=True)
    decided_by_id = fields.Many2one(
        "res.users", "Decided by", readonly=True, ondelete="restrict"
    )
    decided_at = fields.Datetime("Decided on", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    compare = fields.Html("Side by side", compute="_compute_compare", sanitize=False)
    may_decide = fields.Boolean(compute="_compute_may_decide")

    _pair_uniq = models.UniqueIndex(
        "(LEAST(partner_id, other_id), GREATEST(partner_id, other_id)) "
        "WHERE other_id IS NOT NULL"
    )
    _two = models.Constraint(
        "CHECK (partner_id <> other_id)", "A customer is no duplicate of itself."
    )

    @api.depends("partner_id", "other_id", "merged_name")
    def _compute_display_name(self):
        for pair in self:
            other = pair.other_id.display_name or pair.merged_name or ""
            pair.display_name = f"{pair.partner_id.display_name} / {other}"

    @api.depends_context("uid")
    def _compute_may_decide(self):
        self.may_decide = self.env.user.has_group(_MANAGER)

    # ---- who sees it: who may read both customers

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            customers = self.env["res.partner"].with_context(active_test=False)
            seen = customers._search([])
            domain = Domain(domain) & Domain("partner_id", "in", seen)
            domain &= Domain("other_id", "=", False) | Domain("other_id", "in", seen)
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        forbidden = result[0] if result else self.browse()
        rows = (self - forbidden).sudo()
        customers = (rows.partner_id | rows.other_id).with_env(self.env)
        seen = set(customers._filtered_access("read")._ids)
        shut = rows.filtered(
            lambda row: {*row.partner_id.ids, *row.other_id.ids} - seen
        )
        forbidden += shut.with_env(self.env)
        if not forbidden:
            return result
        rule = self.env["ir.rule"]
        return forbidden, lambda: rule._make_access_error(operation, forbidden)

    # ---- evidence that duplicates are weeded out

    def _compliance_label(self):
        return self.env._("Possible duplicates")

    def _compliance_select(self):
        self.flush_model()
        self.env["care.duplicate.rule"].flush_model(["clause_id"])
        return SQL(
            """
            SELECT MIN(d.id)::bigint AS id,
                   GREATEST(d.secrecy_level, 1) AS secrecy_level, r.clause_id,
                   COALESCE(d.company_id, r.company_id) AS company_id,
                   NULL::integer AS department_id,
                   date_trunc('month', d.found_at)::date AS month,
                   COUNT(*) FILTER (WHERE d.state != 'open') AS met,
                   0::bigint AS missed, 0::bigint AS waived,
                   COUNT(*) FILTER (WHERE d.state = 'open') AS open
              FROM care_duplicate d JOIN care_duplicate_rule r ON r.id = d.rule_id
             WHERE r.clause_id IS NOT NULL
             GROUP BY GREATEST(d.secrecy_level, 1), r.clause_id,
                      COALESCE(d.company_id, r.company_id),
                      date_trunc('month', d.found_at)
            """
        )

    def _compliance_action(self):
        return "customer_care.care_duplicate_action", "found_at", []

    # ---- comparing

    @api.model
    def _compared_fields(self):
        """Return the fields of a customer shown side by side; other add-ons add
        theirs."""
        return [
            "name",
            "credit_code",
            "vat",
            "phone",
            "email",
            "website",
            "street",
            "city",
            "state_id",
            "country_id",
            "industry_id",
            "category_id",
            "user_id",
            "care_tier_id",
            "company_id",
            "ref",
            "comment",
            "create_date",
            "registered_at",
            "registered_department_id",
            "protected_until",
        ]

    @api.depends("partner_id", "other_id")
    @api.depends_context("uid", "lang")
    def _compute_compare(self):
        partners = self.env["res.partner"]
        names = [n for n in self._compared_fields() if n in partners._fields]
        labels = partners.fields_get(names, ["string"])
        names = [name for name in names if name in labels]
        for pair in self:
            both = (pair.partner_id, pair.other_id)
            pair.compare = len(both[1]) and pair._as_table(
                [
                    (labels[n]["string"], *(c._care_shown(n) for c in both))
                    for n in names
                ]
                + [
                    (label, *(str(count) for count in counts))
                    for label, counts in pair._counts()
                ]
            )

    def _counts(self):
        """Return [(label, (count, count))] of what hangs on both customers."""
        found = []
        for label, model, link in [
            (self.env._("Contacts"), "res.partner", "parent_id"),
            (self.env._("Leads"), "crm.lead", "partner_id"),
            (self.env._("Projects"), "project.project", "partner_id"),
            (self.env._("Obligations"), "care.obligation", "partner_id"),
        ]:
            if self.env[model].has_access("read"):
                counts = tuple(
                    self.env[model].search_count([(link, "=", one.id)])
                    for one in (self.partner_id, self.other_id)
                )
                if any(counts):
                    found.append((label, counts))
        return found

    def _as_table(self, lines):
        head = Markup("<tr><th></th><th>%s</th><th>%s</th></tr>") % (
            self.partner_id.display_name,
            self.other_id.display_name,
        )
        rows = Markup("").join(
            Markup(
                "<tr><td class='text-muted'>%s</td>"
                "<td class='%s'>%s</td><td class='%s'>%s</td></tr>"
            )
            % (label, mark, left, mark, right)
            for label, left, right in lines
            if left or right
            for mark in ["fw-bold" if left and left == right else ""]
        )
        return Markup("<table class='table table-sm o_care_compare'>%s%s</table>") % (
            head,
            rows,
        )

    # ---- deciding

    def action_keep_first(self):
        """Merge the other customer into the first."""
        return self._merge_into(self.partner_id)

    def action_keep_other(self):
        """Merge the first customer into the other."""
        return self._merge_into(self.other_id)

    def _merge_into(self, kept):
        self.ensure_one()
        self._check_decide()
        both = self.partner_id | self.other_id
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard = wizard.with_context(care_duplicate=self)
        wizard._merge(both.ids, kept, extra_checks=False)
        return kept._care_form_action()

    def action_different(self):
        """Say that they are two customers; the pair is not found again."""
        self._check_decide()
        self._engine().write(self._decision("different"))

    def action_reopen(self):
        """Take back that they are two customers."""
        self._check_manager()
        for pair in self:
            if pair.state != "different" or not pair.other_id:
                raise UserError(
                    self.env._(
                        "“%(pair)s” was merged and stays so; see the log of merges.",
                        pair=pair.display_name,
                    )
                )
        self._engine().write(
            {"state": "open", "decided_by_id": False, "decided_at": False}
        )

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group(_MANAGER):
            raise AccessError(
                self.env._("A customer care manager decides this. Ask one of them.")
            )

    def _check_decide(self):
        self._check_manager()
        for pair in self:
            if pair.state != "open" or not pair.other_id:
                raise UserError(
                    self.env._(
                        "“%(pair)s” is decided already. Take the decision back first.",
                        pair=pair.display_name,
                    )
                )

    def _decision(self, state):
        return {
            "state": state,
            "decided_by_id": self.env.uid,
            "decided_at": fields.Datetime.now(),
        }

    # ---- merging, by whatever way

    @api.model
    def _before_merge(self, merging):
        """Pairs of those merged are done; pairs with others go over to the one kept,
        and of two the decision stays."""
        inside = {merging.kept, *merging.sources}
        rows = self._engine().search(
            ["|", ("partner_id", "in", [*inside]), ("other_id", "in", [*inside])]
        )
        done = rows.filtered(lambda r: {r.partner_id.id, r.other_id.id} <= inside)
        for pair in done:
            gone = (pair.partner_id | pair.other_id).filtered(
                lambda one: one.id != merging.kept
            )
            pair.write(
                self._decision("merged")
                | {
                    "partner_id": merging.kept,
                    "other_id": False,
                    "merged_name": " / ".join(gone.mapped("complete_name")),
                }
            )
        self._move_others(rows - done, merging)
        self.env.flush_all()

    def _move_others(self, rows, merging):
        """Let pairs with a third customer be pairs of the one kept."""
        order = {"different": 0, "open": 1}
        known = {}
        for pair in rows.filtered("other_id").sorted(lambda r: (order[r.state], r.id)):
            third = (pair.partner_id | pair.other_id).filtered(
                lambda one: one.id not in (merging.kept, *merging.sources)
            )
            if third in known:
                pair.unlink()
            else:
                known[third] = pair
        self.env.flush_all()
        for third, pair in known.items():
            pair.write({"partner_id": merging.kept, "other_id": third.id})
        rows.exists().filtered(lambda r: not r.other_id).partner_id = merging.kept
