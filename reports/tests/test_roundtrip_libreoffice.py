"""The round trip with LibreOffice as the editor: open, type, save, upload."""

import shutil
import subprocess
import unicodedata
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import time_machine
from openpyxl import load_workbook

from conftest import at
from reports.tests.sheet_tools import (
    PAPER,
    cell,
    changes,
    confirm,
    errors,
    fetch,
    row_of,
    upload,
)
from reports.unit_sheet import KEYS_SHEET, SHEET
from tasks.models import Document
from tasks.tests.story import report
from tasks.workflow import State

pytestmark = pytest.mark.one_engine

EDITOR = Path(__file__).with_name("libreoffice_editor.py")
PYTHON = "/usr/bin/python3"  # the one that Debian's python3-uno belongs to
DECEMBER = at(2024, 12, 16)


def uno_is_there() -> bool:
    asked = subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False)
    return asked.returncode == 0


@pytest.fixture(scope="module", autouse=True)
def libreoffice():
    """script/setup test installs it; a machine without it must say so, not pass."""
    assert shutil.which("soffice"), "soffice is missing: apt-get install libreoffice-calc-nogui"
    assert uno_is_there(), "uno is missing: apt-get install python3-uno"


@pytest.fixture
def mine(client, minh, opened):
    client.force_login(minh)
    return client


def edited(content: bytes, folder: Path, typed: dict[str, str]) -> tuple[bytes, str]:
    """The file as LibreOffice saves it, and what it said stands in the cells."""
    source, target = folder / "tai-ve.xlsx", folder / "da-ghi.xlsx"
    source.write_bytes(content)
    words = [f"{place}={text}" for place, text in typed.items()]
    told = subprocess.run(
        [PYTHON, str(EDITOR), str(source), str(target), SHEET, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert told.returncode == 0, told.stderr
    return target.read_bytes(), told.stdout


def test_filled_in_with_libreoffice_seen_in_the_preview_and_written(
    mine, minh, assignment_of, tmp_path
):
    with time_machine.travel(DECEMBER, tick=False):
        report(assignment_of("I.2/2024"), minh, DECEMBER, result='=1+1 và "kế hoạch"')
        content = fetch(mine)
    first = row_of(content, "III.5/2024")
    apart = unicodedata.normalize("NFD", "Đã kiểm tra xong; không có vướng mắc.")
    day = PAPER | {"issued_on": "2024-04-16", "answers": "1, 2"}
    typed = {cell(first, name): text for name, text in day.items()}
    typed |= {cell(first, "result"): apart, cell(first, "send"): "Gửi xác nhận"}
    locked = cell(first, "text")
    filled, told = edited(content, tmp_path, typed | {locked: "Việc khác hẳn"})
    assert f"{locked} is locked" in told
    assert f"{cell(first, 'issued_on')}=16/04/2024" in told

    sheet = load_workbook(BytesIO(filled))[SHEET]
    assert sheet.protection.sheet
    assert sheet[cell("I.2/2024", "result", content)].value == '=1+1 và "kế hoạch"'
    with time_machine.travel(DECEMBER, tick=False):
        preview = upload(mine, filled)
        assert preview.status_code == 200, errors(preview)
        paper = "Quyết định 57/QĐ-VP ngày 16/04/2024: Thành lập Đoàn kiểm tra năm 2024"
        assert changes(preview) == [
            ("III.5/2024", "Đã làm được gì", "Đã kiểm tra xong; không có vướng mắc."),
            ("III.5/2024", "Gửi xác nhận", "Gửi xác nhận"),
            ("III.5/2024", "Văn bản mới", f"{paper} (sản phẩm 1, 2)"),
        ]
        assert confirm(mine, preview).status_code == 302
        again = upload(mine, filled)
        assert "Không có thay đổi" in again.content.decode()
    work = assignment_of("III.5/2024")
    assert work.state == State.PENDING and work.products_issued == 2
    assert Document.objects.get().issued_on == date(2024, 4, 16)


def test_opened_and_saved_without_a_change_changes_nothing(mine, minh, assignment_of, tmp_path):
    with time_machine.travel(DECEMBER, tick=False):
        words = "Dòng một.\nDòng hai, có “ngoặc” & <dấu>.\n- gạch đầu dòng"
        report(assignment_of("III.5/2024"), minh, DECEMBER, result=words)
        content = fetch(mine)
    saved, _ = edited(content, tmp_path, {})
    assert load_workbook(BytesIO(saved))[KEYS_SHEET].sheet_state != "visible"
    with time_machine.travel(DECEMBER, tick=False):
        response = upload(mine, saved)
    assert response.status_code == 200
    assert changes(response) == []
    assert "Không có thay đổi" in response.content.decode()


def test_a_mistake_made_in_libreoffice_is_told_by_its_cell(mine, tmp_path):
    with time_machine.travel(DECEMBER, tick=False):
        content = fetch(mine)
    first = row_of(content, "III.5/2024")
    place = cell(first, "issued_on")
    typed = {cell(first, name): text for name, text in PAPER.items()}
    typed |= {cell(first, "result"): "Đã làm.", place: "31/11/2024"}
    filled, _ = edited(content, tmp_path, typed)
    with time_machine.travel(DECEMBER, tick=False):
        response = upload(mine, filled)
    assert response.status_code == 422
    assert errors(response) == [
        f"Ô {place}: “31/11/2024”; Tháng 11 không có ngày 31. "
        "Ngày viết như 16/12/2024, đến hôm nay."
    ]
