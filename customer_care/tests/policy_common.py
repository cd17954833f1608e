from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
MANAGER = "customer_care.customer_care_group_manager"

# A canonical pack: loading and exporting it gives these very bytes.
PACK = """\
format: 1
policy:
  code: T01
  version: 1
  name:
    en_US: Welcome desk
    zh_CN: 接待台
    zh_TW: 接待臺
  trade: any
clauses:
  - code: T01.01
    kind: record
    name:
      en_US: Customers are reachable
      zh_CN: 客户可联系
      zh_TW: 客戶可聯絡
    text:
      en_US: >-
        Of every customer a telephone number and an address are kept, so that the
        desk can call back.
      zh_CN: 每位客户均留存电话和地址，以便回访。
      zh_TW: 每位客戶均留存電話和地址，以便回訪。
  - code: T01.02
    kind: guide
    name: Be polite
rules:
  care.role:
    - code: t_greeter
      clause: T01.02
      name:
        en_US: Greeter
        zh_CN: 迎宾员
        zh_TW: 迎賓員
  care.requirement:
    - code: t_reachable
      clause: T01.01
      name: Reachable
      model_name: res.partner
      gate: welcome
      domain: "[('is_company', '=', True)]"
      field_names: phone, street
      message:
        en_US: Ask at the desk.
        zh_CN: 请询问接待台。
        zh_TW: 請詢問接待臺。
"""


class PolicyCase(TransactionCase):
    """A company of its own with a manager and a user, in three languages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("zh_CN", "zh_TW"):
            cls.env["res.lang"]._activate_lang(lang)
        cls.company = cls.env["res.company"].create({"name": "Policy shop"})
        companies = {
            "company_id": cls.company.id,
            "company_ids": [(6, 0, cls.company.ids)],
        }
        cls.manager = new_test_user(
            cls.env, "policy_manager", groups=MANAGER, **companies
        )
        cls.user = new_test_user(cls.env, "policy_user", groups=USER, **companies)
        cls.Pack = cls.env["care.policy.pack"].with_user(cls.manager)

    @classmethod
    def load(cls, text=PACK, overwrite=False):
        """Load a pack as the manager; returns the policy and {code: outcome}."""
        report = cls.Pack.load_yaml(text, cls.company.id, overwrite)
        outcomes = {row["code"]: row["outcome"] for row in report["rows"]}
        return cls.Pack.env["care.policy"].browse(report["policy_id"]), outcomes

    @classmethod
    def rule(cls, model, code):
        return (
            cls.Pack.env[model]
            .with_context(active_test=False)
            .search([("code", "=", code), ("company_id", "=", cls.company.id)])
        )
