from odoo.tests import Form, freeze_time, tagged

from .score_common import ScoreCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestIndicatorPreview(ScoreCase):
    """What a key user sees while he defines an indicator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for state in ("sale", "sale", "cancel"):
            cls.order(cls.ada, "2026-03-02 08:00:00", state=state)

    def preview(self, indicator, user=None):
        self.env.invalidate_all()
        seen = indicator.with_user(user or self.manager)
        return seen.with_context(care_preview=True).preview or ""

    def test_subjects_figures_and_what_is_unknown(self):
        text = self.preview(
            self.indicator(
                "kept", aggregate="rate", numerator_domain="[('state', '=', 'sale')]"
            )
        )
        for part in ("Ada", "66.67 %", "2 / 3", "03/31/2026"):
            self.assertIn(part, text)
        self.assertIn("No record in the period: 2", text)
        self.assertNotIn("Bela", text)

    def test_it_follows_the_form_before_anything_is_saved(self):
        with Form(self.env["care.indicator"].with_user(self.manager)) as form:
            form.code, form.name = "fresh", "Fresh"
            form.show_preview = True
            self.assertIn("Choose what is counted", form.preview)
            form.model_id = self.env["ir.model"]._get("test.sale.host")
            form.subject_path = "nothing"
            self.assertIn("leads nowhere", form.preview)
            form.subject_path = "partner_id"
            form.subject_domain = "[('ref', '=', 'scored')]"
            form.date_field = "date_order"
            self.assertIn("Ada", form.preview)
            form.aggregate = "rate"
            self.assertIn("is a share", form.preview)
            form.numerator_domain = "[('state', '=', 'sale')]"
            self.assertIn("66.67", form.preview)

    def test_it_counts_what_the_user_may_read(self):
        indicator = self.indicator("orders")
        self.assertIn("<td class='text-end'>3</td>", self.preview(indicator))
        self.env["ir.rule"].create(
            {
                "name": "No cancelled orders",
                "model_id": self.env["ir.model"]._get_id("test.sale.host"),
                "domain_force": "[('state', '!=', 'cancel')]",
            }
        )
        self.assertIn("<td class='text-end'>2</td>", self.preview(indicator))
        self.assertEqual(self.figures(indicator)[self.ada.id].value, 3)

    def test_a_model_the_user_may_not_read_says_so(self):
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "test.sale.host")]
        ).unlink()
        self.assertIn("text-danger", self.preview(self.indicator("orders")))

    def test_names_are_escaped_and_hidden_ones_are_not_told(self):
        self.ada.name = "<b>Ada</b>"
        indicator = self.indicator("orders")
        self.assertIn("&lt;b&gt;Ada", self.preview(indicator))
        self.env["ir.rule"].create(
            {
                "name": "Ada is hidden",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {self.ada.id})]",
            }
        )
        self.assertNotIn("Ada", self.preview(indicator))

    def test_the_button_opens_it_in_a_window(self):
        action = self.indicator("orders").action_preview()
        self.assertTrue(action["context"]["care_preview"])
        self.assertEqual(action["target"], "new")
