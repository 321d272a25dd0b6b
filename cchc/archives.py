"""Office files are zip archives, and an archive can lie. What can be known of one without opening
anything in it is asked here, before any parser sees it (at most some milliseconds).
"""

import stat
import struct
import zipfile

from defusedxml import DefusedXmlException, ElementTree

MOST_MEMBERS = 2_000
MOST_UNPACKED = 50 * 1024 * 1024  # bytes, as the archive's own directory says
_MOST_DIRECTORY = 512 * 1024  # bytes of that directory: 2,000 members with long names
_START = b"PK\x03\x04"
_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 65_535
_MACROS = ("vbaproject.bin", "vbadata.xml")
_TYPES = "[Content_Types].xml"
_MOST_TYPES = 1024 * 1024  # bytes


class BadArchive(Exception):
    """Why the archive is not opened; str() is the sentence for the person."""


OTHER_KIND = "Nội dung không đúng với đuôi tên; hãy xuất lại tệp rồi chọn lại."
MACROS = "Tệp có macro; hãy lưu lại dạng .xlsx hoặc .docx không có macro."
ENTITIES = "Tệp có khai báo XML không an toàn; không mở tệp này."
DAMAGED = "Tệp bị hỏng hoặc tải lên chưa trọn; hãy lưu lại rồi chọn lại tệp."


def check(upload, *, needs: str, kind: str) -> None:
    """Refuse what is no archive, too big once unpacked, or would reach outside itself. `needs` is
    a member without which it is not the kind of file that it says it is; `kind` begins the content
    type that the archive's own list must give to its main part.

    A directory that lies about sizes is found while reading: Python reads no more of a member than
    was announced and then compares the checksum (BadZipFile).
    """
    upload.seek(0)
    if upload.read(4) != _START:
        raise BadArchive(OTHER_KIND)
    _check_directory_size(upload)
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as archive:
            members = archive.infolist()
            _check_members(members)
            names = {member.filename for member in members}
            _check_macros(names)
            if needs not in names or _TYPES not in names:
                raise BadArchive(OTHER_KIND)
            _check_types(archive, f"{kind}.main+xml")
    except BadArchive:
        raise
    except Exception as error:  # zlib, struct and others, on bytes that somebody made to break them
        raise BadArchive(DAMAGED) from error
    finally:
        upload.seek(0)


def _check_directory_size(upload):
    """The directory itself may be huge: look at its announced size before reading it."""
    upload.seek(0, 2)
    size = upload.tell()
    upload.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT))
    tail = upload.read()
    place = tail.rfind(_END)
    if place < 0 or len(tail) - place < _END_SIZE:
        raise BadArchive(DAMAGED)
    members, directory = struct.unpack_from("<HI", tail, place + 10)
    if place + _END_SIZE != len(tail):
        raise BadArchive(DAMAGED)  # office programs write nothing behind the end, no comment either
    if members > MOST_MEMBERS or directory > _MOST_DIRECTORY:
        raise BadArchive(_too_many())
    if tail[max(0, place - 20) : place].startswith(b"PK\x06\x07"):
        raise BadArchive(_too_many())  # zip64: for archives far bigger than we take


def _check_members(members):
    if len(members) > MOST_MEMBERS:
        raise BadArchive(_too_many())
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise BadArchive(
            f"Tệp giải nén ra quá {MOST_UNPACKED // 1024 // 1024} MB, lớn bất thường; không mở."
        )
    if len({member.filename for member in members}) != len(members):
        raise BadArchive(DAMAGED)
    for member in members:
        if _reaches_outside(member.filename) or stat.S_ISLNK(member.external_attr >> 16):
            raise BadArchive("Bên trong tệp có đường dẫn ra ngoài; không mở tệp này.")
        if member.flag_bits & 0x1:
            raise BadArchive("Tệp đặt mật khẩu; hãy bỏ mật khẩu rồi chọn lại.")


def _reaches_outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "\\" in name or ":" in name or "\0" in name or name.startswith("/") or ".." in parts


def _check_macros(names):
    if any(name.lower().rsplit("/", 1)[-1] in _MACROS for name in names):
        raise BadArchive(MACROS)


def _check_types(archive, main: str):
    """Read with a parser, because the list may be in any encoding of XML."""
    with archive.open(_TYPES) as part:
        listed = part.read(_MOST_TYPES + 1)
    if len(listed) > _MOST_TYPES:
        raise BadArchive(DAMAGED)
    try:
        rows = ElementTree.fromstring(listed, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadArchive(ENTITIES) from error
    types = {row.get("ContentType", "").lower() for row in rows}
    if any("macroenabled" in one or "vbaproject" in one for one in types):
        raise BadArchive(MACROS)
    if main not in types:
        raise BadArchive(OTHER_KIND)


def _too_many() -> str:
    return f"Bên trong tệp có quá {MOST_MEMBERS} phần, nhiều bất thường; không mở."
