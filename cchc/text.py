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


_SPACES = dict.fromkeys(map(ord, "\u00a0\u2007\u202f\u3000\t"), " ")
_NOTHING = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_SOFT_BREAKS = dict.fromkeys(map(ord, "\v\u2028"), " ")


def clean_prose(text: str) -> str:
    """Paragraphs pasted from Word or typed: one line each, without Word's soft line breaks, hard
    spaces, soft hyphens and zero-width marks. Whatever looks like HTML is text."""
    text = text.translate(_SOFT_BREAKS | _SPACES | _NOTHING).replace("\u2029", "\n")
    return "\n".join(line for line in clean_lines(text).split("\n") if line)
