"""What people type is text wherever it is read: never a page, a formula, or a template's order. And
the maker of PDF reaches nothing, whatever a document asks of it."""

import html
import re
import threading
import zipfile
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO

import pdfplumber
import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from cchc import files
from cchc.models import Unit
from conftest import at
from reports import writing
from reports.tests.flow_scene import DECEMBER, draft, tiny
from reports.to_docx import report_docx
from reports.to_pdf import RefusedAddress, pdf_of, report_html, report_pdf
from reports.to_xlsx import report_xlsx
from reports.views import report as views
from tasks import directing
from tasks.citing import Citation
from tasks.management.commands import send_notices
from tasks.tests.story import report as report_on

SIGNS = (
    "=1+1",
    "<img src=x onerror=alert(1)>",
    "{{7*7}}",
    "{a.__class__}",
    "{% now 'Y' %}",
    "&lt;b&gt;",
)


def typed(what: str) -> str:
    return f"{SIGNS[0]} {what} {' '.join(SIGNS[1:])}"


@pytest.fixture
def told(opened, assignment_of, minh, quang, thu):
    """An update with its document, a directive and a passage of the report, all of hostile words."""
    work = assignment_of("III.5/2024")
    cited = Citation(
        "57/QĐ-VP",
        date(2024, 4, 16),
        typed("trich"),
        typed("coquan"),
        typed("loai"),
        SIGNS[1],  # 50 letters at most
    )
    words = {"difficulty": typed("vuong"), "proposal": typed("denghi")}
    report_on(work, minh, at(2024, 11, 2), result=typed("ketqua"), cite=(cited,), **words)
    unit = Unit.objects.get(code="TTPVKS")
    told = {"year": 2024, "period": work.period, "unit": unit, "by": quang, "at": at(2024, 12, 2)}
    directing.direct(task=work.task, words=typed("chidao"), **told)
    report = draft(opened, thu)
    section = report.sections.get(position=1)
    own = {"key": "dan", "base": "", "seen_version": 0, "by": thu, "at": DECEMBER}
    writing.save_passage(section=section, text=typed("doanvan"), **own)
    with time_machine.travel(DECEMBER, tick=False):
        yield report


def read(client, user, address) -> str:
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def literal(page: str, *marks: str) -> None:
    """Each text stands there to be read as it was typed, and its picture is no picture."""
    assert "<img src=x" not in page
    shown = " ".join(html.unescape(page).split())
    for mark in marks:
        assert typed(mark) in shown, mark


def test_on_pages_it_is_text(told, client, minh, quang):
    marks = ("ketqua", "vuong", "denghi", "trich", "chidao")
    literal(read(client, minh, "/nhiem-vu/III.5/2024/?nam=2024"), *marks)
    literal(read(client, quang, "/chi-dao/?nam=2024"), "chidao")
    literal(read(client, quang, "/bao-cao/nam-2024/"), "doanvan")
    literal(read(client, minh, "/thong-bao/"), "chidao")


def test_in_the_printed_report_it_is_text(told):
    values = tiny(told.period, date(2024, 12, 14), told)
    literal(report_html(values), "doanvan")
    with pdfplumber.open(BytesIO(report_pdf(values))) as opened:
        assert not any(page.images for page in opened.pages)
        printed = "".join("".join(p.extract_text() or "" for p in opened.pages).split())
    assert "".join(typed("doanvan").split()) in printed
    words = [p.text for p in Document(BytesIO(report_docx(values))).paragraphs]
    assert any(typed("doanvan") in text for text in words)
    without_formulas(report_xlsx(values))


def test_in_the_units_sheet_it_is_text(told, client, minh):
    client.force_login(minh)
    answer = client.get("/viec-cua-don-vi/excel/?nam=2024")
    assert {name: answer[name] for name in files.GUARDED} == files.GUARDED
    cells = without_formulas(answer.content)
    for mark in ("ketqua", "vuong", "denghi"):
        assert typed(mark) in cells


def without_formulas(content: bytes) -> set[str]:
    """The texts of the cells, once it is sure that none is a formula typed by a person."""
    texts = set()
    for sheet in load_workbook(BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    texts.add(" ".join(cell.value.split()))
                    assert cell.data_type != "f" or "=1+1" not in cell.value
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert not re.search(rb"<f>[^<]*1\+1", archive.read(name))
    return texts


def test_in_mails_it_is_text(told, minh, settings, monkeypatch):
    settings.SITE_URL = "https://cchc.vp.example"
    monkeypatch.setattr(send_notices, "give_notices", lambda **_: [])
    minh.email = "minh@vp.example"
    minh.save()
    call_command("send_notices", verbosity=0)
    sent = next(m for m in mail.outbox if typed("chidao") in " ".join(m.body.split()))
    assert "\n" not in sent.subject
    for content, kind in getattr(sent, "alternatives", []):
        assert kind != "text/html" or "<img src=x" not in content


@pytest.mark.parametrize("name", ["report_docx", "report_pdf", "report_xlsx", "plan_excel"])
def test_what_is_made_leaves_disarmed(name, opened, client, thu, monkeypatch):
    if name == "plan_excel":
        address = "/ke-hoach/excel/"
    else:
        monkeypatch.setattr(views, "_made", lambda *_: b"made")
        address = reverse(f"reports:{name}", args=["nam-2024"])
    client.force_login(thu)
    with time_machine.travel(DECEMBER, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200
    assert {header: answer[header] for header in files.GUARDED} == files.GUARDED
    assert answer["Content-Disposition"].startswith("attachment")


# --- The canary of the PDF maker: a server and a file that nobody may ask for ---

CANARY = "CANARY-8d1f"


@pytest.fixture
def canary(tmp_path):
    asked = []

    class Bird(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(CANARY.encode())

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Bird)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "canary.txt").write_text(CANARY)
    yield f"http://127.0.0.1:{server.server_port}", f"file://{tmp_path}/canary.txt", asked
    server.shutdown()
    server.server_close()


ASKING = (
    '<img src="{0}">',
    '<link rel="stylesheet" href="{0}">',
    '<link rel="attachment" href="{0}">',
    '<a rel="attachment" href="{0}">x</a>',
    "<style>@import url({0});</style>",
    "<style>@font-face {{ font-family: x; src: url({0}) }} p {{ font-family: x }}</style>",
    '<p style="background: url({0})">x</p>',
    '<p style="list-style-image: url({0}); display: list-item">x</p>',
    "<style>p::before {{ content: url({0}) }}</style>",
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}" width="9" height="9"/></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg"><use href="{0}#a"/></svg>',
    '<object data="{0}"></object>',
    '<embed src="{0}">',
    '<iframe src="{0}"></iframe>',
    '<base href="{0}"><img src="x.png">',
    '<img src="data:image/svg+xml,%3Csvg xmlns=%27http://www.w3.org/2000/svg%27%3E'
    '%3Cimage href=%27{0}%27/%3E%3C/svg%3E">',
)


def test_the_pdf_maker_asks_nobody_and_opens_no_file(canary):
    server, file, asked = canary
    refused = 0
    for way in ASKING:
        for address in (server, file):
            try:
                made = pdf_of(f"<p>x</p>{way.format(address)}")
            except RefusedAddress:
                refused += 1
            else:
                assert CANARY.encode() not in made and b"EmbeddedFile" not in made, way
    assert asked == [] and refused >= 20
