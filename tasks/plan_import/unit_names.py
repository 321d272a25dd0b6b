"""The ways in which offices write one unit's name, brought to comparable marks.

"Trung tâm Phục vụ - kiểm soát TTHC", "TT PV-KSTTHC", "Trung tâm Phục vụ và Kiểm soát thủ tục hành
chính tỉnh" and the unit's code are one unit; case, accents, dashes and spaces don't tell units
apart.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from cchc.text import fold

# Common abbreviations of offices, whole words only; written out on both sides of a comparison.
_WRITTEN_OUT = {
    "tthc": "thu tuc hanh chinh",
    "cchc": "cai cach hanh chinh",
    "cntt": "cong nghe thong tin",
    "vpub": "van phong ubnd",
    "vb": "van ban",
    "p": "phong",
    "tt": "trung tam",
    "ttam": "trung tam",
    "vp": "van phong",
    "bp": "bo phan",
    "uy ban nhan dan": "ubnd",
}
_HEADS = (
    "cac phong", "cac ban", "cac trung tam", "cac don vi", "phong", "trung tam", "ban", "bo phan",
    "to", "so", "van phong", "chi cuc", "don vi", "doi", "vien", "truong", "nha khach", "cac so",
)  # fmt: skip
# What may follow a name without changing the unit: where it is, or whose it is.
_TAIL = re.compile(
    r"(?: (?:thuoc|cua|truc thuoc))?(?: van phong(?: ubnd)?| vpub| ubnd)?(?: tinh(?: [a-z]+){0,3})?$"
)


@dataclass(frozen=True)
class KnownUnit:
    """A unit or a group of the office; `kind` as Unit.Kind ("office", "group", "unit")."""

    code: str
    name: str
    short_name: str = ""
    kind: str = "unit"
    former: tuple[str, ...] = ()


def wording(name: str) -> str:
    """Folded words without dashes and signs, common abbreviations written out."""
    words = re.sub(r"[^\w]+", " ", fold(name)).strip()
    words = words.replace("uy ban nhan dan", "ubnd")
    return " ".join(_WRITTEN_OUT.get(word, word) for word in words.split())


def is_head(name: str) -> bool:
    """Whether the words begin like a unit's name: "Phòng ...", "Sở ...", and go on."""
    words = wording(name)
    return any(words.startswith(f"{head} ") for head in _HEADS)


class Names:
    """All marks of all units; a mark that two units share finds both."""

    def __init__(self, units: Iterable[KnownUnit]):
        self._found: dict[str, dict[str, str]] = defaultdict(dict)
        for unit in units:
            for name in (unit.name, unit.short_name, *unit.former):
                why = "tên cũ" if name in unit.former else "đúng tên"
                for mark in _marks(name):
                    self._found[mark].setdefault(unit.code, why)
            for mark in _short_marks(unit):
                self._found[mark].setdefault(unit.code, "viết tắt")

    def find(self, words: str) -> tuple[list[str], str]:
        """The codes of the units with this name, and how it was known; exact names win."""
        for mark in _asked(words):
            if found := self._found.get(mark):
                whys = list(found.values())
                exact = [code for code, why in found.items() if why == "đúng tên"]
                return (exact, "đúng tên") if len(exact) == 1 else (list(found), whys[0])
        return [], ""


def _asked(words: str) -> list[str]:
    """The marks under which a name of the plan is looked up, the surest first."""
    without = re.sub(r"\s*\([^)]*\)", "", words)
    forms = [words, without] if without.strip() and without != words else [words]
    marks = []
    for form in forms:
        plain = re.sub(r"[^\w]+", "", fold(form))
        spelled = wording(form)
        marks += [_squeeze(spelled), plain, _squeeze(_TAIL.sub("", spelled))]
        if spelled.startswith("cac "):
            marks.append(_squeeze(spelled.removeprefix("cac ")))
    return [mark for mark in dict.fromkeys(marks) if len(mark) > 1]


def _squeeze(words: str) -> str:
    """One mark of the words: without spaces, and without the "và" that some write for a dash."""
    return "".join(word for word in words.split() if word != "va")


def _marks(name: str) -> set[str]:
    words = wording(name)
    if not words:
        return set()
    marks = {_squeeze(words), re.sub(r"[^\w]+", "", fold(name)), _squeeze(_TAIL.sub("", words))}
    return {mark for mark in marks if len(mark) > 1}


def _short_marks(unit: KnownUnit) -> set[str]:
    """The code, and the first letters of the name: "Phòng HC-QT", "P. HCQT", "HCQT"."""
    marks = {re.sub(r"\W", "", fold(unit.code))}
    for name in (unit.name, *unit.former):
        words = wording(name).split()
        head = next((h for h in _HEADS if " ".join(words).startswith(f"{h} ")), "")
        size = len(head.split())
        rest = [word for word in words[size:]]
        for kept in (rest, [word for word in rest if word != "va"]):
            initials = "".join(word[0] for word in kept)
            if len(initials) < 2:
                continue
            marks |= {head.replace(" ", "") + initials, head.removeprefix("cac ") + initials}
            marks.add("".join(word[0] for word in words[:size]) + initials)
            if len(initials) > 2:
                marks.add(initials)
    return {mark.replace(" ", "") for mark in marks if len(mark) > 1}
