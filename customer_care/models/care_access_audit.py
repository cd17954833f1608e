from odoo import api, models
from odoo.tools import SQL

_STEP = 50_000  # places of each chain in one query
_MOST = 20
# Triggers without which the log would not be append-only.
_TRIGGERS = {
    "care_access_log_keep",
    "care_access_log_keep_all",
    "care_access_log_stamp",
    "care_access_log_enqueue",
    "care_access_seal_keep",
    "care_access_seal_keep_all",
}


class CareAccessAudit(models.AbstractModel):
    """Walks the chains of the access log and finds what does not hold.

    A fault is (kind, shard, place, row of the log); kinds are listed in
    `care.access.check`.
    """

    _name = "care.access.audit"
    _description = "Audit of the access log"

    @api.model
    def _faults(self, heads=()):
        """Return the faults, the most telling first; `heads` are those of a published
        file, [(shard, seq, hash, signature)]."""
        return [
            *self._trigger_faults(),
            *self._chain_faults(),
            *self._unsealed_faults(),
            *self._head_faults(self._kept_heads(), "head"),
            *self._head_faults(heads, "file"),
        ]

    @api.model
    def _chain_faults(self):
        last = max((seq for __, seq in self._ends()), default=0)
        found, first = [], 1
        while first <= last and len(found) < _MOST:
            found += self._faults_between(first, min(first + _STEP - 1, last))
            first += _STEP
        return found

    def _faults_between(self, first, last):
        """Walk these places of all chains at once."""
        ((low, high),) = self.env.execute_query(
            SQL(
                "SELECT min(log_id), max(log_id) FROM care_access_seal"
                " WHERE seq BETWEEN %s AND %s",
                first - 1,
                last,
            )
        )
        return self.env.execute_query(
            SQL(
                "SELECT * FROM care_access_faults(%s, %s, %s, %s, %s)",
                first,
                last,
                low,
                high,
                _MOST,
            )
        )

    @api.model
    def _ends(self):
        return [
            (shard, seq) for shard, seq, __ in self.env["care.access.seal"]._heads()
        ]

    @api.model
    def _unsealed_faults(self):
        """Rows that neither have a seal nor wait for one came in by a back door; those
        that wait for more than a day were kept from the job."""
        rows = self.env.execute_query(
            SQL(
                """SELECT CASE WHEN q.log_id IS NULL THEN 'unsealed' ELSE 'late' END,
                          NULL::integer, NULL::bigint, l.id
                     FROM care_access_log l
                     LEFT JOIN care_access_seal s ON s.log_id = l.id
                     LEFT JOIN care_access_queue q ON q.log_id = l.id
                    WHERE s.log_id IS NULL AND (q.log_id IS NULL OR l.at
                          < clock_timestamp() AT TIME ZONE 'UTC' - interval '1 day')
                    ORDER BY l.id LIMIT %s""",
                _MOST,
            )
        )
        lost = self.env.execute_query(
            SQL(
                """SELECT 'removed', NULL::integer, NULL::bigint, q.log_id
                     FROM care_access_queue q
                     LEFT JOIN care_access_log l ON l.id = q.log_id
                    WHERE l.id IS NULL ORDER BY q.log_id LIMIT %s""",
                _MOST,
            )
        )
        return [*rows, *lost]

    @api.model
    def _kept_heads(self):
        return self.env.execute_query(
            SQL(
                "SELECT shard, seq, digest, signature FROM care_access_head ORDER BY id"
            )
        )

    @api.model
    def _head_faults(self, heads, source):
        """Compare with heads published before: what stood there must stand there."""
        if not heads:
            return []
        rows = self.env.execute_query(
            SQL(
                """SELECT h.shard, h.seq, encode(s.hash, 'hex')
                     FROM unnest(%s::int[], %s::bigint[]) AS h(shard, seq)
                     LEFT JOIN care_access_seal s USING (shard, seq)""",
                [shard for shard, *__ in heads],
                [seq for __, seq, *__ in heads],
            )
        )
        stands = {(shard, seq): digest for shard, seq, digest in rows}
        found = []
        for shard, seq, digest, signature in heads:
            now = stands[shard, seq]
            if now is None:
                found.append((f"{source}_cut", shard, seq, None))
            elif now != digest:
                found.append((f"{source}_differs", shard, seq, None))
            elif signature and not self._is_signed(shard, seq, digest, signature):
                found.append((f"{source}_unsigned", shard, seq, None))
        return found[:_MOST]

    @api.model
    def _is_signed(self, shard, seq, digest, signature):
        codes = list(self.env["care.access.head"]._codes(shard, seq, digest))
        return not codes or signature in codes

    @api.model
    def _trigger_faults(self):
        """The triggers stand in the database as they were made: always on."""
        rows = self.env.execute_query(
            SQL(
                """SELECT tgname FROM pg_trigger
                    WHERE tgrelid IN ('care_access_log'::regclass,
                                      'care_access_seal'::regclass)
                      AND tgenabled = 'A' AND tgname = ANY(%s)""",
                list(_TRIGGERS),
            )
        )
        missing = _TRIGGERS - {name for (name,) in rows}
        return [("trigger", None, None, None) for __ in missing][:1]
