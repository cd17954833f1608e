"""What the timeline of one customer costs with a million rows in its sources.

    setup/odoo shell -d DATABASE --no-http < tests/bench/bench_timeline.py

DATABASE has customer_care installed. 100,000 customers with 500,000 messages, 400,000
leads and 100,000 meetings' seats are inserted by SQL. One page of 80 rows of one
customer, its months and its kinds are read as a salesperson, beside the same messages
and leads read by plain SQL; the figures are wall time, the median of several customers.
Nothing is kept: everything is rolled back.
Goal: a page below 100 ms, whatever the customer.
"""

import statistics
import time

from odoo.tools import SQL

env = globals()["env"]  # given by the shell
PARTNERS, MESSAGES, LEADS, LOOKS = 100_000, 500_000, 400_000, 15
GROUPS = ("customer_care.customer_care_group_user", "sales_team.group_sale_manager")

user = env["res.users"].create(
    {
        "name": "Bench",
        "login": "bench_timeline",
        "group_ids": [(4, env.ref(group).id) for group in GROUPS],
    }
)
env.flush_all()
cr = env.cr
cr.execute(
    """INSERT INTO res_partner (name, complete_name, active, is_company, type,
                                partner_share, company_id)
       SELECT 'Bench ' || n, 'Bench ' || n, TRUE, TRUE, 'contact', TRUE, NULL
         FROM generate_series(1, %s) n RETURNING id""",
    [PARTNERS],
)
ids = [id_ for (id_,) in cr.fetchall()]
cr.execute(
    "UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", [min(ids)]
)
first, span = min(ids), PARTNERS
cr.execute(
    """INSERT INTO mail_message (model, res_id, message_type, subject, body, date,
                                 message_id)
       SELECT 'res.partner', %s + n %% %s, 'email', 'Letter ' || n, '<p>x</p>',
              now() - n * interval '1 minute', 'bench' || n
         FROM generate_series(1, %s) n""",
    [first, span, MESSAGES],
)
cr.execute(
    """INSERT INTO crm_lead (name, partner_id, type, active, create_date, user_id,
                             company_id, expected_revenue)
       SELECT 'Lead ' || n, %s + n %% %s, 'opportunity', TRUE,
              now() - n * interval '1 minute', %s, %s, n
         FROM generate_series(1, %s) n""",
    [first, span, user.id, env.company.id, LEADS],
)
for table in ("res_partner", "mail_message", "crm_lead"):
    cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))
env.invalidate_all()
timeline = env["care.timeline"].with_user(user)
SPEC = {"date": {}, "kind": {}, "name": {}, "amount": {}, "user_id": {}}


def plain(partner):
    cr.execute(
        """SELECT date, subject FROM mail_message
            WHERE model = 'res.partner' AND res_id = %s
            UNION ALL SELECT create_date, name FROM crm_lead WHERE partner_id = %s
            ORDER BY 1 DESC LIMIT 80""",
        [partner, partner],
    )
    return cr.fetchall()


def page(partner):
    domain = [("partner_id", "=", partner)]
    return timeline.web_search_read(domain, SPEC, limit=80)["records"]


def months(partner):
    domain = [("partner_id", "=", partner)]
    return timeline.formatted_read_group(domain, ["date:month"], ["__count"])


def kinds(partner):
    domain = [("partner_id", "=", partner)]
    return timeline.formatted_read_group(domain, ["kind"], ["__count"])


def timed(function):
    spent = []
    for number in range(LOOKS):
        partner = first + 1 + number * 997
        env.invalidate_all()
        begin = time.perf_counter()
        found = function(partner)
        spent.append(time.perf_counter() - begin)
        assert found, function
    return statistics.median(spent[1:]) * 1000


for function in (plain, page, months, kinds):
    print(f"{function.__name__:8} {timed(function):8.1f} ms")
env.cr.rollback()
