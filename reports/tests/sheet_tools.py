"""Filling in a downloaded sheet as a person would, with openpyxl as the editor."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from reports.roundtrip import cell_name
from reports.unit_sheet import HEAD_ROW, PLACE, SHEET

DOWNLOAD = "/viec-cua-don-vi/excel/?nam=2024"
UPLOAD = "/viec-cua-don-vi/excel/nap/?nam=2024"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAPER = {
    "number": "57/QĐ-VP",
    "issued_on": "16/04/2024",
    "kind": "Quyết định",
    "summary": "Thành lập Đoàn kiểm tra năm 2024",
    "issuer": "Văn phòng UBND tỉnh",
    "signer": "Trần Đình Quang",
}


def fetch(client) -> bytes:
    response = client.get(DOWNLOAD)
    assert response.status_code == 200
    return response.content


def row_of(content: bytes, code: str, place: int = 0) -> int:
    """The row of an assignment's `place`-th product."""
    return find_row(load_workbook(BytesIO(content))[SHEET], code, place)


def find_row(sheet, code: str, place: int = 0) -> int:
    rows = range(HEAD_ROW + 1, sheet.max_row + 1)
    return [row for row in rows if sheet.cell(row, 1).value == code][place]


def cell(code_or_row, name: str, content: bytes | None = None, place: int = 0) -> str:
    row = code_or_row if isinstance(code_or_row, int) else row_of(content, code_or_row, place)
    return cell_name(row, name)


def fill(content: bytes, code: str, place: int = 0, **values) -> bytes:
    """The file with cells of one row filled in."""
    book = load_workbook(BytesIO(content))
    row = find_row(book[SHEET], code, place)
    for name, value in values.items():
        put(book[SHEET].cell(row, PLACE[name] + 1), value)
    return saved(book)


def put(target, value):
    target.value = value
    if isinstance(value, str):
        target.data_type = "s"


def saved(book) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def upload(client, content: bytes, name="viec.xlsx"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content, XLSX)})


def confirm(client, response):
    return client.post(UPLOAD, {"token": response.context["token"]})


def errors(response) -> list[str]:
    return [str(error) for error in response.context["check"].errors]


def changes(response) -> list[tuple[str, str, str]]:
    """(code, column, new value) of every change of the preview."""
    return [
        (change.code, cell.column, cell.after)
        for change in response.context["check"].changes
        for cell in change.cells
    ]
