"""How much is read of what is sent: by the real server, from clients that lie about it."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory

from cchc.receiving import RequestLimit

MB = 1024 * 1024


def answer_to(**meta):
    request = RequestFactory().post("/x", b"", content_type="text/plain", **meta)
    return RequestLimit(lambda request: HttpResponse("read"))(request)


@pytest.mark.parametrize(
    "meta, status",
    [
        ({}, 200),
        ({"CONTENT_LENGTH": ""}, 200),
        ({"CONTENT_LENGTH": str(30 * MB)}, 200),
        ({"CONTENT_LENGTH": str(30 * MB + 1)}, 413),
        ({"CONTENT_LENGTH": "9" * 40}, 413),
        ({"CONTENT_LENGTH": "-1"}, 413),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 413),
    ],
)
def test_what_is_too_much_as_a_whole_is_not_read(meta, status):
    answer = answer_to(**meta)
    assert answer.status_code == status
    if status == 413:
        assert "25 MB" in answer.content.decode()


def test_a_file_that_is_too_big_is_measured_and_not_kept(rf, settings):
    settings.MAX_UPLOAD_BYTES = 1000
    big = SimpleUploadedFile("to.pdf", b"%PDF-" + b"x" * 200_000)
    small = SimpleUploadedFile("nho.pdf", b"%PDF-1.7")
    request = rf.post("/x", {"result": "Chữ đã gõ", "to": big, "nho": small})
    assert request.POST["result"] == "Chữ đã gõ"
    assert request.FILES["to"].size == 200_005 and request.FILES["to"].read() == b""
    assert request.FILES["nho"].read() == b"%PDF-1.7"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """gunicorn as in production, on a socket of its own, without a database."""
    folder = tmp_path_factory.mktemp("server")
    command = [sys.executable, "-m", "gunicorn", "--bind", f"unix:{folder}/web", "--workers", "1"]
    environment = os.environ | {"DATA_DIR": str(folder), "TMPDIR": str(folder), "DEBUG": "1"}
    environment.pop("DATABASE_URL", None)
    log = (folder / "log").open("w")
    running = subprocess.Popen(
        [*command, "--timeout", "20", "cchc.wsgi"],
        cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        for _ in range(300):
            if (folder / "web").exists() and talk(folder, b"GET /khong-co HTTP/1.0\r\n\r\n"):
                break
            time.sleep(0.1)
        yield folder, running.pid
    finally:
        running.terminate()
        running.wait(10)
        log.close()


def talk(folder: Path, head: bytes, body=()) -> bytes:
    """Send, whatever comes back meanwhile, then read the answer."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(60)  # the first answer waits for the application to load
        line.connect(str(folder / "web"))
        try:
            line.sendall(head)
            for piece in body:
                line.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it has heard enough
        answer = b""
        try:
            while piece := line.recv(65536):
                answer += piece
        except ConnectionResetError:
            pass
        return answer


def memory_of(pid: int) -> int:
    """Bytes, of the worker."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{children[0]}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) * 1024


def test_200_mb_are_refused_at_once_by_the_real_server(server):
    folder, pid = server
    before, piece = memory_of(pid), b"x" * MB
    head = b"POST /dang-nhap/ HTTP/1.1\r\nHost: localhost\r\n"
    whole = head + b"Content-Length: %d\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
    chunked = (
        head
        + b"Transfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"
    )
    for sent, body in (
        (whole % (200 * MB), (piece for _ in range(200))),
        (chunked, (b"100000\r\n" + piece + b"\r\n" for _ in range(200))),
    ):
        begun = time.perf_counter()
        answer = talk(folder, sent, body)
        assert answer.startswith(b"HTTP/1.1 413"), answer[:200]
        assert "quá lớn".encode() in answer
        assert time.perf_counter() - begun < 5
    # Announced as small, and 200 MB sent: read as far as announced, the form has no token.
    answer = talk(folder, whole % 1000, (piece for _ in range(200)))
    assert answer.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400")), answer[:200]
    assert memory_of(pid) - before < 30 * MB
    assert [p for p in folder.rglob("*") if p.is_file() and p.stat().st_size > MB] == []
    assert talk(folder, b"GET /khong-co HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.")
