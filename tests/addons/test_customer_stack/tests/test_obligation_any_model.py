"""Rules on every model there is, ours or not."""

from odoo.tests import freeze_time, tagged

from .obligation_common import ObligationCase

MONDAY = "2026-03-02 02:00:00"
ENGINE = ("care.obligation", "ir.", "bus.")
FEW = 5  # records of each model


@tagged("post_install", "-at_install")
class TestObligationAnyModel(ObligationCase):
    """The engine needs nothing of a model but its table."""

    def tables(self):
        """Return every model with a table of its own that a rule may name."""
        return [
            model
            for name, model in sorted(self.env.items())
            if not (model._abstract or model._transient or name.startswith(ENGINE))
            and model._auto
        ]

    def field_of(self, model, fits):
        """Return the last stored field of a model that fits, False for none."""
        names = [
            name
            for name, field in model._fields.items()
            if field.store and field.column_type and fits(field)
        ]
        return names[-1] if names else False

    def prepare(self, model):
        rung = {"amount": 1, "notify": "user", "user_id": self.worker.id}
        return {
            "code": f"any_{model._name}",
            "name": model._name,
            "model_name": model._name,
            "due_field": self.field_of(model, lambda f: f.type in ("date", "datetime")),
            "responsible_path": self.field_of(
                model, lambda f: f.comodel_name == "res.users"
            ),
            "amount": 1,
            "unit": "day",
            "done_domain": "[('id', '=', 0)]",
            "cancel_domain": "[('id', '=', -1)]",
            "escalation_ids": [(0, 0, rung)],
            "company_id": False,
        }

    def test_each_model_is_scanned_looked_at_and_swept(self):
        import odoo.addons.customer_care.models.care_obligation_scan as scan

        self.patch(scan, "BATCH", FEW)
        rules = self.rules.create([self.prepare(model) for model in self.tables()])
        self.assertGreater(len(rules), 100)
        with freeze_time(MONDAY):
            for spec in rules._get_specs():
                with self.subTest(model=spec.model), self.cr.savepoint():
                    for step in self.ledger._scan_steps(spec, True):
                        self.ledger._look_at_batch(spec, step, 0)
        self.env.invalidate_all()
        started = rules.obligation_ids
        self.assertGreater(len(set(started.mapped("res_model"))), 50)
        with freeze_time("2126-03-12 02:00:00"):
            for rule in rules.filtered("obligation_ids"):
                rows = self.ledger._load_pending(rule, 0)
                with self.subTest(model=rule.model_name), self.cr.savepoint():
                    self.ledger._glance(rule._get_specs()[0], rows)
                    self.ledger._follow_rows(rule, rows)
            self.sweep()
        left = started.filtered(lambda one: one.state != "missed")
        self.assertFalse(
            left.mapped(lambda one: (one.res_model, one.state, one.due_at))
        )
        put_aside = started.event_ids.filtered(lambda event: event.kind == "error")
        self.assertFalse(put_aside.mapped("note"))
