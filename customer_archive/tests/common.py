from odoo.tests import TransactionCase, new_test_user


class ArchiveCase(TransactionCase):
    """Builders: a keeper and a manager in company A, a keeper in company B, one type
    with a checklist of two items (the contract as original, a licence copy)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Archive A"})
        cls.other_company = cls.env["res.company"].create({"name": "Archive B"})
        cls.keeper = cls._new_user("keeper", "group_user", cls.company)
        cls.manager = cls._new_user("archive_boss", "group_manager", cls.company)
        cls.stranger = cls._new_user("other_keeper", "group_user", cls.other_company)
        cls.customer = cls.env["res.partner"].create({"name": "Wang Trading"})
        cls.file_type = cls.env["archive.type"].create(
            {
                "name": "Contract file",
                "code": "test_contract",
                "company_id": cls.company.id,
                "retention_years": 10,
            }
        )
        cls.item_contract, cls.item_licence = cls.env["archive.type.item"].create(
            [
                {
                    "type_id": cls.file_type.id,
                    "name": "Contract",
                    "is_original_required": True,
                },
                {"type_id": cls.file_type.id, "name": "Licence"},
            ]
        )

    @classmethod
    def _new_user(cls, login, group, company):
        return new_test_user(
            cls.env,
            login,
            groups=f"customer_archive.customer_archive_{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def _new_file(cls, user=None, **vals):
        return (
            cls.env["archive.file"]
            .with_user(user or cls.keeper)
            .create(
                {
                    "title": "Wang contracts",
                    "type_id": cls.file_type.id,
                    "partner_id": cls.customer.id,
                    **vals,
                }
            )
        )

    @classmethod
    def _add_document(cls, file, item, form="copy"):
        return cls.env["archive.document"].create(
            {"file_id": file.id, "item_id": item.id, "form": form}
        )
