import hashlib

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

OFFICER = "customer_care.customer_care_group_security"


class CareNda(models.Model):
    """One version of the confidentiality agreement that staff sign.

    Security officers write a draft and put it in force; from then on its words stay.
    What somebody signed is copied into his proof.
    """

    _name = "care.nda"
    _description = "Confidentiality agreement"
    _inherit = ["care.guarded.mixin", "mail.thread"]
    _order = "company_id, version desc, id desc"
    _guarded_fields = frozenset({"state", "version", "date_from", "date_to"})
    _WORDS = frozenset({"name", "body", "sign_again", "sign_again_days", "company_id"})

    name = fields.Char("Title", required=True, translate=True)
    version = fields.Integer(readonly=True, copy=False, default=0)
    body = fields.Html("Text", required=True, translate=True, sanitize=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("active", "In force"),
            ("superseded", "Superseded"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
    )
    sign_again = fields.Boolean(
        "To be signed again",
        help="Signatures under earlier versions end when this one comes into force.",
    )
    sign_again_days = fields.Integer(
        "Days to sign again", default=14, help="How long earlier signatures still hold."
    )
    date_from = fields.Datetime("In force from", readonly=True, copy=False)
    date_to = fields.Datetime("Superseded on", readonly=True, copy=False)
    clause_id = fields.Many2one("care.policy.clause", index=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: for every company without an agreement of its own.",
    )
    proof_ids = fields.One2many(
        "care.clearance.proof",
        "nda_id",
        "Signatures",
        groups="customer_care.customer_care_group_auditor",
    )
    proof_count = fields.Integer(
        "Signatures given",
        compute="_compute_proof_count",
        groups="customer_care.customer_care_group_auditor",
    )

    _active_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE state = 'active'",
        "An agreement is in force in this company already.",
    )
    _days_positive = models.Constraint(
        "CHECK (sign_again_days >= 0)", "The days must not be negative."
    )

    @api.depends("name", "version")
    def _compute_display_name(self):
        for nda in self:
            number = f" {nda.version}" if nda.version else ""
            nda.display_name = f"{nda.name or ''}{number}"

    def _compute_proof_count(self):
        counts = dict(
            self.env["care.clearance.proof"]._read_group(
                [("nda_id", "in", self.ids)], ["nda_id"], ["__count"]
            )
        )
        for nda in self:
            nda.proof_count = counts.get(nda, 0)

    @api.model
    def _in_force(self, company):
        """Return the agreement of a company, its own before the general one."""
        rows = self.sudo().search(
            [("state", "=", "active"), ("company_id", "in", [False, company.id])]
        )
        return rows.filtered("company_id") or rows

    def _hash(self, text):
        return hashlib.sha256((text or "").encode()).hexdigest()

    @api.model
    def _ship(self, ids):
        """Put the agreement we ship in force, where none ever was."""
        nda = self.browse(ids)
        if nda.state == "draft" and not self.search_count([("version", ">", 0)]):
            nda.action_activate()

    # ---- buttons

    def action_activate(self):
        """Put the text in force in place of the one before."""
        self.ensure_one()
        self.check_access("write")
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(record)s was in force already. Copy it for a new version.",
                    record=self.display_name,
                )
            )
        same = Domain("company_id", "=", self.company_id.id)
        everything = self.sudo().with_context(active_test=False)
        now = fields.Datetime.now()
        before = everything.search(same & Domain("state", "=", "active"))
        before._put({"state": "superseded", "date_to": now})
        self.env.flush_all()
        last = max(everything.search(same).mapped("version"), default=0)
        self._put({"state": "active", "version": last + 1, "date_from": now})
        if self.sign_again:
            self._end_earlier(now)
        return True

    def _end_earlier(self, now):
        """Let what was signed before end when its time to sign again is over."""
        end = fields.Datetime.add(now, days=self.sign_again_days)
        domain = Domain("kind", "=", "nda") & Domain("nda_id", "!=", self.id)
        proofs = self.env["care.clearance.proof"].sudo()
        if self.company_id:
            domain &= Domain("company_id", "=", self.company_id.id)
        else:
            own = self.sudo().search(
                [("state", "=", "active"), ("company_id", "!=", False)]
            )
            domain &= Domain("company_id", "not in", own.company_id.ids)
        proofs.search(domain)._end(
            end, self.env._("%(nda)s is to be signed", nda=self.display_name)
        )

    def action_view_proofs(self):
        """Open who signed it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_care.care_clearance_proof_action"
        )
        return action | {"domain": [("nda_id", "=", self.id)], "context": {}}

    # ---- the words stay

    def _check_words(self):
        for nda in self.sudo().filtered(lambda nda: nda.state != "draft"):
            if not self._in_engine():
                raise AccessError(
                    self.env._(
                        "%(record)s was put in force and stays as it is. Copy it for "
                        "a new version.",
                        record=nda.display_name,
                    )
                )

    def write(self, vals):
        if not self._WORDS.isdisjoint(vals):
            self._check_words()
        return super().write(vals)

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """The client writes the words of other languages past `write`."""
        if field_name in self._WORDS:
            self._check_words()
        return super()._update_field_translations(
            field_name, translations, digest, source_lang
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        for nda in self.filtered(lambda nda: nda.state != "draft"):
            raise UserError(
                self.env._(
                    "%(record)s was in force and is kept.", record=nda.display_name
                )
            )
