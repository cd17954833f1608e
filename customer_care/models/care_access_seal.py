import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)
_BATCH = 5000
_MOST_SHARDS = 64
_SHARDS = "customer_care.access_log_shards"
_LOST_RACE = (
    psycopg2.errors.SerializationFailure,
    psycopg2.errors.UniqueViolation,
)


class CareAccessSeal(models.Model):
    """The place of one row of the access log in its chain. The sealing job writes it.

    The hash covers the row and the hash before, so no row can be changed, taken out
    or put in between without all later ones failing.
    """

    _name = "care.access.seal"
    _description = "Seal of the access log"
    _inherit = ["care.engine.mixin"]
    _auto = False
    _log_access = False
    _order = "shard, seq desc"
    _rec_name = "seq"

    log_id = fields.Integer("Row of the log", readonly=True, aggregator=None)
    shard = fields.Integer("Chain", readonly=True, aggregator=None)
    seq = fields.Integer("Place", readonly=True, aggregator="max")
    sealed_at = fields.Datetime(readonly=True)

    @api.model
    def _shards(self):
        """Return the number of chains; rows go to chain `id modulo number`."""
        text = self.env["ir.config_parameter"].sudo().get_param(_SHARDS, "")
        return min(int(text), _MOST_SHARDS) if text.isdigit() and int(text) else 4

    @api.model
    def _cron_seal(self):
        """Seal what waits, in batches that are each committed."""
        cron = self.env["ir.cron"]
        remaining = True
        while remaining:
            done = self._seal_round()
            remaining = self._count_waiting() if done else 0
            if not cron._commit_progress(processed=done, remaining=remaining):
                break
        self._log_heads()

    @api.model
    def _seal_round(self):
        """Seal one batch of each chain; return the number of rows sealed."""
        done = 0
        for shard in range(self._shards()):
            try:
                with self.env.cr.savepoint(flush=False):
                    done += max(self._seal_batch(shard), 0)
            except _LOST_RACE:
                _logger.info("Another worker seals chain %s of the access log", shard)
        return done

    @api.model
    def _seal_batch(self, shard):
        self.env.cr.execute(
            SQL(
                "SELECT care_access_seal_batch(%s, %s, %s)",
                shard,
                self._shards(),
                _BATCH,
            ),
            log_exceptions=False,
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _count_waiting(self):
        query = SQL("SELECT count(*) FROM care_access_queue")
        return self.env.execute_query(query)[0][0]

    @api.model
    def _heads(self):
        """Return [(shard, seq, hash as hex)], the end of each chain."""
        return self.env.execute_query(
            SQL(
                """WITH RECURSIVE chain AS (
                         SELECT min(shard) AS shard FROM care_access_seal
                          UNION ALL
                         SELECT (SELECT min(shard) FROM care_access_seal
                                  WHERE shard > chain.shard)
                           FROM chain WHERE chain.shard IS NOT NULL)
                   SELECT s.shard, s.seq, encode(s.hash, 'hex')
                     FROM chain CROSS JOIN LATERAL (
                          SELECT shard, seq, hash FROM care_access_seal
                           WHERE shard = chain.shard ORDER BY seq DESC LIMIT 1) s
                    ORDER BY s.shard"""
            )
        )

    @api.model
    def _log_heads(self):
        """Print the ends of the chains: the server's log keeps them elsewhere."""
        for shard, seq, digest in self._heads():
            _logger.info("Access log chain %s stands at %s: %s", shard, seq, digest)
