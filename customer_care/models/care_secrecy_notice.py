from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

_CLASSIFIED = 2  # from here on a clearance is asked for
_GUARDIANS = "information_supervisor"


class CareSecrecyNotice(models.AbstractModel):
    """Who may be told of what: engines ask it before they name a record to anybody.

    While nothing is classified it asks the database nothing.
    """

    _name = "care.secrecy.notice"
    _description = "Who may be told of what"

    @api.model
    def _is_needed(self):
        """Return whether anything asks for a clearance at all."""
        return self.env["care.sight"]._in_use(_CLASSIFIED)

    @api.model
    def _classified(self, records):
        """Return those of `records` that a clearance is asked for."""
        if not records or not self._is_needed():
            return records.browse()
        records.flush_recordset()
        if "secrecy_level" in records._fields:
            level = SQL.identifier("secrecy_level")
        else:
            level = SQL("care_secrecy_of(%s, id)", records._name)
        found = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id = ANY(%s) AND %s >= %s",
                SQL.identifier(records._table),
                records.ids,
                level,
                _CLASSIFIED,
            )
        )
        return records.browse(id_ for (id_,) in found)

    @api.model
    def _deaf(self, users, *recordsets):
        """Return those of `users` who may not see one of the records."""
        deaf, sight = users.browse(), self.env["care.sight"]
        for records in recordsets if users else ():
            secret = self._classified(records)
            if secret:
                deaf |= (users - deaf).filtered(
                    lambda user, secret=secret: sight._sees(user, secret) != secret
                )
        return deaf

    @api.model
    def _resolve(self, request, *recordsets, excluded=()):
        """Return who holds a role and may see the records; where none of the holders
        may, the next in line are asked, as if they were absent.

        :param request: (role, company, department, customer)
        :param excluded: ids of users passed over anyway
        """
        excluded = set(excluded)
        while True:
            users = self.env["care.role"]._resolve_many(
                [request], excluded=tuple(excluded)
            )[0]
            deaf = self._deaf(users, *recordsets)
            if users != deaf or not users:
                return users - deaf
            excluded |= set(users.ids)

    @api.model
    def _deaf_pairs(self, model_name, pairs):
        """Return those of `pairs`, (user id, record id), that must not meet."""
        if not pairs or not self._is_needed():
            return set()
        records = self.env[model_name].browse({id_ for _user, id_ in pairs})
        secret = set(self._classified(records)._ids)
        by_user = defaultdict(set)
        for user_id, id_ in pairs:
            if id_ in secret:
                by_user[user_id].add(id_)
        deaf = set()
        sight = self.env["care.sight"]
        for user_id, ids in by_user.items():
            user = self.env["res.users"].browse(user_id)
            seen = sight._sees(user, records.browse(sorted(ids)))
            deaf |= {(user_id, id_) for id_ in ids - set(seen._ids)}
        return deaf

    # ---- nobody may be told

    @api.model
    def _guardians(self, company):
        """Return who hears, without a name, of what nobody else may be told."""
        return self.env["care.role"]._resolve(_GUARDIANS, company=company)

    @api.model
    def _tell_guardians(self, company, count=1):
        """Say that something waits which nobody who was to act may see: no name, no
        customer, no kind of record."""
        for lang, people in self._guardians(company).grouped("lang").items():
            env = self.env(su=True, context={"lang": lang})
            env["mail.thread"].message_notify(
                partner_ids=people.partner_id.ids,
                subject=env._("Classified work reaches nobody"),
                body=env._(
                    "%(count)s classified tasks of %(company)s wait for somebody who "
                    "may see them. Have somebody with the clearance take them over.",
                    count=count,
                    company=company.sudo().name,
                ),
            )
