"""F16: somebody's account is shut while their form is open, and while their uploads are on their way:
one through nginx, which takes it in whole before anybody is asked who sends it, and one straight to
the application, which asked who it is when the first line came.
"""

import socket
import time

from faults import Found
from faults.closing import after
from faults.people import Person, multipart
from faults.seeding import pdf
from faults.work import MEMBER, address, counts, opened, pieces, report

TITLE = "a right taken away in between"
FIRST = 100_000  # bytes that are there before the account is shut


def fault(office_of, protected: bool) -> Found:
    with office_of(nginx=True, without=None if protected else without_a_second_look) as office:
        before, (piece, other) = counts(office), pieces(office)[:2]
        people = Person(office, MEMBER), Person(office.direct, MEMBER)
        form = opened(people[0], piece)
        uploads = [Upload(person, other) for person in people]
        time.sleep(1)  # the first part is there, whoever reads it
        shut(office)
        posted = report(people[0], piece, form)
        refused = posted.status == 302 and "dang-nhap" in posted.location
        nginx, direct = (upload.rest() for upload in uploads)
        rows = counts(office)["updates"] - before["updates"]
        wrong = after(office) if protected else []
    figures = (
        f"form after it {posted.status} to the sign-in, upload during it through nginx {nginx}, "
        f"straight {direct}; {rows} rows written"
    )
    return Found(refused and rows == 0 and not wrong, "; ".join([figures, *wrong]))


def shut(office):
    off = "false" if office.engine == "postgresql" else "0"
    office.query(f"UPDATE cchc_user SET is_active = {off} WHERE username = '{MEMBER}'")


class Upload:
    """A report with a file of 2 MB, of which so far a part has been sent."""

    def __init__(self, person: Person, piece: int):
        form = opened(person, piece) | {"result": "Đã xong bước ba."}
        person.leave()
        form["csrfmiddlewaretoken"] = person.cookies["csrftoken"]
        paper = {
            "number": "9/QĐ-VP", "issued_on": "16/04/2024", "kind": "Quyết định",
            "summary": "Thành lập Đoàn", "issuer": "Văn phòng UBND tỉnh", "signer": "Trần Đình Quang",
        }  # fmt: skip
        form |= {f"vb-0-{name}": value for name, value in paper.items()}
        kind, self.body = multipart(form, {"vb-0-file": ("9.pdf", pdf(9, 2_000_000))})
        cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
        head = (
            f"POST {address(piece)} HTTP/1.1\r\nHost: {person.host}\r\nCookie: {cookies}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
        )
        self.line = socket.create_connection((person.host, person.port), timeout=60)
        self.line.sendall(head.encode() + self.body[:FIRST])

    def rest(self) -> str:
        """The first line of the answer."""
        with self.line as line:
            line.sendall(self.body[FIRST:])
            return line.recv(60).decode("latin-1").partition("\r\n")[0]


def without_a_second_look():
    """Who sends an upload is asked once, when its first line comes."""
    from cchc import middleware

    middleware.ask_again = lambda request: None
