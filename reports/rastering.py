"""A chart as a picture, for Word: the same SVG, laid out by WeasyPrint, drawn by pypdfium2."""

from io import BytesIO

import pypdfium2

from reports.report_charts import Chart
from reports.to_pdf import STYLESHEET, pdf_of

DOTS = 200  # per inch: sharp on an office printer, some 40 KB


def png_of(chart: Chart, dots: int = DOTS) -> bytes:
    page = pypdfium2.PdfDocument(pdf_of(_page(chart)))[0]
    width_mm = page.get_width() / 72 * 25.4
    # the picture's 660 units are the paper's 165 mm
    image = page.render(scale=dots / 72 * 165 / width_mm).to_pil().convert("P", colors=64)
    out = BytesIO()
    image.save(out, "PNG", dpi=(dots, dots), optimize=True)
    return out.getvalue()


def _page(chart: Chart) -> str:
    return (
        f'<html lang="vi"><link rel="stylesheet" href="{STYLESHEET}">'
        f"<style>@page {{ size: {chart.width}px {chart.height}px; margin: 0; "
        "@top-center { content: none } } body { margin: 0 } svg { display: block }</style>"
        f"<body>{chart.svg}"
    )
