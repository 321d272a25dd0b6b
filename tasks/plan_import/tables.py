"""From the bytes of a .docx or .xlsx to its paragraphs and tables, in the document's order.

The file comes from somebody's disk and may be damaged or made to hurt. So it is looked at first
(name, size, archive: the same guard as every upload), then read by a child process with limits on
time and memory (reading_child.py). Whatever becomes of the child, here is a Document or `Refused`.
"""

import json
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from defusedxml import DefusedXmlException, ElementTree
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from cchc import files
from cchc.workbooks import CPU_SECONDS, MEMORY, WALL_SECONDS

_ROOT = Path(__file__).resolve().parents[2]
_CHILD = Path(__file__).with_name("reading_child.py")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc and .xls; also a .docx with a password
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")  # the stream of [MS-OFFCRYPTO] 2.3.4.4
_READ = {".docx": "word", ".xlsx": "excel"}
_RESAVE = {
    ".doc": "Tệp Word đời cũ (.doc): hãy mở bằng Word, lưu lại thành .docx rồi nạp lại.",
    ".xls": "Tệp Excel đời cũ (.xls): hãy mở bằng Excel, lưu lại thành .xlsx rồi nạp lại.",
    ".docm": "Tệp có macro (.docm): hãy lưu lại thành .docx không có macro rồi nạp lại.",
    ".xlsm": "Tệp có macro (.xlsm): hãy lưu lại thành .xlsx không có macro rồi nạp lại.",
    ".odt": "Hãy lưu lại thành .docx rồi nạp lại.",
    ".rtf": "Hãy lưu lại thành .docx rồi nạp lại.",
    ".pdf": "Bản PDF không giữ bảng: hãy nạp tệp Word (.docx) hoặc Excel (.xlsx) của Kế hoạch.",
}
_SENTENCES = {
    "damaged": "Tệp bị hỏng, không đọc được; hãy mở bằng Word hoặc Excel, lưu lại rồi nạp lại.",
    "entities": "Tệp có khai báo XML không an toàn; không mở tệp này.",
    "too much": "Tệp quá lớn hoặc quá phức tạp nên đã dừng đọc; hãy chỉ giữ lại phần Kế hoạch.",
    "external": "Tệp lấy nội dung từ một địa chỉ bên ngoài (tệp mẫu hoặc đối tượng liên kết); "
    "hãy ngắt liên kết ấy, lưu lại rồi nạp lại.",
    "password": "Tệp đặt mật khẩu; hãy bỏ mật khẩu, lưu lại rồi nạp lại.",
}


class Refused(Exception):
    """Why no plan can be read from the file; str() is the sentence for the person."""


@dataclass(frozen=True)
class Cell:
    """One position of a table. A merged cell stands in all its positions with the same text:
    `across` when it began further left, `down` when it began further up. Lines are kept."""

    text: str
    across: bool = False
    down: bool = False


@dataclass(frozen=True)
class GridRow:
    """`number` counts from 1 as the reader of the file would; `page` only where Word tells."""

    number: int
    cells: tuple[Cell, ...]
    page: int | None = None


@dataclass(frozen=True)
class Grid:
    """A table of Word or a visible sheet of Excel; every row has the same number of positions."""

    rows: tuple[GridRow, ...]
    sheet: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Text outside tables, with the number or dash that Word itself put before it."""

    text: str
    page: int | None = None


@dataclass(frozen=True)
class Document:
    """The file's parts in their order; `notes` say in Vietnamese what was left out on purpose."""

    parts: tuple[Paragraph | Grid, ...]
    notes: tuple[str, ...] = ()

    @property
    def grids(self) -> tuple[Grid, ...]:
        return tuple(part for part in self.parts if isinstance(part, Grid))


def read_document(content: bytes, name: str) -> Document:
    """What stands in the file. Inserted text under "track changes" counts, deleted text doesn't;
    hidden text, rows and sheets are left out; nothing in the file is run or fetched."""
    ending = _check(content, name)
    answer = _ask_child(content, _READ[ending])
    if "refused" in answer:
        raise Refused(_SENTENCES[answer["refused"]])
    return Document(tuple(map(_part, answer["parts"])), tuple(answer["notes"]))


def _check(content: bytes, name: str) -> str:
    """The file's ending, once everything that can be known without opening it is known."""
    ending = Path(files.clean_name(name)).suffix.lower()
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise Refused(_SENTENCES["password"])
    if content.startswith(_OLE):
        raise Refused(_RESAVE[".xls" if ending.startswith(".xls") else ".doc"])
    if ending not in _READ:
        raise Refused(_RESAVE.get(ending, "Chỉ đọc được tệp Word (.docx) hoặc Excel (.xlsx)."))
    try:
        files.validate_upload(ContentFile(content, name))
    except ValidationError as refusal:
        raise Refused(" ".join(refusal.messages)) from refusal
    _check_relations(content)
    return ending


def _check_relations(content: bytes):
    """Refuse a template or object to be fetched from elsewhere. Nothing is fetched here, but the
    file is kept and opened by others. Links to click on, and a template's path on the author's own
    disk, are usual and harmless."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.endswith(".rels"):
                    relations = ElementTree.fromstring(archive.read(name), forbid_dtd=True)
                    if any(_fetches(relation.attrib) for relation in relations):
                        raise Refused(_SENTENCES["external"])
    except Refused:
        raise
    except DefusedXmlException as error:
        raise Refused(_SENTENCES["entities"]) from error
    except Exception as error:  # zlib, expat and others, on bytes made to break them
        raise Refused(_SENTENCES["damaged"]) from error


def _fetches(relation: dict) -> bool:
    if relation.get("TargetMode") != "External":
        return False
    if relation.get("Type", "").rsplit("/", 1)[-1] in ("hyperlink", "image"):
        return False
    target = relation.get("Target", "").strip().replace("\\", "/").lower()
    return bool(re.match(r"(?!file:)[a-z][a-z0-9+.-]+:|//|file:(?://)?(?!/)|file:/{4,}", target))


def _ask_child(content: bytes, kind: str) -> dict:
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-B", str(_CHILD), str(_ROOT), kind]
            + [str(CPU_SECONDS), str(MEMORY)],
            input=content,
            capture_output=True,
            timeout=WALL_SECONDS,
            # openpyxl with lxml would read entities half; defusedxml refuses them aloud
            env={"OPENPYXL_LXML": "False", "LC_ALL": "C.UTF-8"},
            check=True,
        )
        return json.loads(child.stdout)
    except (subprocess.SubprocessError, json.JSONDecodeError):
        return {"refused": "too much"}


def _part(told: dict) -> Paragraph | Grid:
    if "text" in told:
        return Paragraph(told["text"], told["page"])
    rows = (
        GridRow(row["number"], tuple(Cell(*cell) for cell in row["cells"]), row["page"])
        for row in told["rows"]
    )
    return Grid(tuple(rows), told["sheet"])
