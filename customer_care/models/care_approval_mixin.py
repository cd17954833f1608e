import hashlib
import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

_COMPUTED = frozenset({"approval_live", "approval_state", "approval_count"})


class CareApprovalMixin(models.AbstractModel):
    """A record that passes gates with approvals.

    The host calls `_approval_request(gate)` and `_approval_check(gate)` in its buttons
    and tells by the hooks below what the approvals are about.
    """

    _name = "care.approval.mixin"
    _description = "Record with approvals"

    approval_ids = fields.One2many(
        "care.approval",
        "res_id",
        "Approvals",
        bypass_search_access=True,
        readonly=True,
        groups="customer_care.customer_care_group_user",
    )
    approval_count = fields.Integer(
        "Number of approvals", compute="_compute_approval_state"
    )
    approval_state = fields.Selection(
        "_selection_approval_state",
        "Approval",
        compute="_compute_approval_state",
        search="_search_approval_state",
    )

    approval_live = fields.Boolean(
        "Waits for or holds an approval",
        compute="_compute_approval_live",
        help="A guarded value of it does not change without notice.",
    )

    @api.model
    def _selection_approval_state(self):
        """Return the states; by a method, so that hosts of any add-on have words."""
        words = {
            "none": self.env._("Not asked for"),
            "pending": self.env._("To decide"),
            "approved": self.env._("Approved"),
            "rejected": self.env._("Rejected"),
        }
        return list(words.items())

    # -- hooks of the host ---------------------------------------------------

    def _approval_gates(self):
        """Return [(gate, label)]; rules may then name no other gate."""
        return []

    def _approval_guarded_fields(self, gate):
        """Return the field names whose change makes an approval of `gate` void. The
        amount field of the rule is always among them."""
        return set()

    def _approval_subject_users(self, gate):
        """Return the users a record is about: they decide nothing (the accused)."""
        return self.env["res.users"]

    def _approval_able_users(self, users):
        """Return those of the users who may decide this record at all (the cleared)."""
        return users

    def _approval_company(self):
        company = self.company_id if "company_id" in self._fields else None
        return company or self.env.company

    def _approval_department(self):
        known = "department_id" in self._fields
        return self.department_id if known else self.env["hr.department"]

    def _approval_partner(self):
        known = "partner_id" in self._fields
        return self.partner_id if known else self.env["res.partner"]

    def _approval_counts(self, approval):
        """Tell whether an approval that was given and became void by a change counts
        among the amounts before. False where nothing was paid out under it."""
        return True

    def _on_approval_decided(self, approval):
        """Called as superuser once `approval` is approved or rejected."""

    def _on_approval_cancelled(self, approval):
        """Called as superuser once `approval` is withdrawn, returned for rework or
        void because a guarded value changed (see its `cancel_kind`)."""

    # -- what the host calls -------------------------------------------------

    def _approval_required(self, gate):
        """Tell whether an active rule wants an approval of this record at `gate`."""
        self.ensure_one()
        return bool(self.env["care.approval.rule"]._matching(self, gate))

    def _approval_request(self, gate):
        """Ask for every approval `gate` wants and return them; one that is pending or
        still holds is returned as it is. Empty when no rule wants one."""
        self.check_access("read")
        approvals = self.env["care.approval"]
        for record in self:
            for rule in self.env["care.approval.rule"]._matching(record, gate):
                live = record._approval_last(rule)
                unchanged = live and live._is_unchanged()
                if live.sudo().state == "pending" and not unchanged:
                    live._end("changed")
                if live.sudo().state not in ("pending", "approved") or not unchanged:
                    live = rule._request(record, gate)
                approvals |= live
        return approvals

    def _approval_is_granted(self, gate):
        """Tell whether every rule that fits has its approval, given for the values the
        record has now. True when no rule fits."""
        self.ensure_one()
        rules = self.env["care.approval.rule"]._matching(self, gate)
        return not any(self._approval_missing(rule) for rule in rules)

    def _approval_check(self, gate):
        """Refuse to go on without the approvals of `gate`, saying who decides."""
        for record in self:
            for rule in self.env["care.approval.rule"]._matching(record, gate):
                missing = record._approval_missing(rule)
                if missing:
                    raise UserError(missing)

    def action_view_approvals(self):
        """Open the approvals of the record."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_approval_action"
        )
        return action | {
            "domain": [("res_model", "=", self._name), ("res_id", "=", self.id)],
            "context": {"create": False},
        }

    # -- engine --------------------------------------------------------------

    def _approval_last(self, rule):
        """Return the record's newest approval under `rule` that was not cancelled."""
        approvals = self.env["care.approval"].sudo()
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("rule_id", "=", rule.id),
            ("state", "!=", "cancelled"),
        ]
        return approvals.search(domain, limit=1).with_env(self.env)

    def _approval_missing(self, rule):
        """Return what keeps the record from passing under `rule`, "" for nothing."""
        last = self._approval_last(rule).sudo()
        values = {"record": self.display_name, "approval": rule.sudo().name}
        if last.state == "approved" and last._is_unchanged():
            return ""
        if last.state == "approved":
            return self.env._(
                "%(record)s changed after “%(approval)s” was given. Ask for it again.",
                **values,
            )
        if last.state == "pending":
            return self.env._(
                "%(record)s waits for “%(approval)s”: %(people)s decides. Ask them.",
                people=last._people_text() or "-",
                **values,
            )
        if last.state == "rejected":
            return self.env._(
                "%(record)s was refused “%(approval)s”: %(reason)s "
                "Rework it and ask again.",
                reason=last.reason,
                **values,
            )
        return self.env._(
            "%(record)s needs the approval “%(approval)s” first. Ask for it.", **values
        )

    def _approval_guarded_names(self, gate, amount_field):
        names = set(self._approval_guarded_fields(gate)) | {amount_field or "id"}
        return sorted(names & set(self._fields) - {"id"})

    def _approval_digest(self, names):
        """Return a fingerprint of the values of these fields of one record."""
        record = self.sudo().with_context(lang=None, bin_size=False)
        record = record.with_company(record._approval_company())
        values = {}
        for name in names:
            value = record[name] if name in record._fields else None
            if isinstance(value, models.BaseModel):
                value = [value._name, *sorted(value.ids)]
            elif isinstance(value, float):
                value = round(value, 6)
            values[name] = repr(value) if isinstance(value, bytes) else value
        text = json.dumps(values, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def _approval_void_changed(self, names):
        """Cancel the approvals whose guarded values are no longer those approved."""
        for record in self.sudo():
            for approval in record.approval_ids:
                if approval.state not in ("pending", "approved"):
                    continue
                guarded = set((approval.guarded_fields or "").split(","))
                if approval.tally_key:
                    guarded.add("partner_id")
                if guarded & names and not approval._is_unchanged(record):
                    approval.with_env(self.env)._end("changed")

    def write(self, vals):
        told = _COMPUTED.intersection(vals)
        if told:  # a client's word must not stand in the cache for what is looked up
            vals = {name: value for name, value in vals.items() if name not in told}
        result = super().write(vals)
        if self and self._approval_is_guarded(vals):
            live = self._approval_live_records()
            if live:
                live._approval_void_changed(set(vals))
        return result

    def _approval_live_records(self):
        """Return those that wait for an approval or hold one. A loop over records
        costs one query: it is asked for all that were loaded together, and not again
        while no approval changes."""
        if len(self) > 1:
            return self.browse(self._approval_live_ids(self.ids))
        return self if self.approval_live else self.browse()

    def _approval_is_guarded(self, names):
        """Tell, without a query, whether a rule guards one of these fields."""
        for gate, amount, cumulate in self.env["care.approval.rule"]._gates_of(
            self._name
        ):
            if amount in names or (cumulate == "partner" and "partner_id" in names):
                return True
            if not names.keys().isdisjoint(self._approval_guarded_fields(gate)):
                return True
        return False

    @api.depends("approval_ids.state")
    def _compute_approval_live(self):
        live = set(self._approval_live_ids(self._origin.ids))
        for record in self:
            record.approval_live = record._origin.id in live

    def _approval_live_ids(self, ids):
        if not ids:
            return []
        query = SQL(
            """SELECT DISTINCT res_id FROM care_approval
                WHERE res_model = %s AND res_id = ANY(%s)
                  AND state IN ('pending', 'approved')""",
            self._name,
            ids,
            to_flush=self.env["care.approval"]._fields["state"],
        )
        return [res_id for [res_id] in self.env.execute_query(query)]

    def unlink(self):
        approvals = (
            self.env["care.approval"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("state", "=", "pending"),
                ]
            )
        )
        for approval in approvals.with_env(self.env):
            approval._end("deleted")
        return super().unlink()

    def _approval_states_sql(self, record_ids=None):
        """Return the query (record id, state, number of approvals) of this model.

        The newest approval of each rule counts; one that is pending goes before one
        that was rejected, that before one that was given.
        """
        chosen = SQL("AND res_id IN %s", record_ids) if record_ids else SQL()
        return SQL(
            """SELECT res_id,
                      CASE WHEN bool_or(state = 'pending') THEN 'pending'
                           WHEN bool_or(state = 'rejected') THEN 'rejected'
                           WHEN bool_or(state = 'approved') THEN 'approved'
                           ELSE 'none' END AS state
                 FROM (SELECT DISTINCT ON (res_id, rule_id) res_id, state
                         FROM care_approval
                        WHERE res_model = %s AND state != 'cancelled' %s
                        ORDER BY res_id, rule_id, id DESC) AS last
                GROUP BY res_id""",
            self._name,
            chosen,
            to_flush=self.env["care.approval"]._fields["state"],
        )

    @api.depends("approval_ids.state")
    def _compute_approval_state(self):
        approvals = self.env["care.approval"].sudo()
        states, counts = {}, {}
        if self.ids:
            query = self._approval_states_sql(tuple(self.ids))
            states = dict(self.env.execute_query(query))
            domain = [("res_model", "=", self._name), ("res_id", "in", self.ids)]
            counts = dict(approvals._read_group(domain, ["res_id"], ["__count"]))
        for record in self:
            record.approval_state = states.get(record._origin.id, "none")
            record.approval_count = counts.get(record._origin.id, 0)

    def _search_approval_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        rows = self._approval_states_sql()
        chosen = SQL(
            "(SELECT res_id FROM (%s) AS states WHERE state IN %s)", rows, tuple(value)
        )
        domain = Domain("id", "in", chosen)
        if "none" in value:
            asked = SQL("(SELECT res_id FROM (%s) AS states)", rows)
            domain |= Domain("id", "not in", asked)
        return domain
