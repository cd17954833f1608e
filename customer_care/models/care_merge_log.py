from markupsafe import Markup

from odoo import api, fields, models


class CareMergeLog(models.Model):
    """One merge of customers: which became which, when and by whom, what was moved,
    and the values and rows that did not fit in. The merge writes it, nobody else."""

    _name = "care.merge.log"
    _description = "Merged customers"
    _inherit = ["care.secrecy.follow.mixin", "care.engine.mixin"]
    _order = "merged_at desc, id desc"
    _rec_name = "source_names"

    partner_id = fields.Many2one(
        "res.partner",
        "Customer kept",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    source_names = fields.Char("Merged into it", required=True, readonly=True)
    source_ids = fields.Char("Numbers of before", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Merged by", required=True, readonly=True, ondelete="restrict"
    )
    merged_at = fields.Datetime("Merged on", required=True, readonly=True, index=True)
    duplicate_id = fields.Many2one(
        "care.duplicate", "Pair", readonly=True, index="btree_not_null"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    before = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)
    lost = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)
    moved = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)
    dropped = fields.Json(readonly=True, copy=False, groups=fields.NO_ACCESS)
    lost_text = fields.Html(
        "Values not taken over", compute="_compute_texts", sanitize=False
    )
    moved_text = fields.Html(
        "What came along", compute="_compute_texts", sanitize=False
    )

    @api.model
    def _note(self, merging):
        """Write down a merge that is done and return the row."""
        merge = self.env["care.merge"]
        kept = self.env["res.partner"].sudo().browse(merging.kept)
        sources = [merging.names[id_] for id_ in merging.sources]
        log = self._engine().create(
            {
                "partner_id": merging.kept,
                "source_names": " / ".join(sources),
                "source_ids": ", ".join(map(str, merging.sources)),
                "user_id": self.env.uid,
                "merged_at": fields.Datetime.now(),
                "duplicate_id": merging.pair or False,
                "company_id": kept.company_id.id,
                "before": {str(id_): row for id_, row in merging.before.items()},
                "lost": merge._lost(merging),
                "moved": merging.moved,
                "dropped": merging.dropped,
            }
        )
        return log._plain(self.env)

    # ---- what a reader is shown

    @api.depends("lost", "moved", "dropped")
    @api.depends_context("uid", "lang")
    def _compute_texts(self):
        for log in self:
            row = log.sudo()
            log.lost_text = log._as_table(
                [
                    (label, value)
                    for values in (row.lost or {}).values()
                    for label, value in log._lost_lines(values)
                ]
            )
            log.moved_text = log._as_table(log._moved_lines(row.moved, row.dropped))

    def _lost_lines(self, values):
        """Return [(label, value)] of the values the reader may see on a customer."""
        partners = self.env["res.partner"]
        known = partners.fields_get(list(values), ["string", "type", "relation"])
        lines = []
        for name, value in values.items():
            described = known.get(name)
            if not described or described["type"] in ("json", "binary"):
                continue
            if described["type"] == "many2one" and isinstance(value, int):
                target = self.env[described["relation"]].browse(value).exists()
                target = target._filtered_access("read")
                value = target.display_name if target else self.env._("(restricted)")
            elif described["type"] not in (
                "char",
                "text",
                "html",
                "integer",
                "float",
                "date",
                "datetime",
                "selection",
                "boolean",
            ):
                continue
            lines.append((described["string"], value))
        return lines

    def _moved_lines(self, moved, dropped):
        """Return [(kind of record, how many)] of those the reader may see."""
        models_of = {
            model._table: model
            for model in self.env.values()
            if model._auto and not model._abstract
        }
        lines = []
        for table, columns in (moved or {}).items():
            ids = {
                i
                for place in columns.values()
                for found in place.values()
                for i in found
            }
            model = models_of.get(table)
            if model is None or not model.has_access("read"):
                continue
            records = model.with_context(active_test=False).search(
                [("id", "in", list(ids))]
            )
            if records:
                lines.append((model._description, len(records)))
        own = 0
        for row in dropped or ():
            model = models_of.get(row["table"])
            if model is not None and model.has_access("read"):
                level = row["row"].get("secrecy_level") or 0
                own += level <= self.env["care.sight"]._mine().level
        if own:
            lines.append((self.env._("Joined with one that was there"), own))
        return lines

    def _as_table(self, lines):
        rows = Markup("").join(
            Markup("<tr><td class='text-muted pe-3'>%s</td><td>%s</td></tr>") % line
            for line in lines
        )
        return Markup("<table class='table table-sm'>%s</table>") % rows if rows else ""

    def action_open_customer(self):
        """Open the customer that was kept."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "view_mode": "form",
        }
