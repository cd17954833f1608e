from odoo.tests import tagged

from .duplicate_common import CODE, DuplicateCase


@tagged("post_install", "-at_install")
class TestCustomerDuplicateImport(DuplicateCase):
    """P03.01: a file brings in nobody who is there already."""

    def load(self, *rows, user=None):
        fields = ["name", "is_company", "phone", "credit_code"]
        partners = self.partners.with_user(user or self.clerk)
        data = [[str(cell) for cell in row] for row in rows]
        return partners.with_context(import_file=True).load(fields, data)

    def test_a_row_of_a_customer_that_is_there_is_an_error_of_that_row(self):
        result = self.load(
            ["New firm", "True", "021 6000 0001", ""],
            ["海康威视", "True", "0571 8807 5998", ""],
            ["Third firm", "True", "021 6000 0003", ""],
        )
        self.assertFalse(result["ids"])
        errors = [m for m in result["messages"] if m["type"] == "error"]
        self.assertEqual([m["rows"]["from"] for m in errors], [1])
        self.assertIn("“海康威视” is not imported", errors[0]["message"])
        self.assertIn(self.hik.name, errors[0]["message"])
        self.assertIn("Leave the row out", errors[0]["message"])

    def test_of_an_archived_one_the_department_is_told(self):
        self.hik.active = False
        result = self.load(["X", "True", "", CODE])
        self.assertIn("Registered by Sales East.", result["messages"][0]["message"])
        self.assertNotIn(self.hik.name, result["messages"][0]["message"])

    def test_a_row_that_may_be_there_is_a_warning(self):
        result = self.load(
            ["New firm", "True", "", ""], ["海康威视有限公司", "True", "", ""]
        )
        self.assertEqual(len(result["ids"]), 2)
        (message,) = result["messages"]
        self.assertEqual((message["type"], message["rows"]["from"]), ("warning", 1))

    def test_the_same_firm_twice_in_a_file(self):
        row = ["Alpha Trading Ltd", "True", "021 6000 0001", ""]
        result = self.load(row, ["Beta Trading Ltd", "True", "", ""], row)
        self.assertFalse(result["ids"])
        errors = [m for m in result["messages"] if m["type"] == "error"]
        self.assertEqual([m["rows"]["from"] for m in errors], [2])

    def test_a_secret_customer_is_not_told_by_an_import(self):
        self.hik.secrecy_own = 2
        result = self.load(["海康威视", "True", "0571 8807 5998", CODE])
        self.assertEqual((len(result["ids"]), result["messages"]), (1, []))

    def test_a_wrong_code_names_the_row_and_the_way_out(self):
        result = self.load(["New firm", "True", "", "91330100MA2ABCDE1Q"])
        self.assertIn("New firm", result["messages"][0]["message"])
        self.assertIn("business licence", result["messages"][0]["message"])

    def test_a_hundred_rows_cost_a_few_queries_more(self):
        rows = [[f"Firm{n} Ltd", "True", f"021 6000 {n:04}", ""] for n in range(101)]
        self.load(*rows[:1])
        before = self.env.cr.sql_log_count
        self.load(*rows[1:])
        self.assertLess(self.env.cr.sql_log_count - before, 60)
