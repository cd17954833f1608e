"""Sheets, and the headers and footers that lie over the pages of a report."""

import copy
from collections.abc import Sequence
from typing import NamedTuple

from lxml import etree, html

MM_PER_INCH = 25.4


class Sheet(NamedTuple):
    """A sheet of paper, its margins in millimetres, and the scale of its contents."""

    width: float
    height: float
    top: float = 0
    right: float = 0
    bottom: float = 0
    left: float = 0
    scale: float = 1

    def print_options(self) -> dict[str, float]:
        """Return the sheet as Chromium wants it, in inches.

        >>> Sheet(254, 127, top=25.4).print_options()["paperWidth"]
        10.0
        """
        sides = {"Top": self.top, "Right": self.right}
        sides |= {"Bottom": self.bottom, "Left": self.left}
        return {
            "paperWidth": self.width / MM_PER_INCH,
            "paperHeight": self.height / MM_PER_INCH,
            "scale": self.scale,
            **{f"margin{side}": mm / MM_PER_INCH for side, mm in sides.items()},
        }

    def without_margins(self) -> "Sheet":
        """Return the bare sheet, for what is placed on it by hand."""
        return Sheet(self.width, self.height, scale=self.scale)


def _pieces(document: str, name: str) -> tuple[etree._Element, list[etree._Element]]:
    """Return the parsed document and its headers or footers, one per record."""
    root = html.document_fromstring(document)
    found = root.xpath(f"//div[@id='minimal_layout_report_{name}']")
    return root, list(found[0]) if found else []


def _numbered(piece: etree._Element, page: int, pages: int) -> etree._Element:
    """Return a copy of a header or footer with its page numbers filled in."""
    piece = copy.deepcopy(piece)
    for node in piece.iter(etree.Element):
        classes = (node.get("class") or "").split()
        for name, number in (("page", page), ("topage", pages)):
            if name in classes:
                node.clear(keep_tail=True)
                node.text, node.attrib["class"] = str(number), " ".join(classes)
    return piece


def overlay(
    header: str, footer: str, page_counts: Sequence[int], sheet: Sheet
) -> str | None:
    """Return one document with a header and a footer for every page of a report.

    :param header: what Odoo gives a PDF printer: all headers in one document
    :param page_counts: number of pages of each record, in order
    :return: None when there is nothing to lay over
    """
    root, headers = _pieces(header or "<p/>", "headers")
    other, footers = _pieces(footer or "<p/>", "footers")
    if not headers and not footers:
        return None
    root = root if headers else other
    body = root.find("body")
    classes = body.get("class") or ""
    for script in root.xpath("//script"):
        script.getparent().remove(script)
    for name in ("onload", "class"):
        body.attrib.pop(name, None)
    for child in list(body):
        body.remove(child)
    body.text = None
    style = etree.SubElement(root.find("head"), "style")
    style.text = _style(sheet)
    for index, pages in enumerate(page_counts):
        for page in range(1, pages + 1):
            leaf = etree.SubElement(body, "section", {"class": "care_leaf"})
            for side, pieces in (("header", headers), ("footer", footers)):
                if pieces:
                    place = {"class": f"{classes} care_{side}"}
                    piece = pieces[index] if index < len(pieces) else pieces[0]
                    etree.SubElement(leaf, "div", place).append(
                        _numbered(piece, page, pages)
                    )
    return html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")


def _style(sheet: Sheet) -> str:
    """Return the rules that put headers and footers into the margins."""
    width, height = sheet.width / sheet.scale, sheet.height / sheet.scale
    left, right = sheet.left / sheet.scale, sheet.right / sheet.scale
    return f"""
html, body {{ margin: 0; padding: 0; height: auto; background: transparent; }}
.care_leaf {{ position: relative; overflow: hidden; break-after: page;
    width: {width:.3f}mm; height: {height - 0.3:.3f}mm; }}
.care_leaf:last-child {{ break-after: auto; }}
.care_header, .care_footer {{ position: absolute; overflow: hidden; margin: 0 auto;
    left: {left:.3f}mm; right: {right:.3f}mm; }}
.care_header {{ top: 0; height: {sheet.top / sheet.scale:.3f}mm; }}
.care_footer {{ bottom: 0; height: {sheet.bottom / sheet.scale:.3f}mm; }}
"""
