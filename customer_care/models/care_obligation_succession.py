from odoo import api, fields, models
from odoo.fields import Domain


class CareObligationSuccession(models.AbstractModel):
    """The part of a deadline rule that knows its successor: after a new version of the
    policy changed the rule, what runs goes on as it began, and only that."""

    _name = "care.obligation.succession"
    _description = "Deadline rule with successor"

    closed_at = fields.Datetime(
        string="Takes nothing new since",
        readonly=True,
        copy=False,
        help="A new version of the policy replaced the rule. What ran under it by then "
        "goes on as it began.",
    )
    successor_id = fields.Many2one(
        "care.obligation.rule",
        string="Replaced by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _pack_is_running(self):
        return bool(
            self.env["care.obligation"]
            .sudo()
            .search_count([("rule_id", "in", self.ids), self._runs()], limit=1)
        )

    @api.model
    def _runs(self):
        """Return the domain of the obligations that are not settled yet."""
        return Domain("state", "in", ("open", "paused")) | (
            Domain("state", "=", "missed") & Domain("done_at", "=", False)
        )

    def _pack_retire(self, make_room=False):
        self.ensure_one()
        if not self._pack_is_running():
            return False
        vals = {"closed_at": fields.Datetime.now(), "pack_digest": False}
        if make_room:
            version = self.clause_id.policy_id.version
            free = f"{self.code}.v{version}"
            taken = self.with_context(active_test=False).search_count(
                [("code", "=", free), ("company_id", "=", self.company_id.id)]
            )
            vals["code"] = self._free_code(set()) if taken else free
        self.write(vals)
        self.flush_recordset()  # the code is free before the successor is inserted
        return True

    def _predecessor_ids(self):
        """Return the ids of the rules this one replaced, and those they replaced."""
        found, last = [], self
        while last := self.with_context(active_test=False).search(
            [("successor_id", "in", last.ids), ("id", "not in", found)]
        ):
            found += last.ids
        return tuple(found)

    @api.model
    def _archive_settled(self):
        """Archive the replaced rules under which nothing runs any more."""
        for rule in self.search([("closed_at", "!=", False)]):
            if not rule._pack_is_running():
                rule.action_archive()
