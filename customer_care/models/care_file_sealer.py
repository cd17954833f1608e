import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..logic.clearance import SECRET

_BATCH = 100
_CRON = "customer_care.care_file_sealer_cron"
_logger = logging.getLogger(__name__)


class CareFileSealer(models.AbstractModel):
    """Seals the files of records that became secret, and takes what was stored in
    clear off the disk. Nothing is stored; safe to kill and to run side by side."""

    _name = "care.file.sealer"
    _description = "Sealing of files that are there"

    @api.model
    def _wanted(self):
        """Records became secret: seal their files at once."""
        self.env.ref(_CRON)._trigger()

    @api.model
    def _found_sql(self):
        """Return the query of files in clear that hang on secret records: by the index
        of secret records where a table has one, else by asking for each record."""
        levelled, parts = [], []
        for name, model in self.env.items():
            if model._abstract or not model._auto:
                continue
            if (
                "secrecy_level" in model._fields
                and model._fields["secrecy_level"].store
            ):
                levelled.append(name)
                parts.append(
                    SQL(
                        """SELECT a.id FROM %s t JOIN ir_attachment a
                               ON a.res_model = %s AND a.res_id = t.id
                            WHERE t.secrecy_level >= %s AND a.care_sealed IS NOT TRUE
                              AND a.type = 'binary'""",
                        SQL.identifier(model._table),
                        name,
                        SECRET,
                    )
                )
        parts.append(
            SQL(
                """SELECT a.id FROM ir_attachment a
                    WHERE a.care_sealed IS NOT TRUE AND a.type = 'binary'
                      AND a.res_id > 0 AND a.res_model = ANY(%s)
                      AND care_secrecy_of(a.res_model, a.res_id) >= %s""",
                self._other_models(set(levelled)),
                SECRET,
            )
        )
        return SQL(" UNION ALL ").join(parts)

    @api.model
    def _other_models(self, levelled):
        """Return the models of other apps whose records hang on a customer."""
        return [
            name
            for name, model in self.env.items()
            if not model._abstract
            and model._auto
            and name not in levelled
            and "partner_id" in model._fields
            and model._fields["partner_id"].store
        ]

    @api.model
    def _batch(self, after=0, limit=_BATCH):
        """Seal the next files. Returns (how many, the last id, whether that was all);
        one that cannot be sealed is left for the next run."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM ir_attachment
                    WHERE id IN (%s) AND id > %s
                      AND (store_fname IS NOT NULL OR db_datas IS NOT NULL)
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED""",
                self._found_sql(),
                after,
                limit,
            )
        )
        done = 0
        for (file_id,) in rows:
            file = self.env["ir.attachment"].browse(file_id)
            try:
                done += len(file._care_seal_now())
            except (UserError, OSError):
                _logger.exception("The file %s could not be sealed.", file_id)
        return done, rows[-1][0] if rows else after, len(rows) < limit

    @api.model
    def _cron_seal(self):
        """Seal what is in clear, a batch a transaction, then clear the file store."""
        if not self.env["care.sight"]._in_use(SECRET):
            return
        self.env["care.data.key"]._keyring()  # without a key nothing is begun
        after, ended, any_done = 0, False, 0
        while not ended:
            done, after, ended = self._batch(after)
            any_done += done
            if not self.env["ir.cron"]._commit_progress(done, remaining=not ended):
                break
        if any_done:
            self._clear_store()

    @api.model
    def _clear_store(self):
        """Delete from the disk what no file refers to any more; where the table is
        busy, Odoo's daily cleaning does it."""
        self.env["ir.attachment"]._gc_file_store()

    @api.model
    def _open_all(self):
        """Store all files in clear again: the add-on that opens them goes. Without the
        master key it does not go; what a destroyed key sealed stays as it is."""
        files = self.env["ir.attachment"].sudo()
        after = 0
        while found := files.search(
            [("care_sealed", "=", True), ("id", ">", after)], order="id", limit=_BATCH
        ):
            after = found[-1].id
            found = found.filtered(lambda file: not file._care_key_is_destroyed())
            found._care_store_open({file.id: file._care_plain() for file in found})
            self.env.invalidate_all()
