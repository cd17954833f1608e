from odoo.http import request

from odoo.addons.portal.controllers import mail


class MailController(mail.MailController):
    """The link of a mail to a record that is hidden leads where one to a record leads
    that is not there."""

    @classmethod
    def _redirect_to_record(cls, model, res_id, access_token=None, **kwargs):
        mask = request.env["care.mask"]
        if res_id and mask._on_names() and mask._names_hidden(model, res_id):
            return cls._redirect_to_generic_fallback(
                model, res_id, access_token=access_token, **kwargs
            )
        return super()._redirect_to_record(
            model, res_id, access_token=access_token, **kwargs
        )
