from odoo import http
from odoo.http import request

from ..tools.rate_limit import RateLimit

_MAX_CHARS = 500
# who guesses links is slowed down
WRONG = RateLimit(hits=20, seconds=600)


class CareDataReviewPage(http.Controller):
    """The page on which a customer checks its data: a link, no login, nothing else."""

    @http.route(
        "/care/review/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def review(self, token, **_kwargs):
        review = self._find(token)
        if not review:
            return self._unknown()
        values = {**review._page_values(), "error": None, "said": {}, "token": token}
        return self._page("customer_care.care_data_review_page", values)

    @http.route(
        "/care/review/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        csrf=True,
        sitemap=False,
    )
    def review_answer(self, token, homepage="", said_by="", **answers):
        review = self._find(token)
        if not review:
            return self._unknown()
        shown = review._page_values()
        said = {
            line["name"]: answers[line["name"]].strip()[:_MAX_CHARS]
            for line in shown["lines"]
            if line["name"] in answers
        }
        if error := self._refusal(review, said_by, homepage):
            values = {**shown, "error": error, "said": said, "token": token}
            return self._page("customer_care.care_data_review_page", values)
        review._record_answer(said, "link", said_by.strip()[:100])
        return self._page("customer_care.care_data_review_thanks", shown)

    def _refusal(self, review, said_by, homepage):
        """Return why an answer is not taken, in words for the customer."""
        if not review._may_try():
            return request.env._("Please wait an hour, or call us.")
        if homepage:  # a field people do not see; robots fill it in
            return request.env._("Please leave the hidden field empty.")
        if not said_by.strip():
            return request.env._("Please enter your name.")
        return None

    def _find(self, token):
        address = request.httprequest.remote_addr
        reviews = request.env["care.data.review"]
        if WRONG.is_over(address):
            return reviews
        review = reviews._find_by_token(token)
        if not review:
            WRONG.hit(address)
        return review

    def _unknown(self):
        response = self._page("customer_care.care_data_review_unknown", {})
        response.status_code = 404
        return response

    def _page(self, template, values):
        """The link is the key: keep it out of caches, search engines and referrers."""
        response = request.render(template, values)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
