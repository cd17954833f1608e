from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .duplicate_common import USER

_SCREEN = """
const wait = async (find) => {
    for (let n = 0; n < 100; n++) {
        const found = find();
        if (found) return found;
        await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(document.querySelector(".o_action_manager").innerText);
};
const button = (name) => () =>
    [...document.querySelectorAll(".o_control_panel button, .o_import_action button")]
        .find((one) => one.innerText.trim() === name);
(async () => {
    await wait(() => odoo.__WOWL_DEBUG__);
    const {action} = odoo.__WOWL_DEBUG__.root.env.services;
    await action.doAction({
        type: "ir.actions.client", tag: "import",
        params: {active_model: "res.partner"},
    });
    await wait(() => document.querySelector("a[href$='import_template/customer']"));
    const input = await wait(() => document.querySelector("input[type=file]"));
    const files = new DataTransfer();
    files.items.add(new File([%s], "customers.csv", {type: "text/csv"}));
    input.files = files.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
    await wait(() => document.body.innerText.match(/Credit code|Company Type/));
    await new Promise((done) => setTimeout(done, 500));
    (await wait(button("Test"))).click();
    await wait(() => document.body.innerText.includes(%s));
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestImportScreen(HttpCase):
    """The import screen counts rows as Excel does, and warnings keep nobody out."""

    def see(self, rows, text):
        new_test_user(self.env, "im_eye", f"{USER},base.group_partner_manager")
        with mute_logger("odoo.http"):  # Odoo's upload sends more than is read
            code = _SCREEN % (repr(rows), repr(text))
            self.browser_js("/odoo", code, login="im_eye")

    def test_an_error_names_the_row_as_excel_counts_it(self):
        rows = "name,credit_code\nFirst Ltd,\nSecond Ltd,91330100MA2ABCDE1Q\n"
        self.see(rows, "Error at row 3:")

    def test_a_warning_keeps_no_file_from_being_imported(self):
        self.env["res.partner"].create(
            {"name": "杭州海康威视数字技术股份有限公司", "is_company": True}
        )
        rows = "name,company_type\n海康威视有限公司,Company\n"
        self.see(rows, "Everything seems valid.")
