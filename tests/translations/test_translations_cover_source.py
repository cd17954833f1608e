"""Every text of the add-ons has its translation: the .po files against what Odoo
would export from the running code, views and data."""

import ast
import io
from pathlib import Path

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import trans_export

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh_CN", "zh_TW")


def addons():
    for manifest in sorted(ROOT.glob("*/__manifest__.py")):
        if ast.literal_eval(manifest.read_text("utf-8")).get("installable", True):
            yield manifest.parent.name


@tagged("post_install", "-at_install")
class TestTranslationsCoverSource(TransactionCase):
    def test_every_term_is_in_the_po_files(self):
        missing = []
        for addon in addons():
            stream = io.BytesIO()
            trans_export(None, [addon], stream, "po", self.env)
            terms = {entry.msgid for entry in polib.pofile(stream.getvalue().decode())}
            self.assertTrue(terms, addon)
            for language in LANGUAGES:
                path = ROOT / addon / "i18n" / f"{language}.po"
                entries = polib.pofile(str(path)) if path.is_file() else []
                have = {entry.msgid for entry in entries if entry.msgstr}
                missing += [f"{addon} {language}: {t!r}" for t in sorted(terms - have)]
        self.assertFalse(missing, "\n".join(missing[:200]))
