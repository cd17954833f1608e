"""Make the text of a PDF searchable: fonts share one glyph between 水 and its radical,
and a PDF printer may note the radical, which no search for 水 finds."""

import re
import unicodedata

_SECTION = re.compile(r"\d+ beginbf(char|range)\n(.*?)endbf(?:char|range)\n?", re.S)
_HEX = re.compile(r"<([0-9A-Fa-f]+)>")
_BLOCK = 100  # entries the format allows in one section


def _is_radical(text: str) -> bool:
    return any(
        "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff" for char in text
    )


def searchable(cmap: str) -> str:
    """Return a ToUnicode table with ordinary characters instead of their radicals.

    >>> table = "1 beginbfchar\\n<0001> <2F54>\\nendbfchar\\nendcmap"
    >>> searchable(table).split()[2:4]
    ['<0001>', '<6C34>']
    >>> table = "1 beginbfrange\\n<0003> <0004> <0041>\\nendbfrange\\n"
    >>> searchable(table) == table
    True
    """
    entries = {}  # {glyph as hex: text}
    for kind, body in _SECTION.findall(cmap):
        for line in body.splitlines():
            values = _HEX.findall(line)
            if "[" in line or len(values) != (2 if kind == "char" else 3):
                if line.strip():
                    return cmap  # a form that is not ours: leave it alone
                continue
            first, last, text = values[0], values[-2], values[-1]
            start = bytes.fromhex(text).decode("utf-16-be", "replace")
            for step in range(int(last, 16) - int(first, 16) + 1):
                glyph = f"{int(first, 16) + step:0{len(first)}X}"
                entries[glyph] = start[:-1] + chr(ord(start[-1]) + step)
    if not any(map(_is_radical, entries.values())):
        return cmap
    lines = []
    for glyph, text in sorted(entries.items()):
        if _is_radical(text):
            text = unicodedata.normalize("NFKC", text)
        lines.append(f"<{glyph}> <{text.encode('utf-16-be').hex().upper()}>\n")
    blocks = (lines[at : at + _BLOCK] for at in range(0, len(lines), _BLOCK))
    table = "".join(
        f"{len(block)} beginbfchar\n{''.join(block)}endbfchar\n" for block in blocks
    )
    rest = _SECTION.sub("", cmap)
    return rest.replace("endcmap", f"{table}endcmap", 1)
