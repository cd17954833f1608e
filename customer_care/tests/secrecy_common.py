"""Builders for tests of levels: a public, a secret and a top secret customer, people
with and without clearance."""

from odoo.tests import TransactionCase, new_test_user

USER = "customer_care.customer_care_group_user"
NOW = "2026-03-25 09:00:00"


def insert(env, table, **vals):
    """Insert one row by SQL and return its id: tests set the tables of clearances and
    grants as their engine leaves them."""
    names = ", ".join(vals)
    marks = ", ".join(f"%({name})s" for name in vals)
    env.cr.execute(
        f"INSERT INTO {table} ({names}) VALUES ({marks}) RETURNING id",
        vals,
    )
    return env.cr.fetchone()[0]


class SecrecyCase(TransactionCase):
    """Three customers with a contact each, and people who may see one, two or three."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.plain = new_test_user(
            cls.env, "lv_plain", f"{USER},base.group_partner_manager"
        )
        cls.cleared = new_test_user(
            cls.env, "lv_cleared", f"{USER},base.group_partner_manager"
        )
        cls.top = new_test_user(cls.env, "lv_top", f"{USER},base.group_partner_manager")
        cls.admin = new_test_user(cls.env, "lv_admin", "base.group_system")
        partners = cls.env["res.partner"]
        cls.open, cls.secret, cls.topsecret = partners.create(
            [
                {"name": "LV Open", "is_company": True, "ref": "LVOPEN"},
                {"name": "LV Secret", "is_company": True, "ref": "LVSECRET"},
                {"name": "LV Top", "is_company": True, "ref": "LVTOP"},
            ]
        )
        cls.contacts = partners.create(
            [
                {"name": f"Contact of {customer.name}", "parent_id": customer.id}
                for customer in (cls.open, cls.secret, cls.topsecret)
            ]
        )
        cls.secret.secrecy_own = 2
        cls.topsecret.secrecy_own = 3
        cls.clear(cls.cleared, 2)
        cls.clear(cls.top, 3)

    @classmethod
    def clear(cls, user, level, **vals):
        """Give the user a running clearance."""
        row = {
            "user_id": user.id,
            "company_id": cls.company.id,
            "level": level,
            "state": "active",
            "vetted": level >= 2,
            "effective_from": "2026-01-01",
            "effective_to": None,
            "valid_from": "2026-01-01",
        }
        id_ = insert(cls.env, "care_clearance", **(row | vals))
        cls.env["care.sight"]._forget()
        return id_

    @classmethod
    def grant(cls, user, record, level=2, **vals):
        """Open one record to the user."""
        row = {
            "user_id": user.id,
            "res_model": record._name,
            "res_id": record.id,
            "level": level,
            "date_from": "2026-01-01",
            "date_to": "2099-01-01",
            "kind": "request",
            "company_id": cls.company.id,
            "needs_vetting": False,
        }
        id_ = insert(cls.env, "care_access_grant", **(row | vals))
        cls.env["care.sight"]._forget()
        return id_
