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
    def _is_logged(cls):
        # the call that uninstalls us ends without the model
        return request.env is not None and "care.access.log" in request.env

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if cls._is_logged():
            request.env["care.access.log"]._end_of_call()
        return result

    @classmethod
    def _handle_error(cls, exception):
        if isinstance(exception, (AccessError, MissingError)) and cls._is_logged():
            request.env["care.access.log"]._deny_call()
        return super()._handle_error(exception)
