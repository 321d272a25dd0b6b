"""F13: one form sent a hundred times at once; and once more because its answer was lost."""

import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from faults import Found, on_each
from faults.closing import after
from faults.people import Person
from faults.work import MEMBER, address, counts, opened, pieces, report

TITLE = "double submit and lost answer"
AT_ONCE, AT_ONCE_WITHOUT = 100, 20


def fault(office_of, protected: bool) -> Found:
    def sent_twice(engine: str) -> Found:
        without = None if protected else without_memory
        with office_of(engine, workers=4, without=without) as office:
            person = Person(office, MEMBER)
            first, second = pieces(office)[:2]
            before = counts(office)
            answers = at_once(office, person, first, AT_ONCE if protected else AT_ONCE_WITHOUT)
            again = cut_and_again(office, person, second)
            now = counts(office)
            wrong = after(office) if protected else []
        rows, files = (now[name] - before[name] for name in ("updates", "files"))
        equal = len(answers) == 1 and again == 302
        good = equal and rows == 2 and files == 1 and not wrong
        said = ", ".join(f"{n} x {status}" for (status, _), n in sorted(answers.items()))
        told = f"{engine} {said}, lost answer again {again}: {rows} rows for 2 forms, {files} file"
        return Found(good, "; ".join([told, *wrong]))

    found = on_each(office_of.engines, sent_twice)
    good = (all if protected else any)(one.ok for one in found)
    return Found(good, "; ".join(one.figures for one in found))


def at_once(office, person: Person, piece: int, times: int) -> Counter:
    """How often each (status, address sent on to) was answered."""
    form = opened(person, piece)

    def send(_) -> tuple:
        one = copy_of(person, office)
        answer = report(one, piece, form, file=1)
        one.leave()
        return answer.status, answer.location

    with ThreadPoolExecutor(times) as pool:
        return Counter(pool.map(send, range(times)))


def copy_of(person: Person, office) -> Person:
    """The same browser with another line."""
    other = object.__new__(Person)
    other.__dict__ = person.__dict__ | {"cookies": dict(person.cookies), "line": None}
    other.timeout = 120
    return other


def cut_and_again(office, person: Person, piece: int) -> int:
    """The line is cut when the form has been sent whole; what it did stays, and it is sent again."""
    form = opened(person, piece) | {"result": "Đã xong bước hai."}
    token = {"csrfmiddlewaretoken": person.cookies["csrftoken"]}
    body = urlencode(form | token, doseq=True).encode()
    cookies = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    head = (
        f"POST {address(piece)} HTTP/1.1\r\nHost: {person.host}\r\nCookie: {cookies}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    rows = counts(office)["updates"]
    with socket.create_connection((person.host, person.port)) as line:
        line.sendall(head.encode() + body)
    until = time.monotonic() + 30
    while counts(office)["updates"] == rows and time.monotonic() < until:
        time.sleep(0.2)
    return person.post(address(piece), form).status


def without_memory():
    """An application that does not know the form of a minute ago, nor waits for the one before."""
    from contextlib import nullcontext

    from cchc import middleware
    from tasks import actions

    middleware.alone = lambda name: nullcontext()
    actions._already = lambda by, form_key: None
