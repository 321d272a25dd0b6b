"""F7: 200 MB come at once: announced, in pieces without a length, and with a length that is a lie;
through nginx and straight to the application."""

import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

from faults import Found
from faults.closing import after
from faults.people import Person

TITLE = "an upload of 200 MB"
SIZE, PIECE = 200 * 1024 * 1024, bytes(256 * 1024)
MOST_MEMORY = 150 * 1024 * 1024
SECONDS = 5  # the answer comes at once; a busy machine may take its time
WAYS = ("announced", "in pieces", "lying")
PATH = "/viec-cua-don-vi/excel/nap/"
BORDER = "a-border-of-ours"


def fault(office_of, protected: bool) -> Found:
    with office_of(nginx=True, workers=2, without=None if protected else without_limits) as office:
        person = Person(office, "ttpvks")
        before, told, good = left(office), [], True
        for where, address in (("nginx", office.url), ("direct", office.direct)):
            if where == "nginx" and not protected:
                continue  # nginx has a limit of its own
            for way in WAYS:
                begun = time.monotonic()
                status, sent = pour(address, person.cookies, way)
                took = time.monotonic() - begun
                # What was announced as little is read as little: any refusal of it will do.
                good &= (
                    400 <= status < 500 if way == "lying" else status == 413
                ) and took < SECONDS
                told.append(f"{where} {way} {status} after {sent // 2**20} MB, {took:.1f} s")
        memory = max(resident(pid) for pid in office.workers())
        files = left(office) - before
        wrong = after(office) if protected else []
        good &= memory < MOST_MEMORY and not files and not wrong
    told += [f"workers {memory // 2**20} MB at most", f"{len(files)} files left", *wrong]
    return Found(good, ", ".join(told))


def pour(address: str, cookies: dict, way: str) -> tuple[int, int]:
    """(status, how many bytes went out before the answer came)."""
    place = urlsplit(address)
    head = (
        f"--{BORDER}\r\nContent-Disposition: form-data; name=csrfmiddlewaretoken\r\n\r\n"
        f"{cookies['csrftoken']}\r\n--{BORDER}\r\n"
        'Content-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    ).encode()
    length = {
        "announced": f"Content-Length: {len(head) + SIZE}",
        "in pieces": "Transfer-Encoding: chunked",
        "lying": f"Content-Length: {len(head) + 1000}",
    }[way]
    jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
    asked = (
        f"POST {PATH} HTTP/1.1\r\nHost: {place.hostname}\r\nCookie: {jar}\r\n{length}\r\n"
        f"Content-Type: multipart/form-data; boundary={BORDER}\r\n\r\n"
    ).encode()
    sent = 0
    with socket.create_connection((place.hostname, place.port), timeout=30) as line:
        line.sendall(asked)
        line.settimeout(0.002)
        try:
            for piece in [head] + [PIECE] * (SIZE // len(PIECE)):
                if answered := got(line):
                    return status_of(answered), sent
                if way == "in pieces":
                    piece = f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
                line.settimeout(30)
                line.sendall(piece)
                line.settimeout(0.002)
                sent += len(piece)
            if way == "in pieces":
                line.sendall(b"0\r\n\r\n")
        except OSError:
            pass  # it hung up on us: the answer lies there
        line.settimeout(30)
        return status_of(got(line)), sent


def got(line: socket.socket) -> bytes:
    try:
        return line.recv(4096)
    except TimeoutError:
        return b""
    except OSError:
        return b"- 0"


def status_of(answer: bytes) -> int:
    words = answer.split(b" ", 2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def left(office) -> set[Path]:
    """Files of uploads, whole or in part."""
    folders = (office.folder / "tmp", office.data / "media", office.folder / "nginx/client_body")
    return {path for folder in folders for path in folder.rglob("*") if path.is_file()}


def resident(pid: int) -> int:
    """Bytes of memory at the worst moment."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def without_limits():
    """As Django is by itself: whatever comes is read, and lies in a temporary file."""
    from django.conf import settings

    settings.MIDDLEWARE.remove("cchc.receiving.RequestLimit")
    settings.FILE_UPLOAD_HANDLERS.remove("cchc.receiving.MeasureBigFiles")
