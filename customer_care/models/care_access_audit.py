from odoo import api, models
from odoo.tools import SQL

_STEP = 50_000  # places of each chain in one query
_MOST = 20
# What does not hold between two places of all chains; the rows of the log that belong
# there lie between `low` and `high`.
_FAULTS = """
    SELECT CASE WHEN w.seq <> w.seq_before + 1 THEN 'gap'
                WHEN w.gone THEN 'removed'
                WHEN w.hash <> sha256(w.hash_before || w.digest) THEN 'changed'
                ELSE 'backdated' END,
           w.shard, w.seq, w.log_id
      FROM (SELECT s.shard, s.seq, s.log_id, s.hash, l.at, l.digest,
                   l.id IS NULL AS gone,
                   COALESCE(lag(s.seq) OVER place, %(first)s - 1) AS seq_before,
                   COALESCE(lag(s.hash) OVER place, ''::bytea) AS hash_before,
                   lag(l.at) OVER place AS at_before
              FROM care_access_seal s
              LEFT JOIN (SELECT id, at, sha256(care_access_bytes(r)) AS digest
                           FROM care_access_log r WHERE id BETWEEN %(low)s AND %(high)s
                  ) l ON l.id = s.log_id
             WHERE %(places)s
            WINDOW place AS (PARTITION BY s.shard ORDER BY s.seq)) w
     WHERE w.seq >= %(first)s
       AND (w.seq <> w.seq_before + 1 OR w.gone
            OR w.hash <> sha256(w.hash_before || w.digest)
            OR w.at < w.at_before - interval '1 hour')
     ORDER BY w.shard, w.seq LIMIT %(most)s
"""
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
        ends = self._ends()
        last = max((seq for __, seq in ends), default=0)
        shards = [shard for shard, __ in ends]
        self.env.cr.execute("SET LOCAL work_mem = '64MB'")
        found, first = [], 1
        while first <= last and len(found) < _MOST:
            found += self._faults_between(shards, first, min(first + _STEP - 1, last))
            first += _STEP
        return found

    def _faults_between(self, shards, first, last):
        """Walk these places of all chains at once."""
        places = SQL(
            "s.shard = ANY(%s) AND s.seq BETWEEN %s AND %s", shards, first - 1, last
        )
        ((low, high),) = self.env.execute_query(
            SQL(
                # OFFSET 0: else the plan walks the whole index of log_id
                "SELECT min(log_id), max(log_id) FROM (SELECT log_id"
                " FROM care_access_seal s WHERE %s OFFSET 0) s",
                places,
            )
        )
        return self.env.execute_query(
            SQL(_FAULTS, first=first, places=places, low=low, high=high, most=_MOST)
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
