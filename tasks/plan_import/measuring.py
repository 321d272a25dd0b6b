"""How a target is to be measured, as far as its words say so; the rest a person adds."""

import re
from dataclasses import dataclass
from decimal import Decimal

from cchc.text import fold

# kind -> what its figure is compared by
KINDS = {
    "percentage": ("Tỷ lệ", ">="),
    "rank": ("Thứ hạng", "<="),
    "milestone": ("Mốc hoàn thành", "done_by"),
    "qualitative": ("Nhận định", "achieved"),
}
UNITS = {"percentage": "%", "rank": "thứ hạng"}
_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s*%")
_RANK = re.compile(r"(?:top|nhom|thu hang|hang thu|xep thu|vi tri thu)\s*(\d{1,3})\b(?!\s*%)")
_DONE = re.compile(r"\bhoan thanh\b")
_YEAR = re.compile(r"\b(20\d\d)\b")
_YEARLY = re.compile(r"\b(?:hang|moi) nam\b")
_EXCLUSION = re.compile(r"\((trừ [^()]{1,190})\)")


@dataclass(frozen=True)
class ReadMeasure:
    """`kind` and `operator` as an indicator keeps them; `value` in per cent or as a rank."""

    kind: str
    value: Decimal | None
    deadline_year: int | None
    yearly: bool
    exclusion: str

    @property
    def operator(self) -> str:
        return KINDS[self.kind][1]

    @property
    def value_unit(self) -> str:
        return UNITS.get(self.kind, "")


def read_measure(text: str, lead_in: str, last_year: int | None) -> ReadMeasure:
    """`lead_in` are the words above the target's bullet ("Đến năm 2025:")."""
    words, value = fold(text), None
    if found := _PERCENT.search(words):
        kind, value = "percentage", Decimal(found[1].replace(",", "."))
    elif found := _RANK.search(words):
        kind, value = "rank", Decimal(found[1])
    else:
        kind = "milestone" if _DONE.search(words) else "qualitative"
    years = [int(year) for year in _YEAR.findall(words) or _YEAR.findall(lead_in)]
    excluded = _EXCLUSION.search(text)
    return ReadMeasure(
        kind=kind,
        value=value,
        deadline_year=max(years, default=last_year),
        yearly=bool(_YEARLY.search(words)),
        exclusion=excluded[1] if excluded else "",
    )
