from odoo.tests import TransactionCase, tagged

from .common_ours import OURS, our_models

# {model: why people meet it inside another form only}
INSIDE = {
    "care.approval.step": "a row of its approval rule",
    "care.approval.line": "a row of its approval",
    "care.approval.decision": "a row of its approval",
    "care.callback.attempt": "a row of its callback",
    "care.callback.draw.line": "a row of its draw",
    "care.callback.stratum": "a row of its programme",
    "care.obligation.escalation": "a row of its rule",
    "care.disclosure.item": "a row of its disclosure",
    "care.leak.affected": "a row of its incident",
    "care.leak.measure": "a row of its incident",
    "care.appraisal.band": "a row of its scheme",
    "care.appraisal.criterion": "a row of its scheme",
    "care.appraisal.line": "a row of its appraisal",
    "care.data.review.line": "a row of its review",
    "care.departure.line": "a row of its hand-over",
    "care.departure.signature": "a row of its hand-over",
    "care.emergency.action": "a row of its emergency",
    "care.emergency.check.line": "a row of its check",
    "care.emergency.post": "a row of its plan",
    "care.emergency.progress": "a row of its emergency",
    "care.emergency.step": "a row of its plan",
    "care.improvement.link": "a row of its improvement",
    "care.improvement.why": "a row of its improvement",
    "care.inspection.item": "a row of its inspection",
    "care.inspection.template.item": "a row of its checklist",
    "care.occasion.channel": "a row of its occasion",
    "care.project.decision": "a row of its meeting",
    "care.project.term.paper": "a row of its terms",
    "care.tender.template.item": "a row of its checklist",
    "care.registration.lock": "a key without a record, which nobody reads",
    "care.sanction.decision": "a row of its sanction",
    "complaint.crisis.member": "a row of its crisis group",
    "care.satisfaction.band": "a row of its scale",
    "care.satisfaction.factor": "a row of its programme",
    "care.satisfaction.point": "a row of its answer",
    "care.satisfaction.share": "a row of its programme",
    "care.satisfaction.source": "a row of its programme",
    "care.service.plan.cost": "a row of its plan",
    "care.service.plan.line": "a row of its plan",
    "care.service.plan.template.cost": "a row of its template",
    "care.service.plan.template.line": "a row of its template",
    "care.service.plan.template.step": "a row of its template",
    "care.service.review.line": "a row of its review",
    "care.tier.condition": "a row of its way to earn a grade",
    "care.evaluation.decision": "a row of the customer's line",
    "care.scorecard.line": "a measure of its scorecard",
    "care.scorecard.step": "a row of its measure",
    "care.scorecard.band": "a row of its scorecard",
    "care.access.seal": "the place of a row of the access log, shown with it",
    "care.customer.key": "nobody reads it: the check for duplicates answers",
}
# {(model, kind of view): why it has none}
NO_VIEW = {
    ("care.clause.compliance", "form"): "a figure of a month, not a record",
}


@tagged("post_install", "-at_install")
class TestAllModels(TransactionCase):
    """What holds for every model of ours, the day it is written."""

    def setUp(self):
        super().setUp()
        self.models = our_models(self.env)
        self.stored = [
            model for model in self.models if not model._transient and model._auto
        ]
        self.shown = [
            model
            for model in self.models
            if not model._transient and model._name not in INSIDE
        ]

    def test_all_four_addons_are_looked_at(self):
        self.assertEqual({model._original_module for model in self.models}, set(OURS))

    def test_every_right_names_a_group_and_none_is_public(self):
        outside = self.env.ref("base.group_public") + self.env.ref("base.group_portal")
        for model in self.models:
            with self.subTest(model=model._name):
                rows = self.env["ir.model.access"].search(
                    [("model_id.model", "=", model._name)]
                )
                self.assertTrue(rows and all(row.group_id for row in rows))
                self.assertFalse(rows.group_id & outside)

    def test_nobody_has_write_access_to_engine_records(self):
        engine = self.env.registry["care.engine.mixin"]
        for model in self.models:
            if not issubclass(type(model), engine):
                continue
            with self.subTest(model=model._name):
                rows = self.env["ir.model.access"].search(
                    [("model_id.model", "=", model._name)]
                )
                self.assertFalse(rows.filtered("perm_write"))
                self.assertFalse(rows.filtered("perm_create"))
                self.assertFalse(rows.filtered("perm_unlink"))

    def test_every_model_has_a_description(self):
        for model in self.models:
            with self.subTest(model=model._name):
                self.assertTrue(model._description)
                self.assertNotIn(model._description, (model._name, model._table))

    def test_companies_are_kept_apart_by_a_global_rule(self):
        for model in self.stored:
            if "company_id" not in model._fields:
                continue
            with self.subTest(model=model._name):
                rules = self.env["ir.rule"].search(
                    [("model_id.model", "=", model._name), ("groups", "=", False)]
                )
                domains = rules.mapped("domain_force")
                self.assertTrue(any("company_id" in domain for domain in domains))

    def test_every_stored_model_has_a_rule_for_everybody(self):
        """Rows inside another form too: they are read without it as well."""
        for model in self.stored:
            with self.subTest(model=model._name):
                rules = [("model_id.model", "=", model._name), ("groups", "=", False)]
                self.assertTrue(self.env["ir.rule"].search_count(rules))

    def test_every_model_has_list_form_search_and_phone_views(self):
        for model in self.shown:
            for kind in ("list", "form", "search", "kanban"):
                if (model._name, kind) in NO_VIEW:
                    continue
                with self.subTest(model=model._name, kind=kind):
                    self.assertTrue(
                        self.env["ir.ui.view"].search_count(
                            [("model", "=", model._name), ("type", "=", kind)]
                        )
                    )

    def test_kanban_views_have_the_card_of_this_version(self):
        views = self.env["ir.ui.view"].search(
            [
                ("model", "in", [model._name for model in self.models]),
                ("type", "=", "kanban"),
                ("mode", "=", "primary"),
            ]
        )
        for view in views:
            with self.subTest(view=view.name):
                self.assertIn('t-name="card"', view.get_combined_arch())

    def test_every_model_is_opened_from_a_menu(self):
        menus = self.env["ir.ui.menu"].search([("action", "!=", False)])
        opened = {
            menu.action.res_model
            for menu in menus
            if menu.action._name == "ir.actions.act_window"
        }
        missing = {model._name for model in self.shown} - opened
        self.assertFalse(missing)

    def test_jobs_belong_to_models_and_have_a_name(self):
        crons = self.env["ir.cron"].with_context(active_test=False).search([])
        ours = {model._name for model in self.models}
        for cron in crons.filtered(lambda cron: cron.model_id.model in ours):
            with self.subTest(cron=cron.cron_name):
                name = cron.code.strip().removeprefix("model.").partition("(")[0]
                self.assertTrue(name.startswith("_cron_"), cron.code)
                self.assertTrue(hasattr(self.env[cron.model_id.model], name))
