"""The store of files, in a folder and in a bucket of a real S3 server: the same promises of both."""

import errno
import hashlib
import io
import os
import socket
import time
import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cchc import files, object_store
from cchc.models import StoredFile
from cchc.stores import Away, Folder
from conftest import at
from tasks import actions
from tasks.citing import Citation
from tasks.models import Document, ProgressUpdate

PDF = b"%PDF-1.7\n" + os.urandom(5000).replace(b"<", b" ") + b"\n%%EOF\n"
SHA = hashlib.sha256(PDF).hexdigest()
HOUR = timedelta(hours=1)


@pytest.fixture(scope="session")
def s3_server():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(s3_server, settings):
    """An empty bucket of a running server, and the settings that point to it."""
    settings.FILE_STORE_URL = f"s3://cchc-{uuid.uuid4().hex[:12]}/van-phong"
    settings.FILE_STORE_ENDPOINT, settings.FILE_STORE_REGION = s3_server, "us-east-1"
    settings.FILE_STORE_KEY_ID = settings.FILE_STORE_SECRET = "khoa"
    made = object_store.bucket()
    made.storage.bucket.create()
    return made


@pytest.fixture(params=["folder", "bucket"])
def where(request, settings, tmp_path):
    if request.param == "bucket":
        return request.getfixturevalue("bucket")
    settings.MEDIA_ROOT = tmp_path / "media"
    return Folder(settings.MEDIA_ROOT)


def keep(content=PDF):
    return files.keep(io.BytesIO(content))


def test_what_is_kept_is_there_under_its_digest_and_twice_is_once(where):
    assert list(files.names()) == []
    assert keep() == keep() == (SHA, len(PDF))
    assert keep(b"khac")[1] == 4
    assert set(files.names()) == {SHA, hashlib.sha256(b"khac").hexdigest()}
    with files.open_stored(SHA) as source:
        assert source.read() == PDF
    assert where.find(SHA).size == len(PDF) and where.find("0" * 64) is None
    with pytest.raises(FileNotFoundError):
        files.open_stored("0" * 64)


def test_a_file_of_several_chunks_comes_back_as_it_went(where):
    big = os.urandom(3 * 1024 * 1024 + 7)
    sha256, size = keep(big)
    with files.open_stored(sha256) as source:
        assert size == len(big) and source.read() == big


def test_a_sweep_takes_old_strays_alone(where, db, minh):
    keep(b"thua")
    files.store(SimpleUploadedFile("a.pdf", PDF), by=minh, at=at(2024, 3, 1))
    assert files.sweep(HOUR) == []  # too young: somebody's upload may be going on
    stray = hashlib.sha256(b"thua").hexdigest()
    with time_machine.travel(time.time() + 7200):
        assert files.strays(HOUR) == [stray]
        assert files.sweep(HOUR) == [stray]
        assert files.sweep(HOUR) == []
    assert list(files.names()) == [SHA]


def test_a_sweep_looks_again_before_it_removes(where, db, minh, monkeypatch):
    """The content of a stray is uploaded once more, just when the sweep has listed it."""
    keep()
    listed = files.strays

    def and_then_somebody_uploads(older_than):
        found = listed(older_than)
        files.store(SimpleUploadedFile("a.pdf", PDF), by=minh, at=at(2024, 3, 1))
        return found

    monkeypatch.setattr(files, "strays", and_then_somebody_uploads)
    with time_machine.travel(time.time() + 7200):
        assert files.sweep(HOUR) == []
    assert list(files.names()) == [SHA]


def test_what_an_interrupted_upload_left_goes_after_an_hour(settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path / "media"
    left = tmp_path / "media" / ".staging" / "abc"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"nua chung")
    assert files.sweep(HOUR) == []
    os.utime(left, (time.time() - 7200,) * 2)
    assert files.interrupted(HOUR) == ["abc"] == files.sweep(HOUR)
    assert not left.exists()


def test_what_a_killed_process_left_of_an_upload_on_its_way_in_goes_too(settings, tmp_path, db):
    settings.MEDIA_ROOT, settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "media", tmp_path / "uploading"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    left = settings.FILE_UPLOAD_TEMP_DIR / "tmpx.upload.pdf"
    left.write_bytes(b"nua chung")
    assert files.sweep(HOUR) == []
    os.utime(left, (time.time() - 7200,) * 2)
    assert files.interrupted(HOUR) == [left.name] == files.sweep(HOUR)
    assert not left.exists()


def test_a_write_that_fails_leaves_nothing(settings, tmp_path, db, minh, monkeypatch):
    settings.MEDIA_ROOT = tmp_path / "media"

    def full(fd):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.NotKept, match="hết chỗ") as refusal:
        files.store(SimpleUploadedFile("a.pdf", PDF), by=minh, at=at(2024, 3, 1))
    assert refusal.value.status == 507
    assert not StoredFile.objects.exists()
    assert [p for p in (tmp_path / "media").rglob("*") if p.is_file()] == []


# --- Through the pages, with the bucket behind them ---


@pytest.fixture
def work(opened, assignment_of):
    with time_machine.travel(at(2024, 12, 16), tick=False):
        yield assignment_of("III.5/2024")


def form(work, **other):
    return {
        "version": work.version,
        "form_key": str(uuid.uuid4()),
        "result": "Đã thành lập Đoàn kiểm tra.",
        "difficulty": "",
        "proposal": "",
        "vb-TOTAL_FORMS": "1",
        "vb-INITIAL_FORMS": "0",
        "vb-0-number": "57/QĐ-VP",
        "vb-0-issued_on": "16/04/2024",
        "vb-0-summary": "Thành lập Đoàn kiểm tra năm 2024",
        "vb-0-issuer": "Văn phòng UBND tỉnh",
        "vb-0-file": SimpleUploadedFile("Quyết định 57.pdf", PDF),
    } | other


def post(client, work, sent):
    return client.post(reverse("tasks:update", args=[work.pk]) + "?nam=2024", sent)


def test_the_whole_way_with_a_bucket(bucket, client, minh, work):
    client.force_login(minh)
    sent = form(work)
    assert post(client, work, sent).status_code == 302
    sent["vb-0-file"].seek(0)
    assert post(client, work, sent).status_code == 302  # the answer was lost, sent again
    document = Document.objects.get()
    assert StoredFile.objects.count() == ProgressUpdate.objects.count() == 1
    assert [kept.sha256 for kept in bucket.entries()] == [SHA]
    address = reverse("tasks:document_file", args=[document.pk])
    answer = client.get(address)
    assert b"".join(answer.streaming_content) == PDF and answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Length"] == str(len(PDF))
    bucket.remove(SHA)
    assert client.get(address).status_code == 404


@pytest.fixture
def nobody_answers(settings):
    with socket.socket() as taken:  # bound, but nobody listens: refused at once
        taken.bind(("127.0.0.1", 0))
        settings.FILE_STORE_URL = "s3://khong-co"
        settings.FILE_STORE_ENDPOINT = f"http://127.0.0.1:{taken.getsockname()[1]}"
        settings.FILE_STORE_REGION = "us-east-1"
        settings.FILE_STORE_KEY_ID = settings.FILE_STORE_SECRET = "khoa"
        yield


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "in-place"])
def test_with_the_store_away_nothing_is_saved_and_the_words_stay(
    nobody_answers, client, minh, work, headers
):
    client.force_login(minh)
    address = reverse("tasks:update", args=[work.pk]) + "?nam=2024"
    answer = client.post(address, form(work, result="Chữ đã gõ rất dài"), headers=headers)
    page = answer.content.decode()
    assert answer.status_code == (422 if headers else 503)
    assert "Kho tệp đang không trả lời" in page and "Chữ đã gõ rất dài" in page
    assert "57/QĐ-VP" in page
    for model in (ProgressUpdate, Document, StoredFile):
        assert not model.objects.exists()


def test_a_download_with_the_store_away_is_503(client, minh, work, nobody_answers, settings):
    settings.FILE_STORE_URL = ""
    upload = SimpleUploadedFile("a.pdf", PDF)
    told = {"assignment": work, "by": minh, "at": at(2024, 12, 16), "seen_version": work.version}
    cited = Citation("1/QĐ-VP", date(2024, 4, 1), "Về việc", "Văn phòng", upload=upload)
    actions.post_update(**told, send=False, result="Đã làm.", cite=(cited,))
    settings.FILE_STORE_URL = "s3://khong-co"
    client.force_login(minh)
    client.raise_request_exception = False
    answer = client.get(reverse("tasks:document_file", args=[Document.objects.get().pk]))
    assert answer.status_code == 503 and "Một phần của hệ thống" in answer.content.decode()
    with pytest.raises(Away):
        list(files.names())


# --- How they leave ---


@pytest.mark.parametrize("content_type", [*sorted(files.TYPES), "text/html", "image/svg+xml"])
def test_every_stored_type_leaves_disarmed(db, minh, content_type):
    stored = files.store(SimpleUploadedFile("Kế hoạch.pdf", PDF), by=minh, at=at(2024, 3, 1))
    stored.content_type = content_type
    answer = files.send(stored)
    known = content_type in files.TYPES
    assert answer["Content-Type"] == (content_type if known else "application/octet-stream")
    for name, value in files.GUARDED.items():
        assert answer[name] == value
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''K%E1%BA%BF")
    answer.close()


def test_nginx_may_send_what_the_application_allows(settings, db, minh):
    settings.ACCEL_REDIRECT = True
    stored = files.store(SimpleUploadedFile("a.pdf", PDF), by=minh, at=at(2024, 3, 1))
    answer = files.send(stored)
    assert answer["X-Accel-Redirect"] == f"/kho-tep/{SHA[:2]}/{SHA}" and answer.content == b""
    assert answer["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
