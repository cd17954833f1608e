from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """The doors of HTTP: what a call has read is in the log before it is answered."""

    _inherit = "ir.http"

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if request.env is not None:
            request.env["care.access.log"]._end_of_call()
        return result
