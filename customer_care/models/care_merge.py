from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..logic.clearance import SECRET
from .care_merge_links import Merging

# of the contact, whatever is reckoned or of no meaning afterwards
_PASSED = frozenset(
    {
        "id",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
        "commercial_partner_id",
        "complete_name",
        "commercial_company_name",
        "secrecy_level",
        "partner_share",
        "message_main_attachment_id",
        "signup_type",
        "calendar_last_notif_ack",
    }
)


class CareMerge(models.AbstractModel):
    """Merging customers: what is refused, what is kept beside Odoo's own steps and
    what is written down. Nothing is stored here."""

    _name = "care.merge"
    _description = "Merging customers"

    # ---- what cannot be merged

    @api.model
    def _check(self, partners):
        """Refuse, in one sentence, what would lose or mix up something."""
        partners.check_access("write")
        partners = partners.sudo().with_context(active_test=False)
        self._check_users(partners)
        self._check_own_companies(partners)
        self._check_companies(partners)
        self._check_codes(partners)
        self._check_family(partners)

    def _check_users(self, partners):
        users = partners.user_ids
        if len(users) > 1:
            raise UserError(
                self.env._(
                    "%(users)s are two users, and each keeps a contact of his own. "
                    "Delete one of the users before you merge their contacts.",
                    users=" / ".join(users.mapped("login")),
                )
            )

    def _check_own_companies(self, partners):
        companies = self.env["res.company"].sudo()
        own = companies.search([("partner_id", "in", partners.ids)], limit=1)
        if own:
            raise UserError(
                self.env._(
                    "“%(company)s” is one of our own companies and is not merged with "
                    "a customer. Archive the other contact instead.",
                    company=own.name,
                )
            )

    def _check_companies(self, partners):
        companies = partners.company_id
        if len(companies) > 1:
            first, second = companies[:2]
            raise UserError(
                self.env._(
                    "One of these customers belongs to %(first)s, another to "
                    "%(second)s. Merge within one company, or let a customer belong "
                    "to all of them first.",
                    first=first.name,
                    second=second.name,
                )
            )

    def _check_codes(self, partners):
        coded = partners.filtered("credit_code")
        if len(set(coded.mapped("credit_code"))) > 1:
            raise UserError(
                self.env._(
                    "“%(first)s” and “%(second)s” have different credit codes, so they "
                    "are two firms. Correct the wrong code before you merge them.",
                    first=coded[0].display_name,
                    second=coded[1].display_name,
                )
            )

    def _check_family(self, partners):
        for partner in partners:
            above = partner.parent_id
            while above:
                if above in partners:
                    raise UserError(
                        self.env._(
                            "“%(contact)s” belongs to “%(customer)s”. Take the contact "
                            "out of it before you merge the two.",
                            contact=partner.name,
                            customer=above.name,
                        )
                    )
                above = above.parent_id

    # ---- the steps

    @api.model
    def _begin(self, sources, kept):
        """Return the `Merging` of a merge, with what the contacts hold now."""
        self.env.flush_all()
        merging = Merging(kept.id, sources.ids)
        for row in self._rows([*sources.ids, kept.id]):
            merging.before[row["id"]] = row
            merging.names[row["id"]] = row["complete_name"] or row["name"] or ""
        return merging

    @api.model
    def _rows(self, ids):
        rows = self.env.execute_query(
            SQL("SELECT to_jsonb(p) FROM res_partner p WHERE id = ANY(%s)", ids)
        )
        return [row for (row,) in rows]

    @api.model
    def _before(self, merging):
        """Make way for what would collide."""
        self._end_doubled(merging)
        self._end_grants(merging)
        self._end_waiting(merging)
        self.env["care.duplicate"]._before_merge(merging)
        self.env.cr.execute(
            "DELETE FROM care_customer_key WHERE partner_id = ANY(%s)",
            [merging.sources],
        )

    def _end_doubled(self, merging):
        """Of two running deadlines of one rule the one that is due first goes on."""
        obligations = self.env["care.obligation"]
        obligations.flush_model()
        rows = obligations._load(
            SQL(
                """res_model = 'res.partner' AND res_id = ANY(%s) AND rule_id IS NOT
                   NULL AND state IN ('open', 'paused')""",
                [merging.kept, *merging.sources],
            )
        )
        first = {}
        for row in sorted(rows, key=lambda row: (row.due_at, row.id)):
            first.setdefault((row.rule_id, row.company_id), row)
        kept = {row.id for row in first.values()}
        obligations._call_off([row for row in rows if row.id not in kept], "deleted")

    def _end_grants(self, merging):
        """Access to one customer does not open what another one was: it ends."""
        ids = [merging.kept, *merging.sources]
        secret = {id_ for id_ in ids if merging.before[id_]["secrecy_level"] >= SECRET}
        grants = self.env["care.access.grant"].sudo()
        found = grants.search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", ids),
                *grants._running_domain(),
            ]
        )
        for theirs in found.grouped("user_id").values():
            if secret - set(theirs.mapped("res_id")):
                theirs._engine().write(
                    {
                        "revoked_at": fields.Datetime.now(),
                        "revoked_by_id": self.env.uid,
                        "revoke_reason": self.env._("The customer was merged"),
                    }
                )
        self.env["care.clearance"]._forget_sight()

    def _end_waiting(self, merging):
        """Of two requests that wait for one decision the older one goes on."""
        approvals = self.env["care.approval"].sudo()
        waiting = approvals.search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", [merging.kept, *merging.sources]),
                ("state", "=", "pending"),
            ],
            order="id",
        )
        for rows in waiting.grouped("rule_id").values():
            for approval in rows[1:]:
                approval._end("deleted", self.env._("The customer was merged"))

    @api.model
    def _keep_pictures(self, sources, kept):
        """Let pictures stay as files where the customer kept has another one."""
        files = self.env["ir.attachment"].sudo()
        place = [("res_model", "=", "res.partner"), ("res_field", "=", "image_1920")]
        own = files.search([*place, ("res_id", "=", kept.id)])
        for file in files.search([*place, ("res_id", "in", sources.ids)]):
            if own and file.checksum not in own.mapped("checksum"):
                name = self.env._(
                    "Picture of %(customer)s",
                    customer=sources.browse(file.res_id).sudo().display_name,
                )
                file.write({"res_field": False, "res_id": kept.id, "name": name})

    @api.model
    def _after(self, merging):
        """Reckon anew what was moved past Odoo, and write down what was done."""
        kept = self.env["res.partner"].sudo().browse(merging.kept)
        family = kept.with_context(active_test=False).child_ids
        for name in ("commercial_company_name", "complete_name"):
            self.env.add_to_compute(kept._fields[name], family)
        self._reckon_links(merging)
        self.env.flush_all()
        self.env["care.customer.key"]._refresh([merging.kept])
        return self.env["care.merge.log"]._note(merging)

    def _reckon_links(self, merging):
        """Reckon our own stored values that come from the customer of a record."""
        ours = self.env.registry["care.secrecy.follow.mixin"]
        for model in self.env.values():
            columns = merging.moved.get(model._table)
            if not columns or not isinstance(model, ours) or model._inherits:
                continue
            for column, places in columns.items():
                ids = {id_ for found in places.values() for id_ in found}
                rows = model.sudo().with_context(active_test=False).browse(sorted(ids))
                for one in model._fields.values():
                    if one.store and one.compute and one.readonly:
                        names = {path.split(".")[0] for path in self._paths(one)}
                        if column in names:
                            self.env.add_to_compute(one, rows)

    def _paths(self, one):
        return self.env.registry.field_depends.get(one, ())

    # ---- what is written down

    @api.model
    def _lost(self, merging):
        """Return {source id: {column: value}} of what the customer kept does not have
        in the end."""
        now = self._rows([merging.kept])[0]
        lost = {}
        for source in merging.sources:
            row = merging.before[source]
            lost[str(source)] = {
                column: value
                for column, value in row.items()
                if column not in _PASSED
                and value not in (None, "", False, {}, [])
                and value != now.get(column)
            }
        return lost
