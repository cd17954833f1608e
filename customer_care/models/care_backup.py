from odoo import api, fields, models
from odoo.tools import human_size

_AFTER_THE_FACT = ("verified_at", "error", "removed_at")


class CareBackup(models.Model):
    """One archive of database and files, or one return from an archive.

    `setup/backup` and `setup/restore` write it from outside. Only a backup that was
    restored on trial and compared counts as verified, and only that one meets a duty.
    """

    _name = "care.backup"
    _description = "Backup"
    _inherit = ["care.engine.mixin"]
    _order = "started_at desc, id desc"

    name = fields.Char("Archive file", required=True, index=True)
    kind = fields.Selection(
        [
            ("scheduled", "By schedule"),
            ("manual", "By hand"),
            ("restore", "Return from an archive"),
        ],
        required=True,
        default="manual",
    )
    state = fields.Selection(
        [
            ("verified", "Verified"),
            ("unverified", "Not verified"),
            ("failed", "Went wrong"),
            ("restored", "Restored"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
    )
    place = fields.Char("Kept in")
    started_at = fields.Datetime("Started", required=True)
    finished_at = fields.Datetime("Finished")
    duration = fields.Float("Minutes", compute="_compute_duration")
    # bytes and rows pass what an Integer column holds
    size = fields.Float("Size in bytes", digits=(16, 0))
    size_text = fields.Char("Size of the file", compute="_compute_size_text")
    sha256 = fields.Char("SHA-256 of the archive")
    key_name = fields.Char("Key", help="Name of the backup key, not the key itself.")
    tables = fields.Integer()
    rows = fields.Float(digits=(16, 0))
    files = fields.Integer()
    missing_files = fields.Integer(
        "Files missing",
        help="Files that the database names and the file store had lost before.",
    )
    versions = fields.Text(help="Odoo, PostgreSQL and add-ons at that time.")
    verified_at = fields.Datetime(
        "Verified", help="When it was restored on trial and found equal."
    )
    error = fields.Text()
    removed_at = fields.Datetime(
        "Removed", help="When newer verified backups took its place."
    )

    _name_unique = models.UniqueIndex(
        "(name) WHERE kind <> 'restore'", "This backup is recorded already."
    )

    @api.depends("kind", "verified_at", "error")
    def _compute_state(self):
        for backup in self:
            if backup.error:
                backup.state = "failed"
            elif backup.kind == "restore":
                backup.state = "restored"
            else:
                backup.state = "verified" if backup.verified_at else "unverified"

    @api.depends("started_at", "finished_at")
    def _compute_duration(self):
        for backup in self:
            taken = backup.finished_at and backup.finished_at - backup.started_at
            backup.duration = taken.total_seconds() / 60 if taken else 0

    @api.depends("size")
    def _compute_size_text(self):
        for backup in self:
            backup.size_text = human_size(int(backup.size)) if backup.size else ""

    # ---- writing

    @api.model
    def _record(self, vals):
        """Write one run down and return it; a later word on the same archive (it was
        verified, or found broken) completes its record. A verified backup meets the
        duties that want one.

        :param vals: values of the fields; the moments as text of UTC
        """
        known = self.browse()
        if vals.get("kind") != "restore":
            known = self._engine().search(
                [("name", "=", vals["name"]), ("kind", "!=", "restore")], limit=1
            )
        if known:
            backup = known
            backup.write({key: vals[key] for key in _AFTER_THE_FACT if key in vals})
        else:
            backup = self._engine().create([vals])
        backup = backup._plain(self.env)
        if backup.state == "verified":
            backup._meet_duties()
        return backup

    @api.model
    def _note_removed(self, names):
        """Keep in mind that the archives of these names are gone."""
        gone = self._engine().search(
            [("name", "in", names), ("removed_at", "=", False)]
        )
        gone.write({"removed_at": fields.Datetime.now()})
        return gone._plain(self.env)

    def _meet_duties(self):
        """Show this backup to every duty that wants one as its evidence."""
        self.ensure_one()
        now = fields.Datetime.now()
        duties = self.env["care.duty"].sudo()
        for duty in duties.search(
            [("evidence", "=", "record"), ("evidence_model_name", "=", self._name)]
        ):
            if duty.next_start_at and duty.next_start_at <= now:
                duty._produce(now)  # its job may come later than the backup
            if self.filtered_domain(duty._rule_domain("evidence_domain")):
                duty._fulfil(duty, self)
