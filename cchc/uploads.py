"""What we accept of what people upload: the ending of the name and the content must both be of the
same kind of an allow-list (OWASP ASVS 5.2.2). Nothing is decoded or unpacked to find that out.
"""

import re
import unicodedata
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.exceptions import ValidationError

from cchc import archives, pictures, secrecy

OFFICE = "application/vnd.openxmlformats-officedocument."
ACCEPTED = "PDF, Word (.docx), Excel (.xlsx), ảnh JPG hoặc PNG"
LONGEST_NAME = 255  # letters
# Endings that Windows or a server would run; as the last but one they are there to deceive.
RUN = frozenset(
    "asp aspx bat chm cmd com cpl docm dotm exe hta htm html jar js jse jsp lnk mht mhtml msi php phtml"
    " pif pptm ps1 py reg scr sh shtml svg swf vbe vbs wsf xhtml xlam xlsm xml xsl".split()
)
_TURNS_TEXT = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PAGE = re.compile(rb"<(?:!doctype|html|head|body|script|svg|iframe|\?php|\?=)", re.IGNORECASE)
_LOOKED_AT = 2048  # bytes at either end
_PDF = re.compile(rb"%PDF-[12]\.[0-9]")


class _Wrong(Exception):
    """The content is not of the kind that the name says; str() may say more."""


def _check_pdf(source: IO[bytes]) -> None:
    head, tail = _ends(source)
    if not _PDF.match(head) or b"%%EOF" not in tail:  # programs write some more behind it
        raise _Wrong
    _check_nothing_hidden(source, head + tail)


def _check_jpeg(source: IO[bytes]) -> None:
    _check_picture(source, pictures.jpeg_size)


def _check_png(source: IO[bytes]) -> None:
    _check_picture(source, pictures.png_size)


def _check_picture(source, size_of) -> None:
    try:
        size = size_of(source)
    except pictures.NotAPicture as error:
        raise _Wrong from error
    if pictures.too_large(size):
        raise _Wrong(f"Ảnh {size[0]} x {size[1]} điểm, lớn bất thường; hãy thu nhỏ rồi chọn lại.")
    _check_nothing_hidden(source, b"".join(_ends(source)))


def _check_nothing_hidden(source, ends: bytes) -> None:
    """A file that is a page or an archive at the same time: every program sees another thing."""
    if _PAGE.search(ends) or _holds_archive(source):
        raise _Wrong("Trong tệp có giấu nội dung loại khác; hãy xuất lại tệp rồi chọn lại.")


def _holds_archive(source) -> bool:
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            return bool(archive.infolist())
    except Exception:  # what a parser says of bytes that are no archive
        return False


def _ends(source) -> tuple[bytes, bytes]:
    source.seek(0, 2)
    size = source.tell()
    source.seek(0)
    head = source.read(_LOOKED_AT)
    source.seek(max(0, size - _LOOKED_AT))
    return head, source.read()


def _check_word(source: IO[bytes]) -> None:
    archives.check(source, needs="word/document.xml", kind=OFFICE + "wordprocessingml.document")
    try:
        mark = secrecy.stamp_of_docx(source)
    except Exception as error:  # zlib, zipfile and others, on a part that is damaged
        raise archives.BadArchive(archives.DAMAGED) from error
    if mark:
        raise _Wrong(secrecy.refusal(mark))


def _check_excel(source: IO[bytes]) -> None:
    archives.check(source, needs="xl/workbook.xml", kind=OFFICE + "spreadsheetml.sheet")


@dataclass(frozen=True)
class Kind:
    content_type: str
    check: Callable[[IO[bytes]], None]


_JPEG = Kind("image/jpeg", _check_jpeg)
KINDS = {
    ".pdf": Kind("application/pdf", _check_pdf),
    ".docx": Kind(OFFICE + "wordprocessingml.document", _check_word),
    ".xlsx": Kind(OFFICE + "spreadsheetml.sheet", _check_excel),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".png": Kind("image/png", _check_png),
}


def clean_name(name: str) -> str:
    """The person's name for the file, without any path, control character or direction mark."""
    name = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: LONGEST_NAME - 1 - len(ending)]}{dot}{ending}"[:LONGEST_NAME]


def validate_upload(upload) -> str:
    """The content type of an acceptable upload; a ValidationError that says what would be."""
    name = clean_name(upload.name)
    _check_name(upload.name, name)
    kind = KINDS.get(Path(name).suffix.lower())
    if kind is None:
        raise ValidationError(f"Tệp “{name}” không thuộc loại được nhận: {ACCEPTED}.")
    if upload.size > settings.MAX_UPLOAD_BYTES:
        megabytes = f"{upload.size / 1024 / 1024:.1f}".replace(".", ",")
        raise ValidationError(f"Tệp “{name}” nặng {megabytes} MB; chỉ nhận đến 25 MB.")
    if not upload.size:
        raise ValidationError(f"Tệp “{name}” rỗng; hãy chọn lại tệp có nội dung.")
    try:
        kind.check(upload)
    except (archives.BadArchive, _Wrong) as refusal:
        why = str(refusal) or "Nội dung không đúng với đuôi tên; hãy xuất lại tệp rồi chọn lại."
        raise ValidationError(f"Không nhận tệp “{name}”. {why}") from refusal
    finally:
        upload.seek(0)
    return kind.content_type


def _check_name(raw: str, name: str) -> None:
    if _TURNS_TEXT.intersection(raw) or "\0" in raw:
        raise ValidationError(
            f"Tên tệp “{name}” có ký tự ẩn làm sai cách đọc; hãy đặt lại tên tệp rồi chọn lại."
        )
    if RUN.intersection(ending.strip().lower() for ending in name.split(".")[1:-1]):
        raise ValidationError(
            f"Tệp “{name}” mang đuôi của chương trình hoặc trang web; chỉ nhận {ACCEPTED}."
        )
    secrecy.refuse_name(name)
