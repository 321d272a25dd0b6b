"""The numbers and dashes that Word itself puts before a paragraph: they stand on paper, and in no
run of the file (ECMA-376 part 1, 17.9)."""

import re
from collections import defaultdict

from tasks.plan_import.ooxml import child, children, local, value

_BULLET = "-"  # whatever sign Word draws, an office's list is one of dashes
_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def roman(number: int) -> str:
    """1-89 as I, II ...; what lies outside as it is."""
    if not 0 < number < 90:
        return str(number)
    words = ""
    for worth, sign in _ROMAN:
        words += sign * (number // worth)
        number %= worth
    return words


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, 3)


_FORMATS = {
    "upperRoman": roman,
    "lowerRoman": lambda number: roman(number).lower(),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
}


class Numbering:
    """Counts the numbered paragraphs in the order in which `label` is asked for them."""

    def __init__(self, numbering, styles):
        self._levels = {}  # list -> its levels: (format, template, start)
        self._lists = {}  # numId -> (list, its own starts)
        self._counters = defaultdict(dict)
        self._of_style = {}
        self._read(numbering, styles)

    def _read(self, numbering, styles):
        for element in numbering if numbering is not None else ():
            if local(element) == "abstractNum":
                levels = {value(level, "ilvl"): level for level in children(element, "lvl")}
                self._levels[value(element, "abstractNumId")] = levels
            elif local(element) == "num":
                overrides = {
                    value(override, "ilvl"): value(child(override, "startOverride"))
                    for override in children(element, "lvlOverride")
                }
                target = value(child(element, "abstractNumId"))
                self._lists[value(element, "numId")] = (target, overrides)
        for style in children(styles, "style"):
            numbered = child(child(style, "pPr"), "numPr")
            if numbered is not None:
                self._of_style[value(style, "styleId")] = numbered

    def label(self, properties) -> str:
        """What stands before the paragraph with these properties (w:pPr): "2.", "-", or ""."""
        numbered = child(properties, "numPr")
        if numbered is None:
            numbered = self._of_style.get(value(child(properties, "pStyle")))
        number = value(child(numbered, "numId"))
        depth = value(child(numbered, "ilvl")) or "0"
        name, overrides = self._lists.get(number, ("", {}))
        level = self._levels.get(name, {}).get(depth)
        if level is None or not depth.isdecimal():
            return ""
        at = int(depth)
        count = self._count(number if overrides else name, at, name, overrides)
        kind = value(child(level, "numFmt"))
        template = value(child(level, "lvlText"))
        if kind == "bullet":
            return _BULLET
        if kind == "none":
            return ""
        return re.sub(
            r"%([1-9])", lambda found: self._written(name, int(found[1]) - 1, count), template
        )

    def _count(self, key, at: int, name, overrides) -> dict[int, int]:
        counters = self._counters[key]
        for deeper in [depth for depth in counters if depth > at]:
            del counters[deeper]
        for depth in range(at + 1):
            if depth not in counters:
                counters[depth] = self._start(name, overrides, depth) - (depth == at)
        counters[at] += 1
        return counters

    def _start(self, name, overrides, depth: int) -> int:
        level = self._levels[name].get(str(depth))
        start = overrides.get(str(depth)) or value(child(level, "start")) or "1"
        return int(start) if start.isdecimal() and len(start) < 5 else 1

    def _written(self, name, depth: int, counters) -> str:
        number = counters.get(depth, 0)
        kind = value(child(self._levels[name].get(str(depth)), "numFmt"))
        return _FORMATS.get(kind, str)(number)
