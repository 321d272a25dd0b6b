"""What changed between two texts, word by word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Segment:
    """`kind`: same, del or ins."""

    kind: str
    text: str


def word_difference(before: str, after: str) -> tuple[Segment, ...]:
    """The segments in the order of reading: those that stay and go are `before`, those that stay
    and come are `after`."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    segments = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            segments.append(Segment("same", "".join(old[a:b])))
            continue
        segments += [Segment("del", "".join(old[a:b]))] if b > a else []
        segments += [Segment("ins", "".join(new[c:d]))] if d > c else []
    return tuple(segments)
