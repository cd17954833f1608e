from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# what people wrote, not what the system noted by itself
_WRITTEN = ("email", "email_outgoing", "comment", "sms", "snail")
_NO_WORDS = r"(<[^>]*>|\s|\u00a0|&nbsp;)+"


class CareTimelineSources(models.AbstractModel):
    """The selects behind care.timeline, one for each table that tells something of a
    customer. Nothing is stored."""

    _name = "care.timeline.sources"
    _description = "Sources of the timeline"

    @api.model
    def _timeline_rows(self, model_name, kind, *, domain=(), joins=(), **spec):
        """Return the select of one source, or None where its model is not installed or
        the reader has no right to it. Its record rules and levels hold, so the timeline
        shows nothing that the reader would not find there.

        :param domain: further condition on the model
        :param joins: (alias, table, SQL condition) of other tables
        :param spec: date and name, and where they differ from the usual or exist:
            partner (may be a contact), contact, user, amount, currency, company, each
            a stored field of the model or SQL over its table; row_id as SQL, where it
            is not the record's
        """
        if model_name not in self.env:
            return None
        model = self.env[model_name].with_context(active_test=False)
        if not model.has_access("read"):
            return None
        query = model._search(Domain(domain or []))
        for alias, table, condition in joins:
            query.add_join("JOIN", alias, table, condition)
        columns = self._timeline_columns(model, query, spec)
        columns["kind"] = SQL("%s::varchar", kind)
        return SQL(
            "SELECT %s FROM %s WHERE %s",
            SQL(", ").join(
                SQL("%s AS %s", columns[name], SQL.identifier(name))
                for name in self._timeline_names()
            ),
            query.from_clause,
            query.where_clause or SQL("TRUE"),
        )

    @api.model
    def _timeline_names(self):
        """Return the columns of a source, in their order."""
        return (
            *("id", "res_model", "res_id", "partner_id", "contact_id", "date", "kind"),
            *("name", "user_id", "amount", "currency_id", "company_id"),
            "secrecy_level",
        )

    @api.model
    def _timeline_columns(self, model, query, spec):
        """Return {column: SQL} of a source but its kind; joins the customer."""

        def column(source, kind):
            if isinstance(source, SQL):
                return SQL("(%s)::%s", source, SQL(kind))
            # a column that the reader may not read is empty
            if not source or not model._has_field_access(model._fields[source], "read"):
                return SQL("NULL::%s", SQL(kind))
            value = model._field_to_sql(query.table, source, query)
            return SQL("(%s)::%s", value, SQL(kind))

        def whose(name):
            field = self.env["res.partner"]._fields[name]
            return SQL.identifier("whose", name, to_flush=field)

        partner = spec.get("partner", "partner_id")
        if not isinstance(partner, SQL):
            partner = model._field_to_sql(query.table, partner, query)
        query.add_join("JOIN", "whose", "res_partner", SQL("whose.id = %s", partner))
        level, own_id = whose("secrecy_level"), SQL.identifier(query.table, "id")
        if model._secrecy_has_level():
            own = SQL.identifier(query.table, "secrecy_level")
            level = SQL("GREATEST(%s, %s)", level, own)
        company = column(spec.get("company", "company_id"), "integer")
        currency = column(spec.get("currency"), "integer")
        if spec.get("amount") and not spec.get("currency"):
            currency = self._timeline_currency(company)
        contact = whose("id")
        if spec.get("contact"):
            contact = SQL(
                "COALESCE(%s, %s)", column(spec["contact"], "integer"), contact
            )
        return {
            "id": spec.get("row_id") or own_id,
            "res_model": SQL("%s::varchar", model._name),
            "res_id": own_id,
            "partner_id": whose("commercial_partner_id"),
            "contact_id": contact,
            "date": column(spec["date"], "timestamp"),
            "name": column(spec["name"], "varchar"),
            "user_id": column(spec.get("user"), "integer"),
            "amount": column(spec.get("amount"), "numeric"),
            "currency_id": currency,
            "company_id": company,
            "secrecy_level": level,
        }

    @api.model
    def _timeline_currency(self, company):
        return SQL(
            "COALESCE((SELECT c.currency_id FROM res_company c WHERE c.id = %s), %s)",
            company,
            self.env.company.currency_id.id,
        )

    # ---- customers, leads and projects with what was written and done on them

    @api.model
    def _timeline_hosts(self):
        """Return the models whose messages and done activities are shown."""
        return ("res.partner", "crm.lead", "project.task")

    def _timeline_messages(self, model_name):
        """Letters, e-mails and notes on a customer, a lead ..."""
        table = self.env[model_name]._table
        self.env["mail.message"].flush_model()
        return self._timeline_rows(
            model_name,
            "message",
            partner="id" if model_name == "res.partner" else "partner_id",
            row_id=SQL("letter.id"),
            date=SQL("letter.date"),
            name=SQL(
                "COALESCE(NULLIF(letter.subject, ''), %s)",
                self._timeline_text(SQL("letter.body")),
            ),
            user=SQL("letter.create_uid"),
            joins=[
                (
                    "letter",
                    "mail_message",
                    SQL(
                        """letter.model = %s AND letter.res_id = %s
                           AND letter.message_type = ANY(%s)
                           AND (letter.body <> '' OR letter.subject <> '')""",
                        model_name,
                        SQL.identifier(table, "id"),
                        list(_WRITTEN),
                    ),
                )
            ],
        )

    @api.model
    def _timeline_text(self, body):
        """Return the beginning of a text in HTML, as plain words."""
        text = SQL("regexp_replace(%s, %s, ' ', 'g')", body, _NO_WORDS)
        text = SQL("left(btrim(%s), 120)", text)
        for code, sign in (
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&#39;", "'"),
            ("&#34;", '"'),
            ("&amp;", "&"),
        ):
            text = SQL("replace(%s, %s, %s)", text, code, sign)
        return text

    def _timeline_activities(self, model_name):
        """Activities that somebody has done."""
        table = self.env[model_name]._table
        self.env["mail.activity"].flush_model()
        return self._timeline_rows(
            model_name,
            "activity",
            partner="id" if model_name == "res.partner" else "partner_id",
            row_id=SQL("done.id"),
            date=SQL("COALESCE(done.date_done::timestamp, done.write_date)"),
            name=SQL(
                "COALESCE(NULLIF(done.summary, ''), (%s))",
                self._timeline_activity_type(),
            ),
            user=SQL("done.user_id"),
            joins=[
                (
                    "done",
                    "mail_activity",
                    SQL(
                        """done.res_model = %s AND done.res_id = %s
                           AND NOT done.active""",
                        model_name,
                        SQL.identifier(table, "id"),
                    ),
                )
            ],
        )

    def _timeline_activity_type(self):
        return SQL(
            """SELECT COALESCE(t.name->>%s, t.name->>'en_US')
                 FROM mail_activity_type t WHERE t.id = done.activity_type_id""",
            self.env.lang or "en_US",
        )

    def _timeline_meetings(self):
        """Meetings with people of the customer, once for each customer."""
        self.env["calendar.attendee"].flush_model()
        return self._timeline_rows(
            "calendar.event",
            "meeting",
            partner=SQL("guest.partner_id"),
            row_id=SQL("guest.id"),
            date="start",
            name="name",
            user="user_id",
            company=None,
            domain=Domain("active", "=", True) & self._timeline_open_meetings(),
            joins=[
                (
                    "seat",
                    "calendar_event_res_partner_rel",
                    SQL("seat.calendar_event_id = calendar_event.id"),
                ),
                (
                    "guest",
                    "calendar_attendee",
                    SQL(
                        """guest.event_id = calendar_event.id
                           AND guest.partner_id = seat.res_partner_id
                           AND NOT EXISTS (
                               SELECT FROM calendar_attendee other
                                 JOIN res_partner o ON o.id = other.partner_id
                                 JOIN res_partner g ON g.id = guest.partner_id
                                WHERE other.event_id = guest.event_id
                                  AND other.id < guest.id
                                  AND o.commercial_partner_id =
                                      g.commercial_partner_id)"""
                    ),
                ),
            ],
        )

    @api.model
    def _timeline_open_meetings(self):
        """Return the domain of meetings that are not somebody else's private ones."""
        settings = self.env["res.users.settings"].sudo()
        closed = settings._search([("calendar_default_privacy", "=", "private")])
        private = Domain("privacy", "=", "private") | (
            Domain("privacy", "=", False)
            & Domain("user_id", "in", closed.subselect("user_id"))
        )
        mine = Domain("user_id", "=", self.env.uid) | Domain(
            "partner_ids", "in", self.env.user.partner_id.ids
        )
        return ~private | mine

    # ---- negotiation, signing, performance, payment

    def _timeline_leads(self):
        return self._timeline_rows(
            "crm.lead",
            "lead",
            date="create_date",
            name="name",
            user="user_id",
            amount="expected_revenue",
        )

    def _timeline_wins(self):
        return self._timeline_rows(
            "crm.lead",
            "win",
            date="date_closed",
            name="name",
            user="user_id",
            amount="expected_revenue",
            domain=[("won_status", "=", "won"), ("date_closed", "!=", False)],
        )

    def _timeline_projects(self):
        return self._timeline_rows(
            "project.project",
            "project",
            date=SQL(
                "COALESCE(project_project.date_start::timestamp,"
                " project_project.create_date)"
            ),
            name="name",
            user="user_id",
        )

    def _timeline_tasks(self):
        return self._timeline_rows(
            "project.task",
            "task",
            date="create_date",
            name="name",
            domain=[("is_template", "=", False)],
        )

    def _timeline_orders(self):
        return self._timeline_rows(
            "sale.order",
            "order",
            date="date_order",
            name="name",
            user="user_id",
            amount="amount_total",
            currency="currency_id",
            domain=[("state", "!=", "cancel")],
        )

    def _timeline_invoices(self):
        return self._timeline_rows(
            "account.move",
            "invoice",
            date="invoice_date",
            name="name",
            user="invoice_user_id",
            amount="amount_total_signed",
            currency="company_currency_id",
            domain=[
                ("move_type", "in", ["out_invoice", "out_refund"]),
                ("state", "=", "posted"),
            ],
        )

    def _timeline_payments(self):
        """What was given back counts down, like credit notes."""
        amount = SQL(
            "CASE account_payment.payment_type WHEN 'outbound' THEN -1 ELSE 1 END"
            " * account_payment.amount"
        )
        return self._timeline_rows(
            "account.payment",
            "payment",
            date="date",
            name="name",
            amount=amount,
            currency="currency_id",
            domain=[
                ("partner_type", "=", "customer"),
                ("state", "in", ["in_process", "paid"]),
            ],
        )
