from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests.common import BaseCase, get_db_name


class TestAccessParallel(BaseCase):
    """Workers that seal at the same time, late or half-way leave one whole chain.

    The rows are committed and stay: nobody can take them out of the log.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.cursors = []
        self.addCleanup(self.close_all)
        self.seal_all()

    def close_all(self):
        for cr in self.cursors:
            cr.close()

    def worker(self):
        """Return the environment of another worker."""
        cr = self.registry.cursor()
        self.cursors.append(cr)
        return api.Environment(cr, SUPERUSER_ID, {})

    def note(self, number):
        worker = self.worker()
        for id_ in range(1, number + 1):
            worker["care.access.log"]._note("read", "res.partner", [id_])
            worker["care.access.log"]._write_now()
        worker.cr.commit()

    def seal_all(self):
        worker = self.worker()
        done = worker["care.access.seal"]._seal_round()
        worker.cr.commit()
        return done

    def assertWhole(self):
        faults = self.worker()["care.access.audit"]._faults()
        self.assertEqual([row for row in faults if row[0] != "late"], [])

    def test_one_seals_the_other_goes_by(self):
        self.note(8)
        first, second = self.worker(), self.worker()
        self.assertEqual(first["care.access.seal"]._seal_batch(0), 2)
        self.assertEqual(second["care.access.seal"]._seal_batch(0), -1)
        self.assertEqual(second["care.access.seal"]._seal_batch(1), 2)
        first.cr.commit()
        second.cr.commit()
        self.assertEqual(self.seal_all(), 4)
        self.assertWhole()

    def test_killed_half_way_is_done_again(self):
        self.note(8)
        killed = self.worker()
        self.assertEqual(killed["care.access.seal"]._seal_round(), 8)
        killed.cr.close()
        self.assertEqual(self.seal_all(), 8)
        self.assertEqual(self.seal_all(), 0)
        self.assertWhole()

    def test_a_worker_that_looked_before_the_other_ended_loses(self):
        self.note(8)
        late = self.worker()
        late.cr.execute("SELECT 1")  # its view of the database begins here
        self.assertEqual(self.seal_all(), 8)
        self.assertEqual(late["care.access.seal"]._seal_round(), 0)
        late.cr.commit()
        self.assertWhole()

    def test_a_row_that_is_committed_late_is_sealed_after_later_ones(self):
        slow = self.worker()
        slow["care.access.log"]._note("read", "res.partner", [1])
        slow["care.access.log"]._write_now()
        self.note(4)
        self.assertEqual(self.seal_all(), 4)
        slow.cr.commit()
        self.assertEqual(self.seal_all(), 1)
        self.assertWhole()
