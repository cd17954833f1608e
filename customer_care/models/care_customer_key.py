from odoo import api, fields, models
from odoo.tools import SQL

from ..logic import company_name, credit_code
from ..logic.phone_key import email_keys, phone_keys

# columns of a contact from which its keys are made
SOURCES = (
    "name",
    "phone",
    "email",
    "credit_code",
    "vat",
    "company_registry",
    "parent_id",
    "is_company",
    "country_id",
)
STAMP = "stamp"
BATCH = 2000
_APART = "\x1f"
# how names and numbers are read; another one makes all keys anew, by the job
_READING = "1"


class CareCustomerKey(models.Model):
    """One thing by which a customer is recognised: its credit code, a telephone
    number, a mail address or the brand in its name, in one way of writing.

    Kept whenever a contact is saved and repaired by a job for what was written in SQL;
    nobody reads it: `res.partner._care_duplicates` answers instead. A row `stamp` says
    from which values the others were made.
    """

    _name = "care.customer.key"
    _description = "Key of a customer"
    _inherit = ["care.engine.mixin"]
    _order = "partner_id, kind, key"
    _rec_name = "kind"
    _log_access = False
    _secrecy_open = "nobody has the right to read it"

    partner_id = fields.Many2one(
        "res.partner", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Char(required=True, readonly=True)
    key = fields.Char(required=True, readonly=True)
    detail = fields.Char(readonly=True, help="The name taken apart.")

    _once = models.UniqueIndex("(partner_id, kind, key)")
    _key_idx = models.Index(
        '(kind, key COLLATE "C", partner_id) INCLUDE (detail)',
    )

    # ---- what the keys of a contact are

    @api.model
    def _keys_of(self, vals):
        """Return {(kind, key): detail} of a contact.

        :param vals: values of the columns SOURCES, with `country` as a code
        """
        found = {}
        country = vals.get("country") or "CN"
        for phone in phone_keys(vals.get("phone") or "", country):
            found["phone", phone] = None
        for email in email_keys(vals.get("email")):
            found["email", email] = None
        if vals.get("parent_id") and not vals.get("is_company"):
            return found  # a contact of a firm: its name is not the customer's
        for name in ("credit_code", "vat", "company_registry"):
            code = credit_code.clean(vals.get(name) or "")
            if credit_code.is_valid(code):
                found["credit", code] = None
        found.update(self._name_keys(vals.get("name"), vals.get("is_company")))
        return found

    @api.model
    def _name_keys(self, text, is_company):
        """Return {("name", key): detail}: the brand, and the brand without one sign,
        each with the provinces in the name."""
        name = company_name.parse(text or "", bool(is_company))
        if not name.brand:
            return {}
        detail = company_name.stored(name)
        return {
            ("name", f"{brand}|{place}"): detail
            for brand in (name.brand, *company_name.near_keys(name.brand))
            for place in company_name.key_places(name)
        }

    @api.model
    def _stamp_of(self, vals):
        """Return what `_stamp_sql` gives for the same values."""
        parts = [_READING, *(vals.get(name) or "" for name in SOURCES[:6])]
        parts.append(str(vals.get("parent_id") or ""))
        parts.append("t" if vals.get("is_company") else "")
        parts.append(str(vals.get("country_id") or ""))
        return _APART.join(parts)

    @api.model
    def _stamp_sql(self, alias):
        parts = [SQL("%s", _READING)]
        parts += [
            SQL("COALESCE(%s, '')", SQL.identifier(alias, name)) for name in SOURCES[:6]
        ]
        parts.append(SQL("COALESCE(%s::text, '')", SQL.identifier(alias, "parent_id")))
        parts.append(
            SQL(
                "CASE WHEN %s THEN 't' ELSE '' END", SQL.identifier(alias, "is_company")
            )
        )
        parts.append(SQL("COALESCE(%s::text, '')", SQL.identifier(alias, "country_id")))
        return SQL("md5(concat_ws(%s, %s))", _APART, SQL(", ").join(parts))

    # ---- keeping them

    @api.model
    def _refresh(self, ids):
        """Make the keys of contacts anew from what the database holds."""
        if not ids:
            return
        columns = SQL(", ").join(SQL.identifier("p", name) for name in SOURCES)
        rows = self.env.execute_query_dict(
            SQL(
                """SELECT p.id, c.code AS country, %s FROM res_partner p
                     LEFT JOIN res_country c ON c.id = p.country_id
                    WHERE p.id = ANY(%s)""",
                columns,
                list(ids),
            )
        )
        self._store(rows, new=False)

    @api.model
    def _store(self, rows, new):
        """Write the keys of contacts.

        :param rows: their values with `id`
        :param new: whether none of them has keys yet
        """
        partners, kinds, keys, details = [], [], [], []
        for vals in rows:
            found = self._keys_of(vals)
            found[STAMP, self._stamp_of(vals)] = None
            for (kind, key), detail in found.items():
                partners.append(vals["id"])
                kinds.append(kind)
                keys.append(key)
                details.append(detail)
        wanted = SQL(
            """SELECT partner_id, kind,
                      CASE WHEN kind = %s THEN md5(key) ELSE key END AS key, detail
                 FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[])
                      AS w (partner_id, kind, key, detail)""",
            STAMP,
            partners,
            kinds,
            keys,
            details,
        )
        gone = SQL(
            """, gone AS (
                 DELETE FROM care_customer_key k
                  WHERE k.partner_id = ANY(%s)
                    AND NOT EXISTS (SELECT 1 FROM wanted w
                          WHERE w.partner_id = k.partner_id AND w.kind = k.kind
                            AND w.key = k.key))""",
            [vals["id"] for vals in rows],
        )
        self.env.cr.execute(
            SQL(
                """WITH wanted AS (%s) %s
                   INSERT INTO care_customer_key (partner_id, kind, key, detail)
                   SELECT partner_id, kind, key, detail FROM wanted
                   ON CONFLICT (partner_id, kind, key)
                   DO UPDATE SET detail = EXCLUDED.detail
                    WHERE care_customer_key.detail IS DISTINCT FROM EXCLUDED.detail""",
                wanted,
                SQL() if new else gone,
            )
        )

    # ---- repairing them

    @api.model
    def _stale_ids(self, after=0, limit=BATCH):
        """Return ids above `after` of contacts whose keys are missing or of before."""
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p
                     LEFT JOIN care_customer_key k
                            ON k.partner_id = p.id AND k.kind = %s
                    WHERE p.id > %s AND k.key IS DISTINCT FROM %s
                    ORDER BY p.id LIMIT %s""",
                STAMP,
                after,
                self._stamp_sql("p"),
                limit,
            )
        )
        return [id_ for (id_,) in rows]

    @api.model
    def _cron_repair(self):
        """Make keys for contacts that were written past Odoo, in batches."""
        after, crons = 0, self.env["ir.cron"]
        self.env["res.partner"].flush_model(SOURCES)
        while ids := self._stale_ids(after):
            self._refresh(ids)
            after = ids[-1]
            if not crons._commit_progress(len(ids), remaining=1):
                return
        crons._commit_progress(remaining=0)
