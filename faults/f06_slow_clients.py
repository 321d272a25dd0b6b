"""F6: fifty people on bad lines send a request of which a byte comes every second; the others go on.

Without nginx, which takes the whole request in first, two of them hold both workers.
"""

import socket
import time
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from faults import Found
from faults.closing import after

TITLE = "fifty slow clients"
ALONE = True
SLOW, SECONDS, PAUSE = 50, 15, 0.05
P99 = 0.2  # seconds


def fault(office_of, protected: bool) -> Found:
    with office_of(nginx=protected, workers=2) as office:
        times, failed = pinged(office.url, SECONDS, patient=protected)
        wrong = after(office) if protected else []
    times.sort()
    p99 = times[int(len(times) * 0.99)] if times else 0
    figures = f"{len(times)} pings, {failed} failed, p99 {p99 * 1000:.0f} ms"
    good = not failed and len(times) > 20 and p99 < P99 and not wrong
    return Found(good, ", ".join([figures, *wrong]))


def pinged(address: str, seconds: int, *, patient: bool) -> tuple[list[float], int]:
    """How long each ping took, and how many failed: one is enough for who is not patient."""
    place = urlsplit(address)
    where, times, failed = (place.hostname, place.port), [], 0
    with ExitStack() as lines:
        slow = [lines.enter_context(socket.create_connection(where, 5)) for _ in range(SLOW)]
        for line in slow:
            line.sendall(
                b"POST /dang-nhap/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n"
                b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
            )
        until, next_byte = time.monotonic() + seconds, 0.0
        while time.monotonic() < until and (patient or not failed):
            if time.monotonic() >= next_byte:
                next_byte = time.monotonic() + 1
                for line in slow:
                    with suppress(OSError):  # the server has hung up on it
                        line.sendall(b"a")
            begun = time.monotonic()
            if ping(where):
                times.append(time.monotonic() - begun)
            else:
                failed += 1
            time.sleep(PAUSE)
    return times, failed


def ping(where) -> bool:
    line = HTTPConnection(*where, timeout=2)
    try:
        line.request("GET", "/suc-khoe/")
        return line.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        line.close()
