from odoo.service.model import call_kw
from odoo.tests import tagged

from .common_unknowable import UnknowableCase

# (method, arguments after the ids): what any client may call on a partner
CALLS = [
    ("read", [["name"]]),
    ("read", [[]]),
    ("read", [["display_name", "secrecy_level"]]),
    ("web_read", [{"name": {}, "parent_id": {"fields": {"display_name": {}}}}]),
    ("web_read", [{}]),
    ("write", [{"comment": "x"}]),
    ("write", [{}]),
    ("web_save", [{"comment": "x"}, {"name": {}}]),
    ("unlink", []),
    ("copy", []),
    ("exists", []),
    ("has_access", ["read"]),
    ("has_access", ["write"]),
    ("check_access", ["read"]),
    ("get_metadata", []),
    ("get_external_id", []),
    ("export_data", [["name", ".id"]]),
    ("action_archive", []),
    ("action_unarchive", []),
    ("onchange", [{"name": "x"}, ["name"], {"name": {}, "display_name": {}}]),
    ("onchange", [{}, [], {"name": {}}]),
    ("message_post", []),
    ("message_post", ["x"]),
    ("message_subscribe", [[3]]),
    ("message_unsubscribe", [[3]]),
    ("message_get_followers", []),
    ("activity_schedule", []),
    ("get_formview_action", []),
    ("get_formview_id", []),
    ("web_resequence", [{"name": {}}, "color"]),
    ("update_field_translations", ["name", {"en_US": "x"}]),
    ("get_field_translations", ["name"]),
    ("get_base_url", []),
    ("address_get", []),
    ("open_commercial_entity", []),
    ("create_company", []),
    ("get_property_definition", ["properties"]),
    ("action_view_care_obligations", []),
]


@tagged("post_install", "-at_install")
class TestUnknowableOrm(UnknowableCase):
    """A hidden customer is as good as missing, whatever is called on it."""

    def test_calls(self):
        partners = self.env["res.partner"].with_user(self.plain)
        for name, args in CALLS:
            with self.subTest(call=name, args=args):
                self.assert_unknowable(
                    lambda id_, name=name, args=args: call_kw(
                        partners, name, [[id_], *args], {}
                    ),
                    self.secret,
                    ["LV Secret"],
                )

    def test_calls_in_company(self):
        """A visible record beside the hidden one changes nothing."""
        partners = self.env["res.partner"].with_user(self.plain)
        for name, args in CALLS:
            with self.subTest(call=name, args=args):
                self.assert_unknowable(
                    lambda id_, name=name, args=args: call_kw(
                        partners, name, [[self.open.id, id_], *args], {}
                    ),
                    self.secret,
                    ["LV Secret"],
                )
