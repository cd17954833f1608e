"""Merge i18n/<add-on>.pot into zh_CN.po and zh_TW.po beside it (see setup/i18n)."""

import sys
from pathlib import Path

import polib

LANGUAGES = {"zh_CN": "Chinese (Simplified)", "zh_TW": "Chinese (Traditional)"}


def merge(addon, language):
    """Write <addon>/i18n/<language>.po; return the terms without a translation.

    :return: list of str
    """
    folder = Path(addon, "i18n")
    template = polib.pofile(str(folder / f"{addon}.pot"), wrapwidth=78)
    path = folder / f"{language}.po"
    known = {}
    if path.exists():
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(path))}
    for date in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(date, None)  # else every run changes every file
    template.save()
    template.metadata |= {
        "Language": language,
        "Language-Team": LANGUAGES[language],
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for entry in template:
        entry.msgstr = known.get(entry.msgid, "")
    template.sort(key=lambda entry: entry.msgid)
    template.save(str(path))
    return [entry.msgid for entry in template if not entry.msgstr]


def main(addons):
    """Merge all; return 1 when a translation is missing."""
    missing = 0
    for addon in addons:
        for language in LANGUAGES:
            terms = merge(addon, language)
            missing += len(terms)
            for term in terms:
                print(f"{addon} {language}: {term!r}")
    print(f"{missing} translations missing")
    return int(missing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
