"""F17: a document that is made into a PDF asks for pictures, styles and files of elsewhere."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from faults import Found
from faults.closing import after
from faults.people import Person
from faults.work import MEMBER, pieces, report

TITLE = "canaries in what is printed"
CANARY = "chim-hoang-yen-7f3a"
_PRINT = """
import json, re, sys
from weasyprint.urls import URLFetcher
from reports import to_pdf
hostile, blind = json.loads(sys.argv[1]), sys.argv[2] == "blind"
if blind:
    to_pdf.AssetFetcher = URLFetcher  # the library's own: it fetches what it is told to
leaked = refused = 0
for piece in hostile:
    try:
        made = to_pdf.pdf_of(f"<!doctype html><html><body>{piece}<p>Báo cáo</body></html>")
        leaked += b"EmbeddedFile" in made
    except to_pdf.RefusedAddress:
        refused += 1
    except Exception:
        pass  # what it was made to read is no picture
print(json.dumps([refused, leaked]))
"""


class Canary(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.hits.append(self.path)
        self.send_response(302 if "lai" in self.path else 200)
        self.send_header("Location", "/dich")
        self.end_headers()
        self.wfile.write(CANARY.encode())

    def log_message(self, *_):
        pass


def fault(office_of, protected: bool) -> Found:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    server.hits = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        return printed(office_of, protected, server)
    finally:
        server.shutdown()
        server.server_close()


def printed(office_of, protected, server) -> Found:
    import json

    with office_of(serve=protected) as office:
        secret = office.folder / "secret.txt"
        secret.write_text(CANARY, encoding="utf-8")
        hostile = asking(f"http://127.0.0.1:{server.server_port}", secret)
        blind = "seeing" if protected else "blind"
        refused, leaked = office.python(_PRINT, json.dumps(hostile), blind)
        pages, wrong = 0, []
        if protected:
            pages, wrong = by_people(office, hostile), after(office)
    hits = len(server.hits)
    figures = (
        f"{hits} hits of the HTTP server, {leaked} files embedded; {refused}/{len(hostile)} made "
        f"raw refused" + (f", {pages} PDFs of what people typed" if protected else "")
    )
    good = not hits and not leaked and bool(refused) and not wrong
    return Found(good, "; ".join([figures, *wrong]))


def asking(url: str, file) -> list[str]:
    return [
        piece
        for at in (f"{url}/a.png", f"{url}/lai", file.as_uri())
        for piece in (
            f'<img src="{at}">',
            f'<link rel="stylesheet" href="{at}">',
            f"<style>@import url({at})</style>",
            f"<style>body {{ background: url({at}) }}</style>",
            f"<style>@font-face {{ font-family: x; src: url({at}) }} p {{ font: 9pt x }}</style>",
            f'<link rel="attachment" href="{at}">',
            f'<a rel="attachment" href="{at}">x</a>',
            f'<object data="{at}"></object>',
            f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{at}"/></svg>',
        )
    ]


def by_people(office, hostile) -> int:
    """The same as the words of a report; then everything that is printed of them."""
    member = Person(office, MEMBER)
    words = "".join(hostile)
    for piece in pieces(office)[:2]:
        answer = report(
            member, piece, result=words[:3500], difficulty=words[:1500], proposal=words[:1500]
        )
        if answer.status != 302:
            raise RuntimeError(f"Not reported: {answer.status}")
    coordinator = Person(office, "dieuphoi")
    paths = (
        "/bang-dieu-hanh.pdf?nam=2024",
        "/ke-hoach/pdf/?nam=2024&don-vi=TTPVKS",
        "/bao-cao/nam-2024/pdf/",
    )
    statuses = [coordinator.get(path).status for path in paths]
    if set(statuses) != {200}:
        raise RuntimeError(f"Not printed: {statuses}")
    return len(statuses)
