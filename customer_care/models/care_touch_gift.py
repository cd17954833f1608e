from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL


class CareTouchGift(models.AbstractModel):
    """Gifts of greetings: what a customer gets in a year, and who approves it. Part of
    care.touch."""

    _name = "care.touch.gift"
    _description = "Gifts of greetings"

    def _ask_approval(self):
        """Ask for the approvals that the gifts need; they wait for them. Where nobody
        can decide, the greeting fails with that sentence and the others go on."""
        self._add_up_year()
        for touch in self:
            if not touch._approval_required("gift"):
                continue
            try:
                with self.env.cr.savepoint():
                    touch._guard().write({"state": "approval"})
                    touch._approval_request("gift")
            except UserError as error:
                touch.invalidate_recordset(["state"])
                touch._guard().write({"state": "failed", "fail_reason": str(error)})

    def _add_up_year(self):
        """Note what the customer gets in the calendar year with each of these gifts."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE care_touch t
                   SET gift_year_value = (
                       SELECT SUM(o.gift_value) FROM care_touch o
                        WHERE o.customer_id = t.customer_id AND o.channel = 'gift'
                          AND o.company_id = t.company_id
                          AND date_trunc('year', o.planned_on)
                            = date_trunc('year', t.planned_on)
                          AND o.state IN ('approval', 'ready', 'sent', 'done')
                          AND (o.id <= t.id OR NOT o.id = ANY(%(ids)s)))
                 WHERE t.id = ANY(%(ids)s) RETURNING t.id
                """,
                ids=self.ids,
            )
        )
        self.invalidate_recordset(["gift_year_value"], flush=False)
