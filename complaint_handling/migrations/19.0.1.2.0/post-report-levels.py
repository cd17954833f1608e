from odoo import SUPERUSER_ID, api

# What was received in the days of a report, by the company's clock, and was there when
# it was produced; also what was merged since, for it may have been counted.
_RAISE = """
    UPDATE complaint_report r
       SET counted_level = found.level, counts_all = true
      FROM (
           SELECT x.id, MAX(c.secrecy_level) AS level
             FROM complaint_report x
             JOIN res_company o ON o.id = x.company_id
             LEFT JOIN resource_calendar k ON k.id = o.resource_calendar_id
             JOIN complaint_case c
               ON c.company_id = x.company_id AND c.secrecy_level >= 2
              AND c.create_date <= x.produced_at
              AND (c.received_at AT TIME ZONE 'UTC'
                      AT TIME ZONE COALESCE(k.tz, 'UTC'))::date
                  BETWEEN x.date_from AND x.date_to
            WHERE x.counts_all IS NULL
            GROUP BY x.id
           ) found
     WHERE found.id = r.id
    RETURNING r.id
"""


def migrate(cr, version):
    """A report frozen before keeps its figures. One that counts classified cases is
    from now on as secret as they are; its period can be produced anew for others."""
    cr.execute(_RAISE)
    ids = [id_ for (id_,) in cr.fetchall()]
    if ids:
        env = api.Environment(cr, SUPERUSER_ID, {})
        env["care.secrecy"]._changed("complaint.report", ids)
