import io
import re
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.pdf import PdfFileReader

from odoo.addons.customer_care.tools import chromium

TEMPLATE = """
<t t-name="customer_care.test_print">
  <t t-call="web.html_container">
    <t t-foreach="docs" t-as="doc">
      <t t-call="web.external_layout">
        <div class="page">
          <h1>调查报告 <span t-out="doc.name"/></h1>
          <img t-attf-src="/web/image/res.partner/{{doc.id}}/image_128"/>
          <p t-foreach="range(rows or 1)" t-as="row">
            第<t t-out="row"/>行：电水壶漏水，已退货。
          </p>
        </div>
      </t>
    </t>
  </t>
</t>
"""


@tagged("post_install", "-at_install")
class TestReportPdf(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        company.write(
            {
                "name": "北方零售有限公司",
                "report_header": "诚信服务",
                "report_footer": "北京市朝阳区一号",
                "external_report_layout_id": cls.env.ref(
                    "web.external_layout_standard"
                ).id,
            }
        )
        company.external_report_layout_id = cls.env.ref("web.external_layout_standard")
        cls.paper = cls.env["report.paperformat"].create(
            {
                "name": "Test",
                "format": "A4",
                "orientation": "Portrait",
                "margin_top": 52,
                "margin_bottom": 32,
                "margin_left": 0,
                "margin_right": 0,
                "css_margins": True,
            }
        )
        cls.env["ir.ui.view"].create(
            {
                "name": "test_print",
                "type": "qweb",
                "key": "customer_care.test_print",
                "arch": TEMPLATE,
            }
        )
        cls.report = cls.env["ir.actions.report"].create(
            {
                "name": "Test print",
                "model": "res.partner",
                "report_name": "customer_care.test_print",
                "report_type": "qweb-pdf",
                "paperformat_id": cls.paper.id,
            }
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": "莲花超市"}, {"name": "Second Shop"}]
        )

    def setUp(self):
        super().setUp()
        if not chromium.find():
            self.skipTest("no Chromium on this machine")
        # wkhtmltopdf may be here; what is tested is what happens without it
        without = patch(
            "odoo.addons.base.models.ir_actions_report._wkhtml",
            lambda: type("Info", (), {"state": "install", "is_patched_qt": False}),
        )
        self.startPatcher(without)

    def _pdf(self, partners, rows=1):
        report = self.report.with_context(force_report_rendering=True)
        with self.allow_requests(all_requests=True):
            content, kind = report._render_qweb_pdf(
                self.report, partners.ids, data={"rows": rows}
            )
        self.assertEqual(kind, "pdf")
        return PdfFileReader(io.BytesIO(content))

    def _text(self, page):
        return re.sub(r"\s+", "", page.extract_text())

    def test_header_body_and_page_numbers_are_on_every_page(self):
        reader = self._pdf(self.partners[0], rows=90)
        self.assertGreater(reader.getNumPages(), 1)
        total = reader.getNumPages()
        for number in range(total):
            text = self._text(reader.getPage(number))
            self.assertIn("诚信服务", text)
            self.assertIn("北京市朝阳区一号", text)
            self.assertIn(f"{number + 1}/{total}", text)
        first = self._text(reader.getPage(0))
        self.assertIn("调查报告莲花超市", first)
        self.assertIn("第0行：电水壶漏水，已退货。", first)
        last = self._text(reader.getPage(total - 1))
        self.assertIn("第89行", last)

    def test_the_header_does_not_lie_on_the_body(self):
        page = self._pdf(self.partners[0]).getPage(0)
        heights = {}

        def note(text, _cm, tm, _font, _size):
            for word in ("诚信服务", "调查报告", "北京市朝阳区一号"):
                if word[0] in text:
                    heights.setdefault(word, tm[5])

        page.extract_text(visitor_text=note)
        self.assertEqual(len(heights), 3, heights)

    def test_the_paper_format_is_kept(self):
        box = self._pdf(self.partners[0]).getPage(0).mediabox
        size = [round(float(side) / 72 * 25.4) for side in (box.width, box.height)]
        self.assertEqual(size, [210, 297])
        self.paper.write({"orientation": "Landscape", "format": "A5"})
        self.paper.invalidate_recordset()  # its size is computed without @depends
        box = self._pdf(self.partners[0]).getPage(0).mediabox
        size = [round(float(side) / 72 * 25.4) for side in (box.width, box.height)]
        self.assertEqual(size, [210, 148])

    def test_each_record_begins_at_page_one_and_can_be_parted(self):
        report = self.report.with_context(force_report_rendering=True)
        with self.allow_requests(all_requests=True):
            streams = report._render_qweb_pdf_prepare_streams(
                self.report, {"rows": 60}, self.partners.ids
            )
        self.assertEqual(set(streams), set(self.partners.ids))
        for partner in self.partners:
            reader = PdfFileReader(streams[partner.id]["stream"])
            total = reader.getNumPages()
            self.assertGreater(total, 1)
            text = self._text(reader.getPage(0))
            self.assertIn(partner.name.replace(" ", ""), text)
            self.assertIn(f"1/{total}", text)

    def test_a_user_prints_over_http(self):
        new_test_user(
            self.env,
            "care_printer",
            "base.group_user,customer_care.customer_care_group_user",
            company_ids=[Command.set(self.env.company.ids)],
        )
        self.authenticate("care_printer", "care_printer")
        state = self.make_jsonrpc_request("/report/check_wkhtmltopdf", {})
        self.assertEqual(state, "ok")

    def test_scripts_and_foreign_addresses_do_nothing(self):
        html = (
            "<html><body>正文<script>document.body.append('SCRIPT')</script>"
            "<iframe src='file:///etc/passwd' width='700' height='500'></iframe>"
            "<img src='http://192.0.2.1/spy.png'/></body></html>"
        )
        pdf = self.report._run_wkhtmltopdf([html], report_ref=self.report)
        text = self._text(PdfFileReader(io.BytesIO(pdf)).getPage(0))
        self.assertIn("正文", text)
        self.assertNotIn("SCRIPT", text)
        self.assertNotIn("root:", text)

    def test_a_page_without_pictures_or_without_text_is_printed(self):
        for html, text in [("<p>正文</p>", "正文"), ("<hr/>", "")]:
            pdf = self.report._run_wkhtmltopdf([html], report_ref=self.report)
            page = PdfFileReader(io.BytesIO(pdf)).getPage(0)
            self.assertEqual(self._text(page), text)

    def test_no_printer_is_said_in_one_sentence(self):
        report = self.report.with_context(force_report_rendering=True)
        with patch.object(chromium, "find", lambda: None):
            self.assertEqual(report.get_wkhtmltopdf_state(), "install")
            with self.assertRaisesRegex(UserError, "install the package chromium"):
                report._render_qweb_pdf(self.report, self.partners[0].ids)

    def test_a_browser_that_dies_is_said(self):
        with (
            patch.object(chromium, "find", lambda: "/bin/false"),
            self.assertRaisesRegex(UserError, "Chromium could not print"),
        ):
            self.report._run_wkhtmltopdf(["<p>x</p>"], report_ref=self.report)
