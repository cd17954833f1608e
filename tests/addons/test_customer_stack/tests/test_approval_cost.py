"""What the guard adds to writing a record; bench_approvals.py measures the time."""

from odoo.tests import tagged

from .common_approval import ApprovalCase


@tagged("post_install", "-at_install")
class TestApprovalCost(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._report_rule()
        cls._compensation_rule(cumulate="partner")

    def _queries(self, write, records):
        """Return the queries of writing records of which nothing is loaded."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        write(records)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def _plain_and_guarded(self, write, count=20):
        hosts = self.env["test.approval.host"].browse()
        for number in range(count):
            hosts |= self._host(name=f"Case {number}")
        plain = self.env["test.approval.plain"].with_user(self.sun)
        plain = plain.create([{"name": host.name} for host in hosts])
        for records in (plain, hosts):  # what is cached once
            write(records[:1])
        return self._queries(write, plain), self._queries(write, hosts), hosts

    def test_a_field_nobody_guards_costs_no_query(self):
        def each(records):
            for number, record in enumerate(records):
                record.write({"story": f"told {number}"})

        plain, guarded, hosts = self._plain_and_guarded(each)
        self.assertEqual(guarded, plain)
        hosts.action_ask("report")
        self.assertEqual(self._queries(each, hosts), plain, "nor with approvals")

    def test_a_guarded_field_costs_one_query_for_all_that_were_loaded(self):
        def each(records):
            for number, record in enumerate(records):
                record.write({"report": f"cause {number}"})
                record.flush_recordset()

        plain, guarded, _hosts = self._plain_and_guarded(each)
        self.assertEqual(guarded, plain + 1)

    def test_a_batch_costs_one_query(self):
        def together(records):
            records.write({"report": "cause"})

        plain, guarded, _hosts = self._plain_and_guarded(together)
        self.assertEqual(guarded, plain + 1)

    def test_values_set_as_they_were_cost_the_same_for_2_and_for_20(self):
        def each(records):
            for record in records:
                record.write({"report": "cause"})

        _plain, _guarded, hosts = self._plain_and_guarded(each)
        hosts.action_ask("report")
        few = self._queries(each, hosts[:2])
        self.assertLessEqual(few, 10)
        self.assertEqual(self._queries(each, hosts), few)
        self.assertEqual(hosts.approval_ids.mapped("state"), ["pending"] * 20)

    def test_an_approval_asked_for_in_between_is_not_overlooked(self):
        first, second = self._host(report="a"), self._host(report="a")
        both = (first | second).with_prefetch((first | second).ids)
        both[0].report = "b"  # both are known to have no approval now
        self.assertFalse(both[1].approval_live)
        approval = self.env["care.approval"].browse(second.action_ask("report"))
        both[1].report = "b"
        self.assertEqual(approval.cancel_kind, "changed")
        approval = self.env["care.approval"].browse(second.action_ask("report"))
        both.write({"report": "c"})
        self.assertEqual(approval.cancel_kind, "changed")

    def test_one_changed_record_of_many_loses_its_approval_alone(self):
        hosts = self._host(report="a") | self._host(report="b")
        hosts.action_ask("report")
        hosts.write({"report": "b"})
        self.assertEqual(
            [host.approval_ids.cancel_kind for host in hosts], ["changed", False]
        )
