"""The files as PDF: the page's own template and stylesheet, through WeasyPrint.

Nothing is fetched from anywhere: the renderer gets our static files by the name `asset`, and for
any other address the making of the file stops. Escaped text can't ask for one; this is the second
lock.
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from reports.building import PeriodReport
from reports.plan_export import PlanExport

ASSETS = "https://asset.invalid/"  # a name that can't exist (RFC 6761): only the fetcher knows it
STYLESHEET = f"{ASSETS}cchc/report.css"
SERVED = {".css": "text/css", ".ttf": "font/ttf"}


class RefusedAddress(Exception):
    """The document asked for something that is not ours; str() is the address."""


class AssetFetcher(URLFetcher):
    """Our own stylesheet and fonts, and nothing else."""

    def fetch(self, url, headers=None):
        content_type = SERVED.get(Path(urlsplit(url).path).suffix)
        if not url.startswith(f"{ASSETS}cchc/") or content_type is None:
            raise FatalURLFetchingError(url)
        found = finders.find(urlsplit(url).path.lstrip("/"))
        if found is None:
            raise FatalURLFetchingError(url)
        body = Path(found).read_bytes()
        return URLFetcherResponse(url, body, {"Content-Type": content_type})


# Level A of ISO 19005-2: tagged, with a language and with a Unicode value for every letter (what
# level U asks), fonts embedded, an output intent. WeasyPrint can declare one standard only.
ARCHIVED = "pdf/a-2a"


def report_html(report: PeriodReport) -> str:
    return render_to_string(
        "reports/report_print.html", {"report": report, "stylesheet": STYLESHEET}
    )


def report_pdf(report: PeriodReport) -> bytes:
    return pdf_of(report_html(report), ARCHIVED)


def plan_pdf(export: PlanExport) -> bytes:
    values = {"export": export, "stylesheet": STYLESHEET}
    return pdf_of(render_to_string("reports/plan_print.html", values))


def pdf_of(html: str, variant: str | None = None) -> bytes:
    """WeasyPrint's refusal is a BaseException, which would end the server's worker."""
    document = HTML(string=html, base_url=ASSETS, url_fetcher=AssetFetcher())
    try:
        return document.write_pdf(pdf_variant=variant)
    except FatalURLFetchingError as refused:
        raise RefusedAddress(str(refused)) from refused
