import io

from odoo import api, models
from odoo.exceptions import UserError
from odoo.http import request, root
from odoo.service import security
from odoo.tools import config
from odoo.tools.pdf import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    PdfFileReader,
    PdfFileWriter,
)

from odoo.addons.base.models import ir_actions_report as base_report

from ..logic.pdf_text import searchable
from ..logic.print_pages import Sheet, overlay
from ..tools import chromium

# wkhtmltopdf fits a page of this width to the paper, and Odoo's layouts expect it.
SHRINK = 0.8


class IrActionsReport(models.Model):
    """A report; where wkhtmltopdf is missing, Chromium prints it."""

    _inherit = "ir.actions.report"

    def retrieve_attachment(self, record):
        """Return the copy kept of an earlier print. One that is sealed is left alone:
        Odoo would hand out what is stored, so it is printed anew."""
        found = super().retrieve_attachment(record)
        return None if found and found.sudo().care_sealed else found

    @api.model
    def get_wkhtmltopdf_state(self):
        """Return "ok" also where Chromium stands in for wkhtmltopdf."""
        if self._is_printed_by_chromium():
            return "workers" if config["workers"] == 1 else "ok"
        return super().get_wkhtmltopdf_state()

    @api.model
    def _is_printed_by_chromium(self):
        """Tell whether Chromium prints: wkhtmltopdf is missing, broken, or lacks the
        patch without which it leaves out headers and footers."""
        own = base_report._wkhtml()
        complete = own.state in ("ok", "workers") and own.is_patched_qt
        return not complete and bool(chromium.find())

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        printed = super()._render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        self._note_print(report_ref, res_ids)
        return printed

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        printed = super()._render_qweb_html(report_ref, docids, data=data)
        self._note_print(report_ref, docids)
        return printed

    @api.model
    def _render_qweb_text(self, report_ref, docids, data=None):
        printed = super()._render_qweb_text(report_ref, docids, data=data)
        self._note_print(report_ref, docids)
        return printed

    @api.model
    def _note_print(self, report_ref, res_ids):
        """Note in the read log which records a client has printed."""
        if not res_ids or not self._is_client_read():
            return
        report = self._get_report(report_ref)
        ids = [res_ids] if isinstance(res_ids, int) else res_ids
        records = self.env[report.model].browse(ids)
        records._note_access("print", (), {"report": report.report_name})

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        if self.get_wkhtmltopdf_state() == "install":
            raise UserError(
                self.env._(
                    "PDF needs Chromium or wkhtmltopdf on the server. Ask the "
                    "administrator to install the package chromium."
                )
            )
        return super()._render_qweb_pdf_prepare_streams(
            report_ref, data, res_ids=res_ids
        )

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        if not self._is_printed_by_chromium():
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        report = self._get_report(report_ref) if report_ref else self
        sheet = self._get_sheet(
            report.get_paperformat(), landscape, specific_paperformat_args or {}
        )
        try:
            return self._print_by_chromium(list(bodies), header, footer, sheet)
        except (chromium.ChromiumError, OSError) as error:
            raise UserError(
                self.env._(
                    "Chromium could not print the report: %(reason)s. Try again; if it "
                    "stays, tell the administrator.",
                    reason=str(error).rstrip("."),
                )
            ) from error

    def _get_sheet(self, paper, landscape, specific):
        """Return the sheet of a paper format; the report's own values go first."""
        width, height = paper.print_page_width or 210, paper.print_page_height or 297
        if landscape is None:
            landscape = specific.get("data-report-landscape")
        if landscape and width < height:
            width, height = height, width
        return Sheet(
            width,
            height,
            top=float(specific.get("data-report-margin-top", paper.margin_top)),
            right=paper.margin_right,
            bottom=float(
                specific.get("data-report-margin-bottom", paper.margin_bottom)
            ),
            left=paper.margin_left,
            scale=1 if paper.disable_shrinking else SHRINK,
        )

    def _print_by_chromium(self, bodies, header, footer, sheet):
        """Print the bodies, then lay their headers and footers over the pages."""
        session = self._open_print_session()
        web_base_url = self.get_base_url()
        cookies = {"session_id": session.sid} if session else {}
        try:
            with chromium.Chromium(
                self._get_report_url(), [web_base_url], cookies
            ) as browser:
                readers = [
                    PdfFileReader(io.BytesIO(browser.pdf(body, sheet)))
                    for body in bodies
                ]
                counts = [reader.getNumPages() for reader in readers]
                over = overlay(header, footer, counts, sheet)
                leaves = over and PdfFileReader(
                    io.BytesIO(browser.pdf(over, sheet.without_margins()))
                )
        finally:
            if session:
                root.session_store.delete(session)
        writer, number = PdfFileWriter(), 0
        for reader in readers:
            for index in range(reader.getNumPages()):
                page = reader.getPage(index)
                if leaves:
                    page.mergePage(leaves.getPage(number))
                writer.addPage(page)
                number += 1
        self._make_searchable(writer)
        if len(bodies) > 1:
            self._mark_records(writer, counts)
        result = io.BytesIO()
        writer.write(result)
        return result.getvalue()

    def _make_searchable(self, writer):
        """Replace the fonts' notes on what their glyphs mean by searchable ones."""
        done, todo = set(), [writer.getPage(n) for n in range(writer.getNumPages())]
        while todo:
            resources = self._pdf_entry(todo.pop(), "/Resources")
            forms = self._pdf_entry(resources, "/XObject").values()
            todo += [form.get_object() for form in forms]
            for reference in self._pdf_entry(resources, "/Font").values():
                font = reference.get_object()
                if id(font) in done or "/ToUnicode" not in font:
                    continue
                done.add(id(font))
                table = font["/ToUnicode"].get_object().get_data().decode("latin-1")
                if searchable(table) != table:
                    stream = DecodedStreamObject()
                    stream.setData(searchable(table).encode("latin-1"))
                    font[NameObject("/ToUnicode")] = writer._addObject(stream)

    def _pdf_entry(self, dictionary, key):
        return dictionary[key].get_object() if key in dictionary else {}

    def _mark_records(self, writer, counts):
        """Note where each record begins, as Odoo reads it to part them again."""
        names, node, page = DictionaryObject(), None, sum(counts)
        for index in reversed(range(len(counts))):
            page -= counts[index]
            name = NameObject(f"/record{index}")
            names[name] = ArrayObject([NumberObject(page), NameObject("/Fit")])
            entry = DictionaryObject({NameObject("/Dest"): name})
            if node is not None:
                entry[NameObject("/Next")] = node
            node = entry
        outlines = DictionaryObject({NameObject("/First"): node})
        writer._root_object[NameObject("/Dests")] = names
        writer._root_object[NameObject("/Outlines")] = outlines

    def _open_print_session(self):
        """Return a session of the current user for the images of the report, as Odoo
        makes one for wkhtmltopdf; None outside a request."""
        if not (request and request.db):
            return None
        session = root.session_store.new()
        session.update({**request.session, "debug": "", "_trace_disable": True})
        if session.uid:
            session.session_token = security.compute_session_token(session, self.env)
        root.session_store.save(session)
        return session
