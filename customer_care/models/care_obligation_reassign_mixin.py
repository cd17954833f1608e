from collections import defaultdict

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .care_obligation_people import PENDING
from .care_obligation_store import Journal, spread


class CareObligationReassignMixin(models.AbstractModel):
    """How open obligations are handed over by hand, many at once: when somebody
    leaves, or has too much."""

    _name = "care.obligation.reassign.mixin"
    _description = "Handing over of obligations"

    def _reassign(self, chosen, note=None):
        """Hand pending obligations over, with the activities that tell of them.

        :param chosen: {obligation id: id of the user who has it from now on}
        :return: number of obligations that changed hands
        """
        self.check_access("read")
        if not self.env.user.has_group("customer_care.customer_care_group_manager"):
            raise AccessError(
                self.env._(
                    "Obligations are handed over by a customer care manager. "
                    "Ask one of them."
                )
            )
        ids = sorted(set(self.ids) & set(chosen))
        self._check_takers({(chosen[id_], id_) for id_ in ids})
        self.env["care.obligation"].flush_model()
        self.env.cr.execute(
            """SELECT id FROM care_obligation WHERE id = ANY(%s)
             ORDER BY id FOR NO KEY UPDATE""",
            [ids],
        )
        journal = Journal(self._now())
        rows = self._load(SQL("id = ANY(%s) AND %s", ids, PENDING))
        journal.old = [row for row in rows if row.user_id != chosen[row.id]]
        moved = [(row, row.user_id, chosen[row.id]) for row in journal.old]
        for row, before, there in moved:
            named = row.instead_of_id or before
            back = there == named
            self._hand_to(
                row,
                there,
                None if back else named,
                None if back else True,
                journal,
                reason="reassigned",
                note=(note or "").strip() or None,
                user_id=self.env.uid,
            )
        self._save(journal)
        self._move_activities(moved)
        return len(moved)

    def _check_takers(self, pairs):
        """Refuse somebody who may not see what he is to take over."""
        deaf = self.env["care.secrecy.notice"]._deaf_pairs(self._name, pairs)
        for user_id, id_ in sorted(deaf):
            raise UserError(
                self.env._(
                    "%(user)s cannot take over %(obligation)s. Choose somebody else.",
                    user=self.env["res.users"].sudo().browse(user_id).name,
                    obligation=self.browse(id_).display_name,
                )
            )

    def _move_activities(self, moved):
        """Give the activities that the engine raised to whoever has the work now."""
        targets = self._targets([row for row, *_users in moved], Journal(self._now()))
        wanted = {
            (*targets[row.id][1:3], before, there)
            for row, before, there in moved
            if before and targets[row.id][1]
        }
        if not wanted:
            return
        names = ("res_id", "res_model", "before", "there")
        lines = [(id_, model, old, new) for model, id_, old, new in sorted(wanted)]
        table = dict(zip(names, map(list, zip(*lines, strict=True)), strict=True))
        kinds = dict(zip(names, ("int", "text", "int", "int"), strict=True))
        chosen, source = spread(table, kinds)
        self.env["mail.activity"].flush_model()
        found = self.env.execute_query(
            SQL(
                """UPDATE mail_activity a SET user_id = v.there, write_date = %s
                     FROM (SELECT %s FROM %s) AS v(res_id, res_model, before, there)
                    WHERE a.active AND a.automated AND a.res_id = v.res_id
                      AND a.res_model = v.res_model AND a.user_id = v.before
                RETURNING v.before, v.there""",
                self.env.cr.now(),
                SQL(", ").join(chosen),
                source,
            )
        )
        self.env["mail.activity"].invalidate_model(flush=False)
        self._ring_moved(found)

    @api.model
    def _ring_moved(self, pairs):
        """Let the clients of both count anew."""
        counts = defaultdict(int)
        for before, there in pairs:
            counts[before] -= 1
            counts[there] += 1
        for user in self.env["res.users"].sudo().browse(counts):
            kind = "created" if counts[user.id] > 0 else "deleted"
            user._bus_send(
                "mail.activity/updated",
                {f"activity_{kind}": True, "count_diff": counts[user.id]},
            )

    def action_reassign(self):
        """Ask who has them from now on."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_obligation_reassign_action"
        ) | {"context": {"default_obligation_ids": self.ids}}
