import base64
import hmac
import re

from odoo import api, fields, models
from odoo.tools import email_normalize_all

from ..tools import keyring

_MAIL = "customer_care.access_head_mail"
_LINE = re.compile(r"^(\d+) (\d+) ([0-9a-f]{64})(?: ([0-9a-f]{64}))?$")


class CareAccessHead(models.Model):
    """The end of one chain of the access log on a day. The job publishes it.

    Whoever keeps the file or the mail can show later that nothing before it was
    changed or cut off, whatever was done to the database since.
    """

    _name = "care.access.head"
    _description = "Published head of the access log"
    _inherit = ["care.engine.mixin"]
    _order = "day desc, shard, id desc"
    _rec_name = "digest"

    day = fields.Date(required=True, index=True, readonly=True)
    shard = fields.Integer("Chain", readonly=True, aggregator=None)
    seq = fields.Integer("Place", readonly=True, aggregator=None)
    digest = fields.Char("Hash", required=True, readonly=True)
    signature = fields.Char(
        readonly=True, help="By the master key, which is not in the database."
    )

    _once = models.UniqueIndex(
        "(day, shard, seq)", "This head has been published already."
    )

    # ---- publish

    @api.model
    def _cron_publish(self):
        """Seal what waits and publish the heads of the day."""
        self.env["care.access.seal"]._cron_seal()
        self._publish()

    @api.model
    def _publish(self):
        """Keep and send the heads of today; what is published already stays."""
        day = fields.Date.today()
        known = {(row.shard, row.seq) for row in self.search([("day", "=", day)])}
        heads = self._engine().create(
            [
                {
                    "day": day,
                    "shard": shard,
                    "seq": seq,
                    "digest": digest,
                    "signature": self._sign(shard, seq, digest),
                }
                for shard, seq, digest in self.env["care.access.seal"]._heads()
                if (shard, seq) not in known
            ]
        )
        heads = heads._plain(self.env)
        if heads:
            heads._send()
        return heads

    def _send(self):
        """Mail the heads to the addresses of the settings."""
        text = self.env["ir.config_parameter"].sudo().get_param(_MAIL) or ""
        addresses = email_normalize_all(text)
        if not addresses:
            return
        day = fields.Date.to_string(self[:1].day)
        content = self._as_text()
        self.env["mail.mail"].sudo().create(
            {
                "subject": self.env._("Access log of %(day)s: heads", day=day),
                "email_to": ",".join(addresses),
                "body_html": self.env._(
                    "Keep this mail. With the attached file the security officer can "
                    "show later that the access log was not changed."
                ),
                "attachment_ids": [
                    fields.Command.create(
                        {
                            "name": f"access-log-{day}.txt",
                            "raw": content.encode(),
                            "mimetype": "text/plain",
                        }
                    )
                ],
                "auto_delete": False,
            }
        )

    @api.model
    def _database_id(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    @api.model
    def _sign(self, shard, seq, digest):
        """Return a code that only who has the master key can make, or False."""
        return next(self._codes(shard, seq, digest), False)

    @api.model
    def _codes(self, shard, seq, digest):
        """Yield the code of a head under each master key, the current one first."""
        try:
            ring = keyring.load()
        except keyring.KeyringError:
            return
        text = f"{self._database_id()} {shard} {seq} {digest}".encode()
        for key_id in ring.ids:
            key = hmac.digest(ring.key(key_id), b"care access head", "sha256")
            yield hmac.digest(key, text, "sha256").hex()

    # ---- files

    def _as_text(self):
        """Return the heads as the text that is published."""
        lines = [f"access log {self._database_id()}"]
        for head in self.sorted(lambda row: (row.day, row.shard, row.seq)):
            parts = [str(head.shard), str(head.seq), head.digest, head.signature or ""]
            lines.append(" ".join(parts).strip())
        return "\n".join(lines) + "\n"

    @api.model
    def _read_text(self, text):
        """Return [(shard, seq, hash, signature or None)] of a published file, or None
        when it is not one of this database."""
        first, *lines = text.strip().splitlines() or [""]
        if first.strip() != f"access log {self._database_id()}":
            return None
        found = [_LINE.match(line.strip()) for line in lines]
        if not found or not all(found):
            return None
        return [(int(hit[1]), int(hit[2]), hit[3], hit[4] or None) for hit in found]

    def action_download(self):
        """Hand over the chosen heads as a file."""
        content = base64.b64encode(self._as_text().encode())
        wizard = self.env["care.access.verify"].create(
            {"content": content, "filename": "access-log.txt"}
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/care.access.verify/{wizard.id}/content/access-log.txt"
            "?download=true",
            "target": "download",
        }
