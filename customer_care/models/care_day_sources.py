from odoo import api, models
from odoo.tools import SQL


class CareDaySources(models.AbstractModel):
    """The selects behind care.day.item, one for each table of work that waits.

    Each gives the columns that `_day_sources` names.
    """

    _name = "care.day.sources"
    _description = "Sources of the work waiting"

    @api.model
    def _translated(self, column):
        """Return the reader's words of a translated column."""
        return SQL(
            "COALESCE(%(column)s->>%(lang)s, %(column)s->>'en_US')",
            column=column,
            lang=self.env.lang or "en_US",
        )

    @api.model
    def _end_of_day(self, column, zone):
        """Return the last second of a date in `zone`, as UTC."""
        return SQL(
            "((%s + 1)::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'"
            " - interval '1 second')",
            column,
            zone,
        )

    def _day_obligations(self):
        self.env["care.obligation"].flush_model()
        return SQL(
            """
            SELECT o.id, %s AS name,
                   CASE WHEN o.duty_id IS NULL
                        THEN 'obligation' ELSE 'duty' END AS kind,
                   'care.obligation'::varchar AS res_model, o.id AS res_id,
                   o.res_model AS document_model, o.res_id AS document_id, o.user_id,
                   o.partner_id, o.department_id, o.company_id, o.due_at,
                   o.secrecy_level
              FROM care_obligation o
             WHERE o.done_at IS NULL AND o.state IN ('open', 'missed')
               AND o.res_model != 'care.approval' -- stands in the list itself
               AND NOT (o.res_model = 'care.callback' AND EXISTS (
                   SELECT FROM care_callback c
                    WHERE c.id = o.res_id AND (
                          (c.user_id = o.user_id
                           AND c.state IN ('planned', 'attempted'))
                       OR ((c.state = 'done'
                            OR (c.state = 'planned' AND c.user_id IS NULL))
                           AND EXISTS (
                               SELECT FROM care_callback_supervisor_rel r
                                WHERE r.care_callback_id = c.id
                                  AND r.res_users_id = o.user_id)))))
            """,
            self._translated(SQL("o.name")),
        )

    def _day_approvals(self):
        self.env["care.approval"].flush_model()
        return SQL(
            """
            SELECT a.id, %s AS name, 'approval' AS kind,
                   'care.approval'::varchar AS res_model, a.id AS res_id,
                   a.res_model AS document_model, a.res_id AS document_id,
                   u.res_users_id AS user_id, a.partner_id,
                   NULL::integer AS department_id, a.company_id, a.due_at,
                   a.secrecy_level
              FROM care_approval a
              JOIN care_approval_current_user_rel u ON u.care_approval_id = a.id
             WHERE a.state = 'pending'
            """,
            self._translated(SQL("a.name")),
        )

    def _select_callbacks(self, name, user, source):
        return SQL(
            """
            SELECT c.id, %s AS name, 'callback' AS kind,
                   'care.callback'::varchar AS res_model, c.id AS res_id,
                   'care.callback'::varchar AS document_model, c.id AS document_id,
                   %s AS user_id, c.partner_id, c.department_id, c.company_id,
                   CASE WHEN c.appointment_kept_at IS NULL
                        THEN COALESCE(c.appointment_at, c.due_at)
                        ELSE c.due_at END AS due_at, c.secrecy_level
              FROM care_callback c %s
            """,
            *(name, user, source),
        )

    def _day_callbacks(self):
        self.env["care.callback"].flush_model()
        return self._select_callbacks(
            SQL("%s", self.env._("Call the customer")),
            SQL("c.user_id"),
            SQL("WHERE c.user_id IS NOT NULL AND c.state IN ('planned', 'attempted')"),
        )

    def _day_supervisors(self):
        """Callbacks that a supervisor assigns, reviews or files a letter with."""
        return self._select_callbacks(
            SQL(
                "CASE c.state WHEN 'done' THEN %s WHEN 'exempt' THEN %s ELSE %s END",
                self.env._("Review the callback"),
                self.env._("Attach the letter"),
                self.env._("Assign the callback"),
            ),
            SQL("r.res_users_id"),
            SQL(
                """JOIN care_callback_supervisor_rel r ON r.care_callback_id = c.id
                   WHERE (c.state = 'planned' AND c.user_id IS NULL)
                      OR (c.state = 'done'
                          AND c.user_id IS DISTINCT FROM r.res_users_id)
                      OR (c.state = 'exempt' AND c.letter_wanted
                          AND c.has_letter IS NOT TRUE)"""
            ),
        )

    def _day_activities(self, zone):
        """The reader's own activities, but those that an engine raised for something
        that stands in the list already."""
        self.env["mail.activity"].flush_model()
        return SQL(
            """
            SELECT v.id, COALESCE(NULLIF(v.summary, ''), %(type_name)s) AS name,
                   'activity' AS kind, 'mail.activity'::varchar AS res_model,
                   v.id AS res_id, v.res_model AS document_model,
                   v.res_id AS document_id, v.user_id, NULL::integer AS partner_id,
                   NULL::integer AS department_id, NULL::integer AS company_id,
                   %(due)s AS due_at, v.secrecy_level
              FROM mail_activity v
              LEFT JOIN mail_activity_type t ON t.id = v.activity_type_id
             WHERE v.active AND v.user_id = %(uid)s
               AND (v.res_model IS NULL OR v.res_model != ALL(%(listed)s))
               AND NOT (v.automated AND EXISTS (
                   SELECT FROM care_obligation o
                    WHERE o.res_model = v.res_model AND o.res_id = v.res_id
                      AND o.user_id = v.user_id AND o.done_at IS NULL
                      AND o.state IN ('open', 'missed')))
            """,
            type_name=self._translated(SQL("t.name")),
            due=self._end_of_day(SQL("v.date_deadline"), zone),
            uid=self.env.uid,
            listed=self._day_models(),
        )

    def _day_improvements(self):
        """Improvements without a plan; what is planned is owed as an obligation."""
        self.env["care.improvement"].flush_model()
        return SQL(
            """
            SELECT i.id, %s AS name, 'improvement' AS kind,
                   'care.improvement'::varchar AS res_model, i.id AS res_id,
                   'care.improvement'::varchar AS document_model, i.id AS document_id,
                   i.user_id, i.partner_id, i.department_id, i.company_id,
                   NULL::timestamp AS due_at, i.secrecy_level
              FROM care_improvement i
             WHERE i.active AND i.state = 'draft' AND i.user_id IS NOT NULL
            """,
            self.env._("Plan the improvement"),
        )

    def _day_inspections(self, zone):
        self.env["care.inspection"].flush_model()
        return SQL(
            """
            SELECT i.id, %s AS name, 'inspection' AS kind,
                   'care.inspection'::varchar AS res_model, i.id AS res_id,
                   'care.inspection'::varchar AS document_model, i.id AS document_id,
                   r.res_users_id AS user_id, NULL::integer AS partner_id,
                   i.department_id, i.company_id, %s AS due_at, 0 AS secrecy_level
              FROM care_inspection i
              JOIN %s r ON r.care_inspection_id = i.id
             WHERE i.active AND i.state IN ('planned', 'running')
            """,
            self.env._("Carry out the inspection"),
            self._end_of_day(SQL("i.date_planned"), zone),
            SQL.identifier(
                self.env["care.inspection"]._fields["inspector_ids"].relation
            ),
        )

    def _day_sanctions(self):
        self.env["care.sanction"].flush_model()
        return SQL(
            """
            SELECT s.id, CASE WHEN s.state = 'proposed' THEN %s ELSE %s END AS name,
                   'sanction' AS kind, 'care.sanction'::varchar AS res_model,
                   s.id AS res_id, 'care.sanction'::varchar AS document_model,
                   s.id AS document_id, r.res_users_id AS user_id,
                   NULL::integer AS partner_id, s.department_id, s.company_id,
                   NULL::timestamp AS due_at, s.secrecy_level
              FROM care_sanction s
              JOIN care_sanction_decider_rel r ON r.care_sanction_id = s.id
             WHERE r.res_users_id IS DISTINCT FROM s.user_id
               AND (s.state = 'proposed'
                    OR (s.state = 'appealed' AND r.res_users_id != s.confirmed_by_id))
            """,
            self.env._("Confirm the sanction"),
            self.env._("Decide the appeal"),
        )

    def _day_disclosures(self, zone):
        """Disclosures that are approved and not carried out yet."""
        self.env["care.disclosure"].flush_model()
        return SQL(
            """
            SELECT d.id, %s AS name, 'disclosure' AS kind,
                   'care.disclosure'::varchar AS res_model, d.id AS res_id,
                   'care.disclosure'::varchar AS document_model, d.id AS document_id,
                   d.handler_id AS user_id, d.partner_id, d.department_id,
                   d.company_id, %s AS due_at, d.secrecy_level
              FROM care_disclosure d
             WHERE d.active AND d.state = 'approved' AND d.handler_id IS NOT NULL
            """,
            self.env._("Carry out the disclosure"),
            self._end_of_day(SQL("d.date_to"), zone),
        )
