from collections import Counter, defaultdict

from odoo import api, fields, models

from ..logic import draw


class CareCallbackSeen(models.AbstractModel):
    """What a reader sees of a draw: the figures of the lines that reader may see.

    What was frozen stays for the proof and for those cleared for every line; anybody
    may write the condition of a programme, so its whole number would tell whether a
    hidden record fits.
    """

    _name = "care.callback.seen"
    _description = "Figures of a draw as its reader may know them"

    population_seen = fields.Integer("Records", compute="_compute_seen")
    counted_seen = fields.Integer(
        "Counted", compute="_compute_seen", help="Without exempt and repeated ones."
    )
    required_seen = fields.Integer(
        "Required", compute="_compute_seen", help="Rate times counted, rounded up."
    )
    drawn_seen = fields.Integer("Drawn", compute="_compute_seen")
    reserve_seen = fields.Integer("Reserves", compute="_compute_seen")
    exempt_seen = fields.Integer("Exempt", compute="_compute_seen")
    excluded_seen = fields.Integer(
        "Repeated", compute="_compute_seen", help="Count with another record."
    )
    digest_seen = fields.Char(
        "Fingerprint of the records",
        compute="_compute_seen",
        help="SHA-256 over all lines, so that none is added or removed afterwards; "
        "over those you may see, if not all.",
    )
    strata_text = fields.Text("Strata in words", compute="_compute_seen")

    @api.depends("state")
    @api.depends_context("uid", "allowed_company_ids", "lang")
    def _compute_seen(self):
        hidden = self.env["care.callback.draw.line"]._hidden_of(self)
        for one in self:
            frozen, gone = one.sudo(), hidden.get(one.id, [])
            kinds = Counter(line.kind for line in gone)
            strata = one._strata_without(gone)
            one.population_seen = frozen.population_count - len(gone)
            one.drawn_seen = frozen.drawn_count - kinds["drawn"]
            one.reserve_seen = frozen.reserve_count - kinds["reserve"]
            one.counted_seen = one.drawn_seen + one.reserve_seen
            one.exempt_seen = frozen.exempt_count - kinds["exempt"]
            one.excluded_seen = frozen.excluded_count - kinds["excluded"]
            one.required_seen = sum(row["quota"] for row in strata)
            one.digest_seen = (
                frozen._digest_lines([line.id for line in gone])
                if gone
                else frozen.digest
            )
            one.strata_text = "\n".join(
                self.env._(
                    "%(stratum)s: %(rate)s %% of %(count)s, so %(quota)s",
                    stratum=row["name"],
                    rate=f"{row['rate']:g}",
                    count=row["count"],
                    quota=row["quota"],
                )
                for row in strata
            )

    def _strata_without(self, gone):
        """Return the strata with the numbers they have without the lines `gone`."""
        places = defaultdict(list)
        for line in gone:
            if line.kind in draw.COUNTED:
                places[line.stratum or ""].append(line)
        rows = []
        for row in self.sudo().strata or ():
            mine = places[row["code"]]
            fresh = row | {
                "count": row["count"] - len(mine),
                "quota": row["quota"]
                - sum(line.rank <= line._quota_in(row) for line in mine),
            }
            if fresh["count"] or row["code"]:
                rows.append(fresh)
        return rows
