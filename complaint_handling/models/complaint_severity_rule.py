import re
import unicodedata

from odoo import api, fields, models
from odoo.exceptions import ValidationError

_TEXTS = ("name", "description")


def fold(text):
    """Return `text` as words are compared: full-width and capitals do not matter."""
    return unicodedata.normalize("NFKC", text or "").casefold()


class ComplaintSeverityRule(models.Model):
    """When a case is at least of a severity: by a condition, by words in its text, by
    circumstances. What is filled in must all hold. Kept by a complaint manager or
    brought by a policy; each rule raises a case once."""

    _name = "complaint.severity.rule"
    _description = "Severity Rule"
    _inherit = ["complaint.rule.mixin"]
    _order = "sequence, id"
    _pack_fields = (
        "name",
        "sequence",
        "severity_id",
        "domain",
        "keywords",
        "flag_ids",
    )

    severity_id = fields.Many2one(
        "complaint.severity", required=True, index=True, ondelete="restrict"
    )
    domain = fields.Char(
        string="Condition", default="[]", help="Empty: whatever the case is like."
    )
    keywords = fields.Text(
        string="Words",
        help="One of these in the subject or the description, separated by commas or "
        "lines. Empty: whatever is written.",
    )
    flag_ids = fields.Many2many(
        "complaint.flag",
        string="Circumstances",
        help="One of these is ticked on the case. Empty: whatever is ticked.",
    )

    @api.constrains("domain", "keywords", "flag_ids")
    def _check_says_something(self):
        for rule in self:
            if (
                rule._rule_domain("domain").is_true()
                and not rule._words()
                and not rule.flag_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(rule)s would fit every case. Give a condition, words or "
                        "circumstances.",
                        rule=rule.display_name,
                    )
                )

    def _words(self):
        """Return the words looked for, as they are compared."""
        parts = re.split(r"[,，、;；\n]", self.keywords or "")
        return tuple(fold(part).strip() for part in parts if part.strip())

    def _reads_of_one(self):
        reads = super()._reads_of_one()
        reads |= set(_TEXTS) if self.keywords else set()
        return reads | ({"flag_ids"} if self.flag_ids else set())

    def _fits(self, case):
        words = self._words()
        text = fold("\n".join(case[name] or "" for name in _TEXTS)) if words else ""
        return bool(
            (not words or any(word in text for word in words))
            and (not self.flag_ids or self.flag_ids & case.flag_ids)
            and super()._fits(case)
        )
