"""The signed keys of a unit's sheet: whose it is, and which assignment stands in which row."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

FORMAT = 1  # of the file; a file of another format is refused
_SALT = "cchc.unit-sheet"


@dataclass(frozen=True)
class KeyRow:
    """An assignment's rows in the sheet, its version and the mark of its cells as downloaded."""

    first_row: int
    height: int
    assignment: int  # primary key
    version: int
    digest: str

    @property
    def rows(self) -> range:
        return range(self.first_row, self.first_row + self.height)


@dataclass(frozen=True)
class Keys:
    unit: str
    plan: str
    year: int
    at: datetime
    rows: tuple[KeyRow, ...]


class BadKeys(Exception):
    """The file can't be told to be ours; str() is the sentence for the person."""


def seal(keys: Keys) -> str:
    told = {
        "format": FORMAT,
        "unit": keys.unit,
        "plan": keys.plan,
        "year": keys.year,
        "at": keys.at.isoformat(),
        "rows": [[r.first_row, r.height, r.assignment, r.version, r.digest] for r in keys.rows],
    }
    return signing.dumps(told, salt=_SALT, compress=True)


def unseal(sealed: str) -> Keys:
    try:
        told = signing.loads(sealed, salt=_SALT)
    except signing.BadSignature as error:
        raise BadKeys(
            "Khóa của tệp đã bị sửa hoặc tệp không do hệ thống này tạo ra; hãy tải lại tệp."
        ) from error
    if told["format"] != FORMAT:
        raise BadKeys("Tệp thuộc mẫu cũ; hãy tải lại tệp của đơn vị rồi ghi vào tệp mới.")
    return Keys(
        unit=told["unit"],
        plan=told["plan"],
        year=told["year"],
        at=datetime.fromisoformat(told["at"]),
        rows=tuple(KeyRow(*row) for row in told["rows"]),
    )
