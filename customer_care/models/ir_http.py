from odoo import models
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from ..tools.access_buffer import remember_request


class IrHttp(models.AbstractModel):
    """The doors of HTTP: what a call has read is in the log before it is answered."""

    _inherit = "ir.http"

    @classmethod
    def _pre_dispatch(cls, rule, args):
        remember_request()
        return super()._pre_dispatch(rule, args)

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if request.env is not None:
            request.env["care.access.log"]._end_of_call()
        return result

    @classmethod
    def _handle_error(cls, exception):
        if isinstance(exception, (AccessError, MissingError)) and request.env:
            request.env["care.access.log"]._deny_call()
        return super()._handle_error(exception)
