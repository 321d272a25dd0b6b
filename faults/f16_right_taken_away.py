"""F16: somebody's account is shut while their form is open, and while their upload is on its way."""

import socket
import threading
import time

from faults import Found
from faults.closing import after
from faults.people import Person, multipart
from faults.seeding import pdf
from faults.work import MEMBER, address, counts, opened, pieces, report

TITLE = "a right taken away in between"
TAKES = 4  # seconds that the upload takes
_SHUT = """
import sys
from cchc.models import User
User.objects.filter(username=sys.argv[1]).update(is_active=sys.argv[2] == "1")
"""


def fault(office_of, protected: bool) -> Found:
    """nginx takes an upload in whole before anybody is asked who sends it; without nginx the person
    is asked for when the first line comes."""
    with office_of("sqlite", nginx=True) as office:
        before, piece = counts(office), pieces(office)[0]
        person = Person(office, MEMBER)
        form = opened(person, piece)
        shut(office)
        posted = report(person, piece, form)
        refused = posted.status == 302 and "dang-nhap" in posted.location
        shut(office, False)
        person = Person(office if protected else office.direct, MEMBER)
        answer = long_upload(office, person, piece)
        rows = counts(office)["updates"] - before["updates"]
        wrong = after(office) if protected else []
    figures = f"form after it {posted.status} to the sign-in, upload during it {answer}; {rows} rows written"
    return Found(refused and rows == 0 and not wrong, "; ".join([figures, *wrong]))


def shut(office, shut: bool = True):
    office.python(_SHUT, MEMBER, 0 if shut else 1)


def long_upload(office, person: Person, piece: int) -> str:
    """The first line of its answer."""
    form = opened(person, piece) | {"result": "Đã xong bước ba."}
    form["csrfmiddlewaretoken"] = person.cookies["csrftoken"]
    paper = {
        "number": "9/QĐ-VP", "issued_on": "16/04/2024", "kind": "Quyết định",
        "summary": "Thành lập Đoàn", "issuer": "Văn phòng UBND tỉnh", "signer": "Trần Đình Quang",
    }  # fmt: skip
    form |= {f"vb-0-{name}": value for name, value in paper.items()}
    kind, body = multipart(form, {"vb-0-file": ("9.pdf", pdf(9, 2_000_000))})
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    head = (
        f"POST {address(piece)} HTTP/1.1\r\nHost: {person.host}\r\nCookie: {cookies}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection((person.host, person.port), timeout=60) as line:
        line.sendall(head.encode() + body[:100_000])
        time.sleep(1)  # the first part is there, whoever reads it
        taking = threading.Thread(target=shut, args=[office])
        taking.start()
        for at in range(100_000, len(body), 500_000):
            line.sendall(body[at : at + 500_000])
            time.sleep(TAKES / 4)
            if at > len(body) // 2:
                taking.join()  # shut before the last byte leaves
        return line.recv(60).decode("latin-1").partition("\r\n")[0]
