"""From the words of a lead or collaborating cell to the units of the office.

A name is matched when its words, its abbreviation or a former name fit exactly one unit; whatever
is less than that is asked, with the likeliest units first. A list is split on "và", "," and ";"
only where both sides can be read, so "Trung tâm Công báo và Tin học" stays one. Kinds of party as
in TaskUnit: unit, group, all, chosen.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from cchc.text import fold
from tasks.plan_import.unit_names import KnownUnit, Names, is_head, wording
from tasks.plan_import.words import DASH, one_line

_LIKELY, _POSSIBLE = 0.86, 0.55  # of SequenceMatcher's ratio, on folded words
_MOST_CANDIDATES = 5
_LONGEST_NAME = 300  # letters; longer words are asked without looking for a likely unit
_MOST_PIECES = 40  # separators in one cell; a longer list is asked as a whole
_SEPARATOR = re.compile(rf"\s*[,;\n]\s*(?:và\s+|{DASH}\s+|\+\s+)?|\s+(?:và|cùng)\s+|\s*&\s*")
_LABEL = re.compile(
    rf"^(?:(?:đơn vị |cơ quan )?(?:chủ trì|phối hợp|thực hiện)\s*:\s*|(?:{DASH}|[+•*])\s+)+",
    re.IGNORECASE,
)
# Folded words for units at large: "phong, ban, don vi", and whom they mean.
_NOUN = r"(?:phong chuyen mon|phong|ban|don vi su nghiep|don vi|trung tam|bo phan|to)"
_MORE = rf"(?:(?:, va |, | va | - |/){_NOUN})"
_KINDS = rf"{_NOUN}{_MORE}*"
_EACH = r"(?:(?:tat ca|toan the) )?(?:(?:cac|nhung) )?"
_ALL = re.compile(
    rf"{_EACH}{_KINDS} (?:truc thuoc|thuoc|cua|trong|tai)"
    r"(?: (?:van phong|co quan|don vi|so|ubnd|uy ban nhan dan).*)?"
    rf"|(?:tat ca|toan the) (?:cac )?{_KINDS}|cac {_NOUN}{_MORE}+"
    r"|toan (?:the )?(?:van phong|co quan)"
)
_SOME = rf"(?:{_KINDS}|co quan(?:, don vi)?|ben)(?: truc thuoc| thuoc van phong)?"
_CHOSEN = re.compile(
    rf"{_EACH}{_SOME} (?:co )?(?:lien quan|duoc giao|duoc phan cong|chu tri)(?: .*)?"
    rf"|cac {_SOME}"
    r" (?:tham muu|khac|trinh|soan thao|dang ky|phu trach|theo (?:chuc nang|phan cong))(?: .*)?"
)


@dataclass(frozen=True)
class Decision:
    """What a name stands for: `unit` is a unit's code for the kinds unit and group, else ""."""

    kind: str
    unit: str = ""


@dataclass(frozen=True)
class Party:
    """A name of the cell, verbatim, and what it stands for. `why` says how it was matched."""

    text: str
    kind: str
    unit: str = ""
    why: str = ""


@dataclass(frozen=True)
class Question:
    """A name that a person has to decide; `candidates` are the likeliest first, maybe none."""

    text: str
    candidates: tuple[Decision, ...]
    why: str

    @property
    def key(self) -> str:
        """Under what the answer is remembered."""
        return key_of(self.text)


@dataclass(frozen=True)
class Matching:
    """The names of a cell in their order: parties, and questions among them."""

    names: tuple[Party | Question, ...]

    @property
    def parties(self) -> tuple[Party, ...]:
        return tuple(name for name in self.names if isinstance(name, Party))

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(name for name in self.names if isinstance(name, Question))


def key_of(words: str) -> str:
    return fold(words)


def match_units(
    text: str, units: Iterable[KnownUnit], remembered: Mapping[str, Decision] | None = None
) -> Matching:
    """The units named in a cell. `remembered` are earlier answers, by `key_of` their words."""
    return Matcher(units, remembered).match(text)


class Matcher:
    """The same for many cells: the units' names are prepared once."""

    def __init__(
        self, units: Iterable[KnownUnit], remembered: Mapping[str, Decision] | None = None
    ):
        self._units = tuple(units)
        self._names = Names(self._units)
        self._kinds = {unit.code: unit.kind for unit in self._units}
        self._remembered = remembered or {}
        self._matched: dict[str, Matching] = {}  # the same words stand in many rows

    def match(self, text: str) -> Matching:
        if text not in self._matched:
            self._matched[text] = self._match(text)
        return self._matched[text]

    def _match(self, text: str) -> Matching:
        lines = [line.strip() for line in text.split("\n")]
        if _LABEL.match(lines[0]):  # a list: a name on each line, behind its dash
            words = "; ".join(filter(None, (_LABEL.sub("", line) for line in lines)))
        else:
            words = one_line(text)
        words = words.strip(" .;,")
        if not re.search(r"\w", words):
            return Matching(())
        return Matching(tuple(self._read(piece) for piece in self._pieces(words)))

    def _pieces(self, words: str) -> list[str]:
        """Cut at the separators so that as little as possible stays unread, in as few pieces."""
        cuts = list(_SEPARATOR.finditer(words))
        if not cuts or len(cuts) > _MOST_PIECES or self._known(words):
            return [words]
        starts = [0, *(cut.end() for cut in cuts)]
        ends = [*(cut.start() for cut in cuts), len(words)]
        best: list[tuple[float, list[str]]] = [(0, [])]  # for the first n segments
        for last in range(len(ends)):
            best.append(
                min(
                    (
                        (cost + self._cost(piece, last - first + 1), [*pieces, piece])
                        for first, (cost, pieces) in enumerate(best)
                        if (piece := words[starts[first] : ends[last]])
                    ),
                    key=lambda found: found[0],
                    default=(10_000, []),
                )
            )
        return best[-1][1]

    def _cost(self, piece: str, segments: int) -> float:
        """A known name costs little; an unread one much, and a list of them more than its parts
        when each part begins like a name of its own."""
        if self._known(piece):
            return 1
        parts = [part for part in _SEPARATOR.split(piece) if part]
        apart = len(parts) > 1 and all(is_head(part) for part in parts)
        return 100 + 2 * segments + (150 * len(parts) if apart else 0)

    def _known(self, piece: str) -> Party | None:
        if decision := self._remembered.get(key_of(piece)):
            return Party(piece, decision.kind, decision.unit, "đã trả lời lần trước")
        codes, why = self._names.find(piece)
        if len(codes) == 1:
            kind = "group" if self._kinds[codes[0]] == "group" else "unit"
            return Party(piece, kind, codes[0], why)
        words = re.sub(r"\s+", " ", fold(piece)).strip(" .")
        if _CHOSEN.fullmatch(words):
            return Party(piece, "chosen", why="chọn theo từng việc")
        if _ALL.fullmatch(words):
            return Party(piece, "all", why="mọi đơn vị trực thuộc")
        return None

    def _read(self, piece: str) -> Party | Question:
        return self._known(piece) or self._question(piece)

    def _question(self, piece: str) -> Question:
        codes, _ = self._names.find(piece)
        if codes:
            return Question(piece, self._decisions(codes), "nhiều đơn vị cùng cách gọi này")
        words = wording(piece)
        units = self._units if len(words) <= _LONGEST_NAME else ()
        scored = sorted(
            ((self._likeness(words, unit), -place, unit.code)) for place, unit in enumerate(units)
        )[::-1]
        likely = [code for score, _, code in scored if score >= _POSSIBLE][:_MOST_CANDIDATES]
        if re.fullmatch(_EACH + _KINDS, fold(piece)):
            both = (Decision("all"), Decision("chosen"))
            return Question(piece, both, "không nói rõ là mọi đơn vị hay đơn vị có liên quan")
        if scored and scored[0][0] >= _LIKELY:
            why = "gần giống tên một đơn vị, có thể viết sai"
        else:
            why = "không có đơn vị nào tên như vậy"
        return Question(piece, self._decisions(likely), why)

    def _likeness(self, words: str, unit: KnownUnit) -> float:
        forms = {wording(name) for name in (unit.name, unit.short_name, *unit.former) if name}
        best = 0.0
        for form in forms:
            ratio = SequenceMatcher(None, words, form).ratio()
            without_head = form.split(" ", 1)[-1] if is_head(form) else form
            if words and (f" {words} " in f" {form} " or without_head == words):
                ratio = max(ratio, _LIKELY)
            best = max(best, ratio)
        return best

    def _decisions(self, codes: Iterable[str]) -> tuple[Decision, ...]:
        return tuple(
            Decision("group" if self._kinds[code] == "group" else "unit", code) for code in codes
        )
