"""Vietnamese text made comparable."""

import unicodedata


def clean(text: str) -> str:
    """NFC, single spaces, no control characters: what we store of a one-line field."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    text = text.replace("\ufffe", "").replace("\uffff", "")  # Word and Excel can't hold them
    return " ".join(text.split())


def clean_lines(text: str) -> str:
    """Like clean(), but keeps the lines of a longer text."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    lines = (clean(line) for line in text.split("\n"))
    return "\n".join(lines).strip()


def fold(text: str) -> str:
    """For searching: lower case, no accents, đ as d, single spaces.

    The databases don't fold Vietnamese letters, so the folded form is stored in a column.
    """
    text = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", text).split())
