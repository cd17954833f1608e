"""The demo company. Run once by setup/run, when it has created the database:
`setup/odoo shell -d NAME < setup/demo.py`, with `env` of the superuser."""

import os

PASSWORD = os.environ["CARE_DEMO_PASSWORD"]


def set_up_company(env):
    """Give the company a name, a mail domain and an administrator."""
    company = env.ref("base.main_company")
    company.write(
        {
            "name": "示范连锁有限公司",
            "email": "service@care.example",
            "phone": "021 5555 0100",
            "country_id": env.ref("base.cn").id,
            "currency_id": env.ref("base.CNY").id,
        }
    )
    env.ref("base.CNY").active = True
    # Nothing is routed without one. `.example` is never a real mail domain.
    if not env["mail.alias.domain"].search_count([]):
        env["mail.alias.domain"].create({"name": "care.example"})
    env.ref("base.user_admin").write({"password": PASSWORD, "tz": "Asia/Shanghai"})
    # A demo tells nobody outside that it exists.
    cron = env.ref("mail.ir_cron_module_update_notification", raise_if_not_found=False)
    if cron:
        cron.active = False


set_up_company(env)  # noqa: F821
env.cr.commit()  # noqa: F821
