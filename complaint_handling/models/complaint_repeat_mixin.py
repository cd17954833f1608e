from odoo import fields, models
from odoo.tools import SQL

# A change of one of these asks again whether a case is a repeat.
REPEAT_FIELDS = frozenset(
    {"partner_id", "plate", "product_ref", "category_id", "issue_id", "kind"}
)


class ComplaintRepeatMixin(models.AbstractModel):
    """Whether the same customer has complained of the same matter before. A repeat
    is a case of its own; a duplicate, the same event told twice, is merged."""

    _name = "complaint.repeat.mixin"
    _description = "Repeat of a Complaint"

    repeat_of_id = fields.Many2one(
        "complaint.case",
        string="Repeat of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The complaint of the same customer about the same matter before this.",
    )
    repeat_count = fields.Integer(
        string="Complained of before",
        readonly=True,
        copy=False,
        help="How many complaints of the same customer about the same matter came "
        "before this one, within the days that desk or category say.",
    )
    repeat_ids = fields.One2many(
        "complaint.case", "repeat_of_id", string="Repeated by", readonly=True
    )

    def _detect_repeats(self):
        """Note on each case the one it repeats; one query for all of them."""
        asked = []
        for case in self.sudo():
            days = case.category_id.repeat_days or case.desk_id.repeat_days
            if days and case.kind == "complaint" and case._has_matter():
                asked.append((case.id, days, case.desk_id.repeat_by or "either"))
        found = self._find_repeats(asked) if asked else {}
        for case in self.sudo():
            count, earlier = found.get(case.id, (0, False))
            if (case.repeat_count, case.repeat_of_id.id or False) != (count, earlier):
                case.write({"repeat_count": count, "repeat_of_id": earlier})

    def _has_matter(self):
        """Tell whether anything says who complains, and of what."""
        who = self.commercial_partner_id or self.plate
        return who and (
            self.category_id or self.issue_id or self.plate or self.product_ref
        )

    def _find_repeats(self, asked):
        """Return {case id: (number of earlier ones, id of the last one)}.

        :param asked: list of (case id, days, what counts as the same matter)
        """
        self.flush_model()
        ids, days, by = zip(*asked, strict=True)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.id, count(*),
                       (array_agg(p.id ORDER BY p.received_at DESC, p.id DESC))[1]
                  FROM unnest(%s::int[], %s::int[], %s::text[]) AS a(id, days, by)
                  JOIN complaint_case c ON c.id = a.id
                  JOIN complaint_case p ON p.company_id = c.company_id
                   AND p.kind = 'complaint' AND p.state <> 'cancelled'
                   AND p.merged_into_id IS NULL
                   -- its reader learns nothing of what is more secret
                   AND p.secrecy_level <= GREATEST(c.secrecy_level, 1)
                   AND (p.commercial_partner_id = c.commercial_partner_id
                        OR p.plate = c.plate)
                   AND (p.received_at, p.id) < (c.received_at, c.id)
                   AND p.received_at >= c.received_at - a.days * interval '1 day'
                 WHERE (a.by <> 'product' AND
                        CASE WHEN c.issue_id IS NULL
                             THEN p.category_id = c.category_id
                             ELSE p.issue_id = c.issue_id END)
                    OR (a.by <> 'issue' AND
                        (p.plate = c.plate
                         OR lower(trim(p.product_ref)) = lower(trim(c.product_ref))))
                 GROUP BY c.id
                """,
                list(ids),
                list(days),
                list(by),
            )
        )
        return {id_: (count, earlier) for id_, count, earlier in rows}

    def _recount_after(self):
        """Look again at the cases that may have counted these, now called off."""
        cases = self.sudo()
        plates = [plate for plate in cases.mapped("plate") if plate]
        later = cases.search(
            [
                ("repeat_count", ">", 0),
                ("company_id", "in", cases.company_id.ids),
                ("received_at", ">=", min(cases.mapped("received_at"))),
                "|",
                ("commercial_partner_id", "in", cases.commercial_partner_id.ids),
                ("plate", "in", plates),
            ]
        )
        later._detect_repeats()
