from odoo import api, fields, models
from odoo.exceptions import UserError


class CareOccasionRun(models.Model):
    """A list of those who are told something now: a weather warning for a region, a
    campaign, the guests of a thank-you event.

    Employees write it; releasing it makes a greeting for everybody on it.
    """

    _name = "care.occasion.run"
    _description = "Campaign or list"
    _inherit = [
        "care.approval.mixin",
        "care.guarded.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _guarded_fields = frozenset({"state", "released_at", "released_by_id"})

    name = fields.Char("Title", required=True, tracking=True)
    active = fields.Boolean(default=True)
    occasion_id = fields.Many2one(
        "care.occasion",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("kind", "in", ("weather", "thanks", "campaign"))],
        tracking=True,
    )
    kind = fields.Selection(related="occasion_id.kind", store=True)
    date = fields.Date(
        "On", required=True, default=fields.Date.context_today, tracking=True
    )
    text = fields.Text(
        "What is said",
        help="{contact}, {customer}, {occasion}, {company} and {user} are replaced. "
        "Empty: the wording of the occasion.",
    )
    state_ids = fields.Many2many("res.country.state", string="Provinces")
    city = fields.Char(
        "Cities", help="Several with commas. Part of the name is enough."
    )
    domain = fields.Char(
        "Condition",
        default="[]",
        help="Contacts it is for, among those of the occasion and the region.",
    )
    is_named = fields.Boolean(
        "Only those named",
        help="Nobody is on the list but whom people add to it by name.",
    )
    place = fields.Char("Where", help="Of a thank-you event.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("released", "Released"),
            ("closed", "Closed"),
            ("cancelled", "Called off"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    released_at = fields.Datetime(readonly=True, copy=False)
    released_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", "Responsible", default=lambda self: self.env.user, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    touch_ids = fields.One2many("care.touch", "run_id", "On the list")
    touch_count = fields.Integer("Names", compute="_compute_counts")
    done_count = fields.Integer("Reached", compute="_compute_counts")
    skipped_count = fields.Integer("Left out", compute="_compute_counts")
    reaction_count = fields.Integer("Reactions", compute="_compute_counts")

    def _compute_counts(self):
        touches = self.env["care.touch"]
        found = {}
        rows = touches._read_group(
            [("run_id", "in", self.ids)],
            ["run_id", "state"],
            ["__count", "reaction_id:count"],
        )
        for run, state, count, reactions in rows:
            found.setdefault(run.id, {})[state] = (count, reactions)
        for run in self:
            counts = found.get(run.id, {})
            run.touch_count = sum(count for count, __ in counts.values())
            run.skipped_count = counts.get("skipped", (0, 0))[0]
            run.done_count = sum(
                counts.get(state, (0, 0))[0] for state in ("sent", "done")
            )
            run.reaction_count = sum(reactions for __, reactions in counts.values())

    @api.constrains("domain")
    def _check_domain(self):
        for run in self:
            self.env["care.touch"]._check_condition(run, run.domain)

    @api.constrains("occasion_id")
    def _check_occasion(self):
        for run in self:
            if run.occasion_id.kind not in ("weather", "thanks", "campaign"):
                raise UserError(
                    self.env._(
                        "%(occasion)s comes round by itself. Choose an occasion for "
                        "warnings, thanks or campaigns.",
                        occasion=run.occasion_id.name,
                    )
                )

    def write(self, vals):
        fixed = {"occasion_id", "date", "state_ids", "city", "domain", "company_id"}
        if not self._in_engine() and fixed.intersection(vals):
            for run in self.filtered(lambda row: row.state != "draft"):
                raise UserError(
                    self.env._(
                        "%(list)s was released and stays as it went out. Make a copy "
                        "for a further one.",
                        list=run.name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        for run in self:
            if run.state != "draft":
                raise UserError(
                    self.env._(
                        "%(list)s was released and is evidence. Archive it instead.",
                        list=run.name,
                    )
                )

    # ---- approvals

    def _approval_gates(self):
        return [("release", self.env._("Release"))]

    def _approval_guarded_fields(self, gate):
        return {"occasion_id", "text", "date", "state_ids", "city", "domain"}

    # ---- buttons

    def action_release(self):
        """Make the greetings of all on the list and have them go out; ask for the
        approval first where a rule wants one."""
        for run in self:
            run.check_access("write")
            if run.state != "draft":
                raise UserError(
                    self.env._("%(list)s was released before.", list=run.name)
                )
            if not run._approval_is_granted("release"):
                run._approval_request("release")
                continue
            run._put(
                {
                    "state": "released",
                    "released_at": fields.Datetime.now(),
                    "released_by_id": self.env.uid,
                }
            )
            if not run.is_named:
                self.env["care.touch"]._make_run(run)
        self.env.ref("customer_care.care_touch_cron")._trigger()
        return True

    def action_close(self):
        """No more is noted; what was not done is left out."""
        for run in self:
            run.check_access("write")
            run._put({"state": "closed"})
            run.touch_ids._stop("closed")
        return True

    def action_cancel(self):
        for run in self:
            run.check_access("write")
            run._put({"state": "cancelled"})
            run.touch_ids._stop("cancelled")
        return True

    def action_view_touches(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_touch_action"
        )
        return action | {"domain": [("run_id", "=", self.id)], "context": {}}

    def action_print_names(self):
        """Print the list of names."""
        report = self.env.ref("customer_care.care_occasion_run_report")
        return report.report_action(self)
