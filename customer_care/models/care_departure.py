from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"
STATES = [
    ("draft", "Being planned"),
    ("signing", "To sign"),
    ("signed", "Signed"),
    ("moved", "Customers to tell"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
OPEN = ("draft", "signing", "signed")


class CareDeparture(models.Model):
    """Somebody leaves, and others take over: all his customers and open work, who gets
    what, both signatures, the move at once, and the customers told.

    A customer care manager plans it; its steps move by buttons. One opened by the
    system is of somebody who was gone before anybody planned it.
    """

    _name = "care.departure"
    _description = "Hand-over of a leaver"
    _inherit = [
        "care.obligation.mixin",
        "care.departure.sources",
        "care.departure.plan",
        "care.departure.flow",
        "care.departure.move",
        "care.departure.told",
        "care.step.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_leaving desc, id desc"
    _obligation_place_fields = ("department_id", "company_id")

    _step_fields = {
        "state": "draft",
        "number": False,
        "is_unplanned": False,
        "asked_at": False,
        "signed_at": False,
        "moved_at": False,
        "told_at": False,
    }
    _MOVES = {
        ("draft", "signing"): MANAGER,
        ("signing", "draft"): MANAGER,
        ("signing", "signed"): USER,
        ("signed", "moved"): USER,
        ("moved", "closed"): MANAGER,
        ("draft", "cancelled"): MANAGER,
        ("signing", "cancelled"): MANAGER,
        ("signed", "cancelled"): MANAGER,
        ("cancelled", "draft"): MANAGER,
    }

    number = fields.Char(readonly=True, copy=False, index=True)
    state = fields.Selection(
        STATES, required=True, default="draft", copy=False, tracking=True
    )
    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        "res.users",
        "Leaves",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("share", "=", False)],
        context={"active_test": False},
        tracking=True,
    )
    kind = fields.Selection(
        [
            ("leaves", "Leaves us"),
            ("post", "Gets another post"),
            ("absence", "Is away for long"),
        ],
        "Why",
        required=True,
        default="leaves",
        tracking=True,
    )
    informed_on = fields.Date(
        "Known since",
        required=True,
        default=lambda self: fields.Date.context_today(self),
    )
    date_leaving = fields.Date(
        "Hands over on",
        required=True,
        index=True,
        default=lambda self: fields.Date.context_today(self),
        tracking=True,
        help="The day everything moves; at once if it has come when all have signed.",
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    handler_id = fields.Many2one(
        "res.users",
        "Planned by",
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    successor_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        tracking=True,
        help="Of all that nobody else was chosen for.",
    )
    candidate_ids = fields.Many2many(
        "res.users",
        "care_departure_candidate_rel",
        string="Among",
        domain="[('share', '=', False), ('id', '!=', user_id)]",
        help="Who may get customers by load. Empty: the colleagues of the department.",
    )
    end_access = fields.Boolean(
        "End the access",
        compute="_compute_end_access",
        store=True,
        readonly=False,
        help="Clearances, access to records and posts end with the move.",
    )
    template_id = fields.Many2one(
        "mail.template",
        "Letter to customers",
        domain=[("model", "=", "care.departure.line")],
        default=lambda self: self.env.ref(
            "customer_care.care_departure_mail_template", raise_if_not_found=False
        ),
    )
    note = fields.Text()
    is_unplanned = fields.Boolean(
        "Gone before anybody planned it", readonly=True, copy=False
    )
    asked_at = fields.Datetime("Signatures asked for", readonly=True, copy=False)
    signed_at = fields.Datetime("Signed by all", readonly=True, copy=False)
    moved_at = fields.Datetime("Handed over", readonly=True, copy=False)
    told_at = fields.Datetime("All customers told", readonly=True, copy=False)
    line_ids = fields.One2many("care.departure.line", "departure_id", "What moves")
    customer_line_ids = fields.One2many(
        "care.departure.line",
        "departure_id",
        "Customers",
        domain=[("kind", "=", "customer")],
    )
    signature_ids = fields.One2many(
        "care.departure.signature", "departure_id", "Signatures"
    )
    customer_count = fields.Integer("Number of customers", compute="_compute_counts")
    other_count = fields.Integer("Other work", compute="_compute_counts")
    unclear_count = fields.Integer("Without a successor", compute="_compute_counts")
    left_count = fields.Integer("Could not move", compute="_compute_counts")
    untold_count = fields.Integer("Not told yet", compute="_compute_counts")
    failed_count = fields.Integer("Letters that failed", compute="_compute_counts")
    summary = fields.Html("Who gets what", compute="_compute_counts")
    i_sign = fields.Boolean("I have to sign", compute="_compute_i_sign")
    lacks_leaver = fields.Boolean("The leaver has to sign", compute="_compute_i_sign")

    _open_uniq = models.UniqueIndex(
        "(user_id) WHERE state IN ('draft', 'signing', 'signed') AND active",
        "A hand-over of this person is open already. Open that one.",
    )

    @api.depends("user_id", "number")
    def _compute_display_name(self):
        for departure in self:
            names = [departure.number, departure.sudo().user_id.name]
            departure.display_name = " ".join(name for name in names if name)

    @api.depends("user_id")
    def _compute_department_id(self):
        for departure in self:
            employees = departure.sudo().user_id.with_context(active_test=False)
            departure.department_id = employees.employee_ids[:1].department_id

    @api.depends("kind")
    def _compute_end_access(self):
        for departure in self:
            departure.end_access = departure.kind == "leaves"

    def _compute_counts(self):
        lines = self.env["care.departure.line"]
        groups = lines._read_group(
            [("departure_id", "in", self.ids)],
            ["departure_id", "kind", "state", "taker_id", "told_state"],
            ["__count"],
        )
        words = lines._kind_words()
        for departure in self:
            mine = [row[1:] for row in groups if row[0] == departure._origin]
            customers = [row for row in mine if row[0] == "customer"]
            departure.customer_count = sum(row[-1] for row in customers)
            departure.other_count = sum(r[-1] for r in mine) - departure.customer_count
            departure.unclear_count = sum(
                row[-1]
                for row in mine
                if row[1] == "open" and not row[2] and row[0] != "post"
            )
            departure.left_count = sum(row[-1] for row in mine if row[1] == "left")
            untold = [row for row in customers if row[1] == "moved" and row[3]]
            departure.untold_count = sum(
                row[-1] for row in untold if row[3] not in ("sent", "noted")
            )
            departure.failed_count = sum(
                row[-1] for row in untold if row[3] in ("failed", "no_address")
            )
            departure.summary = departure._summary_html(mine, words)

    @api.model
    def _summary_html(self, rows, words):
        """Return a table: kinds of work down, people across."""
        people = self.env["res.users"].sudo().union(*(row[2] for row in rows))
        counts = {}
        for kind, _state, taker, _told, count in rows:
            counts[kind, taker.id] = counts.get((kind, taker.id), 0) + count
        nobody = any(not taker for _kind, taker in counts)
        heads = [(user.id, user.name) for user in people]
        heads += [(False, self.env._("Nobody yet"))] if nobody else []
        kinds = [kind for kind in words if any(key[0] == kind for key in counts)]
        if not kinds:
            return False
        cell = Markup("<td class='text-end'>%s</td>")
        lines = Markup().join(
            Markup("<tr><th>%s</th>%s</tr>")
            % (
                words[kind],
                Markup().join(
                    cell % (counts.get((kind, id_)) or "") for id_, _ in heads
                ),
            )
            for kind in kinds
        )
        names = Markup().join(
            Markup("<th class='text-end'>%s</th>") % name for _id, name in heads
        )
        return Markup(
            "<table class='table table-sm w-auto'><tr><th></th>%s</tr>%s</table>"
        ) % (names, lines)

    @api.depends("state", "signature_ids.signed_at")
    @api.depends_context("uid")
    def _compute_i_sign(self):
        for departure in self:
            open_ = departure.signature_ids.filtered(lambda row: not row.signed_at)
            asked = departure.state == "signing"
            departure.i_sign = asked and self.env.user in open_.user_id
            departure.lacks_leaver = asked and "hand" in open_.mapped("part")

    @api.constrains("user_id", "successor_id")
    def _check_people(self):
        for departure in self:
            if departure.successor_id == departure.user_id:
                raise UserError(
                    self.env._(
                        "%(user)s leaves and cannot follow himself. Choose somebody "
                        "else.",
                        user=departure.user_id.name,
                    )
                )

    # ---- saving

    @api.model_create_multi
    def create(self, vals_list):
        departures = super().create(vals_list)
        for departure in departures:
            sequence = self.env["ir.sequence"].sudo()
            number = sequence.with_company(departure.company_id).next_by_code(
                "care.departure"
            )
            departure._step_write({"number": number})
        departures._gather()
        return departures

    def write(self, vals):
        fixed = {"user_id", "date_leaving", "successor_id", "kind"}
        fixed |= {"end_access", "archive_account"}
        if fixed & vals.keys() and not self._is_step():
            self._check_draft()
        result = super().write(vals)
        if "user_id" in vals:
            self._gather()
        elif "successor_id" in vals:
            self._spread_takers()
        return result

    def _check_draft(self):
        for departure in self:
            if departure.state != "draft":
                raise UserError(
                    self.env._(
                        "%(departure)s is no plan any more. Go back to the plan to "
                        "change it; it is signed anew then.",
                        departure=departure.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_plans_only(self):
        for departure in self:
            if departure.state not in ("draft", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(departure)s is kept as evidence. Cancel it instead.",
                        departure=departure.display_name,
                    )
                )

    # ---- what it leads to

    def _view_lines(self, name, domain, context=None):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_departure_line_action"
        )
        return action | {
            "name": name,
            "domain": Domain("departure_id", "=", self.id) & Domain(domain),
            "context": context or {},
        }

    def action_view_other(self):
        """Open the work that moves beside the customers."""
        grouped = {"search_default_group_kind": 1}
        domain = [("kind", "!=", "customer")]
        return self._view_lines(self.env._("Other work"), domain, grouped)

    def action_view_unclear(self):
        """Open what nobody was chosen for."""
        domain = [("state", "=", "open"), ("taker_id", "=", False)]
        domain += [("kind", "!=", "post")]
        return self._view_lines(self.env._("Without a successor"), domain)

    def action_view_left(self):
        """Open what could not move, with the reason."""
        domain = [("state", "=", "left")]
        return self._view_lines(self.env._("Could not move"), domain)

    def action_view_untold(self):
        """Open the customers who do not know yet."""
        domain = [("kind", "=", "customer"), ("state", "=", "moved")]
        domain += [("told_state", "not in", ("sent", "noted"))]
        return self._view_lines(self.env._("Not told yet"), domain)
