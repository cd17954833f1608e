from odoo import http
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import consteq

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class ComplaintPortal(CustomerPortal):
    """The complaints of a portal user's company, in "My account"."""

    _complaints_per_page = 20

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "complaint_count" in counters:
            cases = request.env["complaint.case"].sudo()
            values["complaint_count"] = cases.search_count(self._complaint_domain())
        return values

    def _complaint_domain(self):
        """Portal users have no rights on the model; this is what they may see."""
        partner = request.env.user.partner_id
        return request.env["complaint.case"]._get_portal_domain(partner)

    @http.route(
        ["/my/complaints", "/my/complaints/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_complaints(self, page=1, **_kwargs):
        cases = request.env["complaint.case"].sudo()
        domain = self._complaint_domain()
        pager = portal_pager(
            url="/my/complaints",
            total=cases.search_count(domain),
            page=page,
            step=self._complaints_per_page,
        )
        found = cases.search(
            domain, limit=self._complaints_per_page, offset=pager["offset"]
        )
        values = self._prepare_portal_layout_values()
        values.update(
            cases=found,
            pager=pager,
            page_name="complaint",
            default_url="/my/complaints",
        )
        return request.render("complaint_handling.portal_my_complaints", values)

    @http.route(
        "/my/complaints/<int:case_id>", type="http", auth="public", website=True
    )
    def portal_my_complaint(self, case_id, access_token=None, **_kwargs):
        cases = request.env["complaint.case"].sudo()
        if request.env.user._is_public():
            case = cases.browse(case_id).exists()
            token = case.access_token or ""
            if (
                access_token
                and token
                and consteq(token.encode(), access_token.encode())
            ):
                return request.redirect(f"/complaint/track/{case.access_token}")
            return request.redirect(f"/web/login?redirect=/my/complaints/{case_id}")
        case = cases.search(
            Domain("id", "=", case_id) & self._complaint_domain(), limit=1
        )
        if not case:
            return request.redirect("/my/complaints")
        values = self._prepare_portal_layout_values()
        values.update(
            case._get_tracking_values(), page_name="complaint", sent=None, error=None
        )
        return request.render("complaint_handling.portal_my_complaint", values)
