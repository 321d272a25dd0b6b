"""Reading an Excel file that somebody uploaded: never in this process (trust.md, D)."""

import json
import subprocess
import sys
from pathlib import Path

from django.core.exceptions import ValidationError

from cchc import files

CPU_SECONDS = 20
WALL_SECONDS = 30
MEMORY = 512 * 1024 * 1024  # bytes of address space; reading our own sheets takes a tenth
MOST_ROWS = 3_000
MOST_COLUMNS = 40
_CHILD = Path(__file__).with_name("sheet_child.py")

SENTENCES = {
    "damaged": "Tệp bị hỏng, không đọc được; hãy mở bằng Excel, lưu lại dạng .xlsx rồi nạp lại.",
    "entities": "Tệp có khai báo XML không an toàn; không mở tệp này.",
    "too much": "Đọc tệp này tốn quá nhiều thời gian hoặc bộ nhớ nên đã dừng; "
    "hãy tải lại tệp của đơn vị và chỉ ghi vào các ô nền vàng.",
}


class BadWorkbook(Exception):
    """Why nothing can be read from the file; str() is the sentence for the person."""


def read(upload) -> dict[str, list[list]]:
    """The cells of every sheet, row by row, as plain values (days as {"day": "2024-12-16"}).

    The name, size and archive are looked at first; then a child with limits on time and memory
    reads it, and whatever becomes of the child, this process gets rows or a sentence.
    """
    try:
        kind = files.validate_upload(upload)
    except ValidationError as refusal:
        raise BadWorkbook(" ".join(refusal.messages)) from refusal
    if kind != files.KINDS[".xlsx"].content_type:
        raise BadWorkbook("Chỉ nạp tệp Excel (.xlsx) đã tải từ trang Việc của đơn vị.")
    upload.seek(0)
    answer = _ask_child(upload.read())
    if "refused" in answer:
        raise BadWorkbook(SENTENCES[answer["refused"]])
    return answer["sheets"]


def _ask_child(content: bytes) -> dict:
    limits = (CPU_SECONDS, MEMORY, MOST_ROWS, MOST_COLUMNS)
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD), *map(str, limits)],
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
