"""Numbered copies: a mark across every page, and sheets made from images and texts.

Everything becomes a PDF of pages alone: what an original carries besides its pages
(attached files, scripts, form actions, layers of notes) stays behind.
"""

import io
from typing import NamedTuple

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, NameObject
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

# One of the fonts that PDF readers bring for Chinese; it holds Latin letters too.
FONT = "STSong-Light"
IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff", "image/gif", "image/webp"})
_STRIPPED = ("/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D")
_MARGIN = 50


class MarkError(ValueError):
    """A file that cannot be marked; `code` is damaged | locked | kind."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Mark(NamedTuple):
    """What stands across each page, and on its foot."""

    lines: tuple[str, ...]
    foot: str


def is_markable(mimetype: str) -> bool:
    """Tell whether a file of this kind can be printed with a mark.

    >>> is_markable("application/pdf"), is_markable("application/msword")
    (True, False)
    """
    return mimetype == "application/pdf" or mimetype in IMAGES


def marked(data: bytes, mimetype: str, mark: Mark) -> bytes:
    """Return the pages of a PDF or an image with the mark over each.

    :raise MarkError: damaged, locked by a password, or no page can be made of it
    """
    if mimetype in IMAGES:
        data = image_pages(data)
    elif mimetype != "application/pdf":
        raise MarkError("kind")
    return stamp(data, mark)


def stamp(data: bytes, mark: Mark) -> bytes:
    """Return a PDF of the same pages with the mark over each of them."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise MarkError("locked")
        writer = PdfWriter()
        total = len(reader.pages)
        for number, page in enumerate(reader.pages, 1):
            added = writer.add_page(page)
            _strip(added)
            if added.rotation:
                added.transfer_rotation_to_content()
            _merge(added, mark, number, total)
            added.compress_content_streams()
        if not total:
            raise MarkError("damaged")
        writer.add_metadata({"/Title": mark.foot, "/Producer": "Customer care"})
        result = io.BytesIO()
        writer.write(result)
    except (PyPdfError, KeyError, IndexError, TypeError, ValueError) as error:
        if isinstance(error, MarkError):
            raise
        raise MarkError("damaged") from error
    return result.getvalue()


def image_pages(data: bytes) -> bytes:
    """Return a PDF with each frame of an image on a page of its own, upright and
    without what the camera noted of place and time."""
    result = io.BytesIO()
    canvas = Canvas(result, pagesize=A4)
    try:
        with Image.open(io.BytesIO(data)) as image:
            for frame in range(getattr(image, "n_frames", 1)):
                image.seek(frame)
                picture = ImageOps.exif_transpose(image).convert("RGB")
                _draw_picture(canvas, picture)
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise MarkError("damaged") from error
    canvas.save()
    return result.getvalue()


def text_pages(title: str, rows: list[tuple[str, str]]) -> bytes:
    """Return a PDF with a title and paragraphs, each with a word before it.

    It is the sheet of data that are no file, and the cover of a file that can carry
    no mark.
    """
    register()
    result = io.BytesIO()
    width, height = A4
    canvas = Canvas(result, pagesize=A4)
    y = _lines(canvas, [title], height - _MARGIN, 16)
    for label, text in rows:
        for line in str(text or "").splitlines() or [""]:
            words = f"{label}  {line}" if label else line
            split = simpleSplit(words, FONT, 11, width - 2 * _MARGIN)
            y = _lines(canvas, _chinese(split, width - 2 * _MARGIN), y, 11)
            label = ""
        y -= 6
    canvas.showPage()
    canvas.save()
    return result.getvalue()


def wrapped(data: bytes, name: str, cover: bytes) -> bytes:
    """Return the cover with a file that can carry no mark attached to it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(cover)))
    writer.add_attachment(name, data)
    result = io.BytesIO()
    writer.write(result)
    return result.getvalue()


def register() -> None:
    """Make the Chinese font known to reportlab; twice does no harm."""
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def _strip(page) -> None:
    """Take off a page what could carry the unmarked original or act by itself."""
    for key in ("/AA", "/PieceInfo", "/AF", "/B"):
        page.pop(NameObject(key), None)
    notes = page.get("/Annots")
    if notes is None:
        return
    kept = [
        note
        for note in notes.get_object()
        if note.get_object().get("/Subtype") not in _STRIPPED
        and "/A" not in note.get_object()
        and "/AA" not in note.get_object()
    ]
    page[NameObject("/Annots")] = ArrayObject(kept)


def _merge(page, mark: Mark, number: int, total: int) -> None:
    box = page.cropbox
    width, height = float(box.width), float(box.height)
    layer = PdfReader(io.BytesIO(_layer(width, height, mark, number, total))).pages[0]
    move = Transformation().translate(float(box.left), float(box.bottom))
    page.merge_transformed_page(layer, move, over=True)


def _layer(width: float, height: float, mark: Mark, number: int, total: int) -> bytes:
    """Return one page with the mark along both diagonals' direction and the foot."""
    register()
    result = io.BytesIO()
    canvas = Canvas(result, pagesize=(width, height))
    longest = max(pdfmetrics.stringWidth(line, FONT, 1) for line in mark.lines)
    size = max(6.0, min(width, height) * 0.8 / max(longest, 1.0))
    size = min(size, min(width, height) / 18)
    for part in (0.2, 0.5, 0.8):
        canvas.saveState()
        canvas.setFillColorRGB(0.75, 0.1, 0.1, alpha=0.22)
        canvas.setFont(FONT, size)
        canvas.translate(width / 2, height * part)
        canvas.rotate(30)
        for place, line in enumerate(mark.lines):
            shift = (len(mark.lines) / 2 - place - 0.7) * size * 1.25
            canvas.drawCentredString(0, shift, line)
        canvas.restoreState()
    canvas.setFillColorRGB(0.35, 0.35, 0.35, alpha=0.9)
    canvas.setFont(FONT, max(5.0, min(8.0, width / 75)))
    canvas.drawCentredString(width / 2, 8, f"{mark.foot}  {number}/{total}")
    canvas.save()
    return result.getvalue()


def _draw_picture(canvas: Canvas, picture: Image.Image) -> None:
    width, height = A4 if picture.height >= picture.width else (A4[1], A4[0])
    canvas.setPageSize((width, height))
    scale = min(width / picture.width, height / picture.height)
    wide, high = picture.width * scale, picture.height * scale
    place = ((width - wide) / 2, (height - high) / 2)
    canvas.drawImage(ImageReader(picture), *place, wide, high)
    canvas.showPage()


def _chinese(lines: list[str], width: float) -> list[str]:
    """Break lines that hold no space where they reach the width."""
    result = []
    for line in lines:
        part = ""
        for char in line:
            if pdfmetrics.stringWidth(part + char, FONT, 11) > width:
                result.append(part)
                part = ""
            part += char
        result.append(part)
    return result


def _lines(canvas: Canvas, lines: list[str], y: float, size: float) -> float:
    """Write lines from `y` down, on further pages as needed; return where it ends."""
    for line in lines:
        if y < _MARGIN:
            canvas.showPage()
            y = A4[1] - _MARGIN
        canvas.setFont(FONT, size)
        canvas.drawString(_MARGIN, y, line)
        y -= size * 1.5
    return y
