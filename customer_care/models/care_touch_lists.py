import ast

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL


class CareTouchLists(models.AbstractModel):
    """Makes the greetings of campaigns, warnings and lists. Part of care.touch."""

    _name = "care.touch.lists"
    _description = "Greetings of lists"

    @api.model
    def _make_run(self, run):
        """Make the greetings of a released list, for its region and condition."""
        occasion = run.occasion_id.sudo()
        chosen = self._run_sql(run)
        days = SQL(
            """SELECT %s AS occurrence, %s::date AS event_on, %s::date AS planned_on,
                      NULL::int AS date_id WHERE %s""",
            f"run:{run.id}",
            run.date,
            run.date,
            chosen,
        )
        self.env.flush_all()
        return self._insert(occasion, days, (0, self._next_ids_all()), run.sudo())

    @api.model
    def _make_named(self, run, partners):
        """Put contacts on a list by name, whatever its region and condition."""
        occasion = run.occasion_id.sudo()
        day = run.date if run.state == "draft" else max(run.date, self._today())
        vals = [
            {
                "occasion_id": occasion.id,
                "run_id": run.id,
                "partner_id": partner.id,
                "customer_id": partner.commercial_partner_id.id,
                "person_key": partner.email_normalized or f"p{partner.id}",
                "occurrence": f"run:{run.id}",
                "event_on": run.date,
                "planned_on": day,
                "user_id": (
                    partner.user_id or partner.commercial_partner_id.user_id
                ).id,
                "company_id": run.company_id.id,
                "clause_id": occasion.clause_id.id,
                "counts": occasion.counts,
                "advertising": occasion.advertising,
                "strength": occasion.strength,
                "gap_days": occasion.gap_days,
            }
            for partner in partners.sudo() - run.sudo().touch_ids.partner_id
        ]
        return self.env["care.touch"]._guard().create(vals).with_env(self.env)

    @api.model
    def _next_ids_all(self):
        [[last]] = self.env.execute_query(SQL("SELECT max(id) FROM res_partner"))
        return last or 0

    @api.model
    def _run_sql(self, run):
        """Return the condition of the list on `p`: its region is read with all rights,
        for a warning is for everybody there; its condition with those of its author."""
        parts = [SQL("TRUE")]
        if run.state_ids:
            parts.append(
                SQL("COALESCE(p.state_id, c.state_id) = ANY(%s)", run.state_ids.ids)
            )
        cities = (run.city or "").replace("，", ",").split(",")
        cities = [f"%{city.strip()}%" for city in cities if city.strip()]
        if cities:
            parts.append(
                SQL("COALESCE(NULLIF(p.city, ''), c.city) ILIKE ANY(%s)", cities)
            )
        domain = Domain(ast.literal_eval((run.domain or "").strip() or "[]"))
        if not domain.is_true():
            query = self.env["res.partner"].with_context(active_test=False)
            parts.append(SQL("p.id IN %s", query._search(domain).subselect()))
        return SQL(" AND ").join(parts)

    @api.model
    def _check_condition(self, record, text):
        """Refuse a condition on contacts that the user may not ask or that is none."""
        try:
            domain = Domain(ast.literal_eval((text or "").strip() or "[]"))
            domain.validate(self.env["res.partner"])
        except (ValueError, SyntaxError, TypeError, KeyError, MemoryError) as error:
            raise ValidationError(
                self.env._(
                    "The condition of %(record)s cannot be used: %(reason)s Write it "
                    "as a list of (field, operator, value).",
                    record=record.display_name,
                    reason=f"{error}".rstrip(".") + ".",
                )
            ) from error
