"""Uploaded files: what we accept, how they reach the disk, how they leave it again."""

import hashlib
import os
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404

from cchc import archives
from cchc.models import StoredFile

OFFICE = "application/vnd.openxmlformats-officedocument."
ZIP = b"PK\x03\x04"


@dataclass(frozen=True)
class Kind:
    content_type: str
    first_bytes: tuple[bytes, ...]
    zip_member: str = ""


KINDS = {
    ".pdf": Kind("application/pdf", (b"%PDF-",)),
    ".docx": Kind(OFFICE + "wordprocessingml.document", (ZIP,), "word/document.xml"),
    ".xlsx": Kind(OFFICE + "spreadsheetml.sheet", (ZIP,), "xl/workbook.xml"),
    ".jpg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": Kind("image/jpeg", (b"\xff\xd8\xff",)),
    ".png": Kind("image/png", (b"\x89PNG\r\n\x1a\n",)),
}
ACCEPTED = "PDF, Word (.docx), Excel (.xlsx), ảnh JPG hoặc PNG"
MARKS_OF_SECRECY = ("TUYỆT MẬT", "TỐI MẬT", "VĂN BẢN MẬT")


def clean_name(name: str) -> str:
    """The person's name for the file, without any path, control character or direction mark."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: 200 - len(ending)]}{dot}{ending}"


def validate_upload(upload) -> str:
    """The content type of an acceptable upload; a ValidationError that says what would be."""
    name = clean_name(upload.name)
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise ValidationError(f"Tệp “{name}” không thuộc loại được nhận: {ACCEPTED}.")
    if upload.size > settings.MAX_UPLOAD_BYTES:
        megabytes = f"{upload.size / 1024 / 1024:.1f}".replace(".", ",")
        raise ValidationError(f"Tệp “{name}” nặng {megabytes} MB; chỉ nhận đến 25 MB.")
    if not upload.size:
        raise ValidationError(f"Tệp “{name}” rỗng; hãy chọn lại tệp có nội dung.")
    if any(mark in name.upper() for mark in MARKS_OF_SECRECY):
        raise ValidationError(
            "Không đưa văn bản mật lên hệ thống này (Luật Bảo vệ bí mật nhà nước 2025)."
        )
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    if not head.startswith(kind.first_bytes):
        raise ValidationError(
            f"Nội dung tệp “{name}” không đúng với đuôi tên; hãy xuất lại tệp rồi chọn lại."
        )
    if kind.zip_member:
        try:
            archives.check(upload, needs=kind.zip_member)
        except archives.BadArchive as refusal:
            raise ValidationError(f"Không nhận tệp “{name}”. {refusal}") from refusal
    return kind.content_type


def digest_of(upload) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def path_of(sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "ev" / sha256[:2] / sha256


def store(upload, *, by, at) -> StoredFile:
    """Put a validated upload on the disk, then name it by a row.

    Staged, flushed and renamed to its digest first: a crash leaves a stray file, never a row
    without its file. The same content is kept once.
    """
    content_type = validate_upload(upload)
    staging = Path(settings.MEDIA_ROOT) / ".staging"
    staging.mkdir(parents=True, exist_ok=True)
    staged = staging / uuid.uuid4().hex
    digest = hashlib.sha256()
    try:
        with staged.open("xb") as out:
            for chunk in upload.chunks():
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staged, target)
        _flush_folder(target.parent)
    finally:
        staged.unlink(missing_ok=True)
    return StoredFile.objects.create(
        sha256=digest.hexdigest(),
        name=clean_name(upload.name),
        size=upload.size,
        content_type=content_type,
        uploaded_by=by,
        uploaded_at=at,
    )


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def send(stored: StoredFile) -> FileResponse:
    """The file as a download that no browser will run. The caller has asked who is asking."""
    path = path_of(stored.sha256)
    if not path.exists():
        raise Http404
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response
