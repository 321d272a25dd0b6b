"""Charts as pictures, for Word: the same SVG, laid out by WeasyPrint, drawn by pypdfium2."""

from io import BytesIO

import pypdfium2

from reports.report_charts import Chart
from reports.to_pdf import STYLESHEET, pdf_of

DOTS = 200  # per inch: sharp on an office printer, some 20 KB


def pngs_of(charts: list[Chart], dots: int = DOTS) -> list[bytes]:
    """All in one document, a page each: fonts and styles are read once."""
    pdf = pypdfium2.PdfDocument(pdf_of(_pages(charts)))
    try:
        return [_png(page, dots) for page in pdf]
    finally:
        pdf.close()


def _png(page: pypdfium2.PdfPage, dots: int) -> bytes:
    width_mm = page.get_width() / 72 * 25.4
    # the picture's 660 units are the paper's 165 mm
    image = page.render(scale=dots / 72 * 165 / width_mm).to_pil().convert("P", colors=64)
    out = BytesIO()
    image.save(out, "PNG", dpi=(dots, dots))
    return out.getvalue()


def _pages(charts: list[Chart]) -> str:
    sizes = "".join(
        f"@page c{n} {{ size: {chart.width}px {chart.height}px; margin: 0; "
        f"@top-center {{ content: none }} }} .c{n} {{ page: c{n} }}"
        for n, chart in enumerate(charts)
    )
    shown = "".join(f'<div class="c{n}">{chart.svg}</div>' for n, chart in enumerate(charts))
    return (
        f'<html lang="vi"><link rel="stylesheet" href="{STYLESHEET}">'
        f"<style>{sizes} body {{ margin: 0 }} svg {{ display: block }}</style><body>{shown}"
    )
