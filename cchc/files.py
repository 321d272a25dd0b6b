"""Files that people uploaded and reports that were issued: how they are kept, how they leave again.

Everything that reads or writes them goes through here; where the bytes lie is the store's affair
(a folder: cchc/stores.py; a bucket: cchc/object_store.py). What is accepted: cchc/uploads.py.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header

from cchc import clock, locks
from cchc.errors import NO_ROOM
from cchc.models import StoredFile
from cchc.stores import Folder
from cchc.uploads import KINDS, clean_name, validate_upload

TYPES = {kind.content_type for kind in KINDS.values()}
FULL = "Máy chủ hết chỗ lưu tệp; chưa ghi gì. Báo ngay cho quản trị hệ thống."
AWAY = "Kho tệp đang không trả lời; chưa ghi gì. Nội dung đã gõ vẫn còn, chờ ít phút rồi gửi lại."


class NotKept(Exception):
    """The store could not take a file: nothing was written. str() is the sentence for the person."""

    def __init__(self, full: bool):
        super().__init__(FULL if full else AWAY)
        self.status = 507 if full else 503


def _store():
    if settings.FILE_STORE_URL:
        from cchc.object_store import bucket  # a second of imports that most offices don't need

        return bucket()
    return Folder(Path(settings.MEDIA_ROOT))


def _arriving() -> Folder:
    """Where Django lays an upload that is too big for memory; a killed process leaves it there."""
    return Folder(Path(settings.MEDIA_ROOT), staging=Path(settings.FILE_UPLOAD_TEMP_DIR))


def names() -> Iterator[str]:
    """The digests of all files in the store."""
    return (kept.sha256 for kept in _store().entries())


def open_stored(sha256: str) -> IO[bytes]:
    """FileNotFoundError when it is not there; another OSError when the store is away."""
    return _store().open(sha256)


def keep(source: IO[bytes]) -> tuple[str, int]:
    """Put bytes into the store: (sha256, size). After it they are safe; twice is once."""
    return _store().put(source)


def read(stored: StoredFile) -> bytes:
    with open_stored(stored.sha256) as source:
        return source.read()


def digest_of(upload) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def store(upload, *, by, at) -> StoredFile:
    """Validate an upload, put it into the store, then name it by a row.

    A crash in between leaves a stray file, never a row without its file. Until the transaction
    ends, no sweep takes the file away.
    """
    content_type = validate_upload(upload)
    locks.share("files")
    upload.seek(0)
    with _not_kept():
        sha256, size = keep(upload)
    return StoredFile.objects.create(
        sha256=sha256,
        name=clean_name(upload.name),
        size=size,
        content_type=content_type,
        uploaded_by=by,
        uploaded_at=at,
    )


@contextmanager
def _not_kept():
    try:
        yield
    except OSError as error:
        raise NotKept(error.errno in NO_ROOM) from error


def strays(older_than: timedelta) -> list[str]:
    """Files that no row names. Younger ones may belong to an upload that is going on."""
    latest, known = (
        clock.now() - older_than,
        set(StoredFile.objects.values_list("sha256", flat=True)),
    )
    found = (kept for kept in _store().entries() if kept.sha256 not in known)
    return [kept.sha256 for kept in found if kept.at < latest]


def interrupted(older_than: timedelta) -> list[str]:
    """What uploads that never ended left, on their way in and into the store; no names are digests."""
    latest = clock.now() - older_than
    return [
        kept.sha256
        for where in (_store(), _arriving())
        for kept in where.staged()
        if kept.at < latest
    ]


def sweep(older_than: timedelta) -> list[str]:
    """Remove both: what went. An upload may bring a stray's content at this very moment: each is
    looked at again while no upload holds the name "files"."""
    where, gone = _store(), []
    for sha256 in strays(older_than):
        with locks.one_at_a_time("files"):
            again = where.find(sha256)
            if (
                again
                and again.at < clock.now() - older_than
                and not StoredFile.objects.filter(sha256=sha256).exists()
            ):
                where.remove(sha256)
                gone.append(sha256)
    for name in interrupted(older_than):
        where.remove_staged(name)
        _arriving().remove_staged(name)
        gone.append(name)
    return gone


# No browser runs what it gets with these, even if one is opened by its address in a frame.
GUARDED = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def guard(response: HttpResponse, name: str) -> HttpResponse:
    """A download that is only ever saved, never shown or run as a page of ours."""
    response["Content-Disposition"] = content_disposition_header(True, name)
    for header, value in GUARDED.items():
        response[header] = value
    return response


def send(stored: StoredFile) -> HttpResponse:
    """The file as a download. The caller has asked who is asking."""
    kind = stored.content_type if stored.content_type in TYPES else "application/octet-stream"
    if settings.ACCEL_REDIRECT and not settings.FILE_STORE_URL:
        if _store().find(stored.sha256) is None:
            raise Http404
        response = HttpResponse(content_type=kind)
        response["X-Accel-Redirect"] = f"/kho-tep/{stored.sha256[:2]}/{stored.sha256}"
        return guard(response, stored.name)
    try:
        source = open_stored(stored.sha256)
    except FileNotFoundError:
        raise Http404 from None
    return guard(FileResponse(source, content_type=kind), stored.name)
