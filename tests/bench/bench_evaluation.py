"""What a yearly evaluation of many customers costs, and reading their grades.

    setup/odoo shell -d DATABASE --no-http < tests/bench/bench_evaluation.py

DATABASE has customer_care installed. Nothing is kept: everything is rolled back. Half
of the customers get their grade by an indicator over leads, some by statements and
data. Goal: no query per customer. The columns of the grade hold a value per company;
what that costs to search and to group by stands beside a plain many2one.
"""

import os
import resource
import statistics
import time

env = globals()["env"]  # given by the shell
CUSTOMERS = int(os.environ.get("CUSTOMERS", "100000"))
BATCH, ROUNDS = 1000, 5

company = env.company
manager = env.ref("base.user_admin")
env["care.tier.scheme"].search([("is_main", "=", True)]).is_main = False


def timed(label, function):
    env.flush_all()
    env.invalidate_all()
    begun, queries = time.perf_counter(), env.cr.sql_log_count
    result = function()
    env.flush_all()
    spent, queries = time.perf_counter() - begun, env.cr.sql_log_count - queries
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{label:<34} {spent:8.2f} s {1e6 * spent / CUSTOMERS:8.1f} us each "
        f"{queries:7d} queries {peak:5d} MB"
    )
    return result


env.cr.execute(
    """INSERT INTO res_partner (name, complete_name, is_company, active, ref, city,
                                user_id, type, create_uid, write_uid)
       SELECT 'Bench ' || n, 'Bench ' || n, true, true, 'BENCH',
              CASE WHEN n %% 10 = 0 THEN 'Wuhan' ELSE 'Suzhou' END, %s, 'contact', 1, 1
         FROM generate_series(1, %s) n""",
    (manager.id, CUSTOMERS),
)
env.cr.execute("UPDATE res_partner SET commercial_partner_id = id WHERE ref = 'BENCH'")
env.cr.execute(
    """INSERT INTO crm_lead (name, type, active, partner_id, company_id, date_deadline,
                             create_uid, write_uid)
       SELECT 'Bench', 'opportunity', true, p.id, %s, '2025-06-01', 1, 1
         FROM res_partner p, generate_series(1, 2) WHERE p.ref = 'BENCH'
          AND p.id %% 2 = 0""",
    (company.id,),
)
env.cr.execute("ANALYZE res_partner")
env.cr.execute("ANALYZE crm_lead")
indicator = env["care.indicator"].create(
    {
        "code": "bench_leads",
        "name": "Bench",
        "model_name": "crm.lead",
        "date_field": "date_deadline",
        "subject_path": "partner_id",
        "aggregate": "count",
        "period": "year",
    }
)
fact = env["care.tier.fact"].create({"code": "bench_fact", "name": "Bench"})
scheme = env["care.tier.scheme"].create(
    {
        "code": "bench",
        "name": "Bench",
        "is_main": True,
        "partner_domain": "[('ref', '=', 'BENCH')]",
        "section_by": "manager",
        "wants_meeting": False,
    }
)
tiers = env["care.tier"].create(
    [
        {
            "code": f"bench_{name}",
            "name": name,
            "sequence": rank,
            "scheme_id": scheme.id,
            "complaint_priority": 4 - rank,
        }
        for rank, name in enumerate("ABC", start=1)
    ]
)
WAYS = (
    [
        {"kind": "indicator", "indicator_id": indicator.id, "value": 2},
        {"kind": "domain", "domain": "[('city', '=', 'Wuhan')]"},
    ],
    [{"kind": "indicator", "indicator_id": indicator.id, "value": 2}],
    [],
)
for tier, ways in zip(tiers, WAYS, strict=True):
    env["care.tier.rule"].create(
        {
            "code": tier.code,
            "name": tier.name,
            "tier_id": tier.id,
            "condition_ids": [
                (0, 0, {"name": "Bench", "period": "last_year", **way}) for way in ways
            ],
        }
    )
env["care.tier.rule"].create(
    {
        "code": "bench_fact",
        "name": "Fact",
        "tier_id": tiers[0].id,
        "condition_ids": [
            (0, 0, {"name": "Fact", "kind": "attestation", "fact_id": fact.id})
        ],
    }
)
evaluation = env["care.evaluation"].create(
    {
        "scheme_id": scheme.id,
        "year": 2026,
        "date_figures": "2026-03-25",
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
    }
)
print(f"{CUSTOMERS} customers")
ids = timed("who is graded", lambda: scheme._population(company))
timed("rating alone", lambda: scheme._rate(ids, evaluation.date_figures, company))
timed("opening the evaluation", evaluation.action_open)
evaluation.section_ids.action_submit()
evaluation.action_review()
evaluation.action_submit()
evaluation._put({"is_applying": True})


def apply_all():
    while evaluation.state == "approval":
        evaluation._apply_batch()


timed("putting the grades in force", apply_all)
partners = env["res.partner"]
timed("job with nothing to change", lambda: partners._care_refresh(company))

env.cr.execute("ANALYZE res_partner")


def plain_search():
    partners.search_count([("user_id", "=", manager.id)])


def plain_groups():
    partners._read_group([], ["user_id"], ["__count"])


def by_company_search():
    partners.search_count([("care_tier_id", "=", tiers[0].id)])


def by_company_groups():
    partners._read_group([], ["care_tier_id"], ["__count"])


def read_privileges():
    partners.browse(ids[:80])._care_privileges()


def median(function):
    spent = []
    for _round in range(ROUNDS):
        env.invalidate_all()
        begun = time.perf_counter()
        function()
        spent.append(time.perf_counter() - begun)
    return 1000 * statistics.median(spent)


for function in (
    plain_search,
    by_company_search,
    plain_groups,
    by_company_groups,
    read_privileges,
):
    print(f"{function.__name__:<34} {median(function):8.1f} ms")
env.cr.rollback()
