"""Joining what a line or a page has cut apart, and telling a sentence's beginning from its middle."""

import re
import unicodedata

DASH = "[-‐‑‒–—−]"
_LIST_MARK = re.compile(rf"(?:{DASH}|[+•*])\s|[a-zđ]\)\s")
_CUT = re.compile(rf"\w{DASH}")


def join(before: str, after: str) -> str:
    """Two pieces of one text as they stood before the cut: a new item of a list on a line of its
    own, a word cut behind its hyphen without a space, everything else with one."""
    if not before or not after:
        return before or after
    in_list = _LIST_MARK.match(before) or before.endswith((";", ":", ".")) or "\n-" in before
    if _LIST_MARK.match(after) and in_list:
        return f"{before}\n{after}"
    return before + ("" if _is_cut(before, after) else " ") + after


def one_line(text: str) -> str:
    """The lines of a cell as one, as the plan's words are kept."""
    pieces: list[str] = []
    for line in text.split("\n"):
        line = " ".join(line.split())
        if pieces and line:
            pieces.append("" if _is_cut(pieces[-1], line) else " ")
        if line:
            pieces.append(line)
    return "".join(pieces)


def _is_cut(before: str, after: str) -> bool:
    """Whether a hyphen stands right behind a word, and a word goes on behind it."""
    return bool(_CUT.fullmatch(before[-2:])) and after[:1].isalnum()


def goes_on(text: str) -> bool:
    """Whether a text begins in the middle of a sentence: a small letter, or a closing sign."""
    text = text.lstrip()
    return bool(text) and (text[0].islower() or text[0] in ",.;:)”" or text[0] == "…")


def is_title(text: str) -> bool:
    """Whether a text begins like a title or sentence: with a capital letter."""
    letters = [c for c in text if unicodedata.category(c)[0] == "L"]
    return bool(letters) and letters[0].isupper()
