"""What a unit wrote about its work, as plain values."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Cited:
    """A document as somebody cited it."""

    key: str
    number: str
    issued_on: date
    kind: str
    summary: str
    issuer: str


@dataclass(frozen=True)
class Words:
    """A report on an assignment (or the act that stopped it) and its documents."""

    result: str = ""
    difficulty: str = ""
    proposal: str = ""
    reason: str = ""
    recorded_on: date | None = None
    documents: tuple[Cited, ...] = ()


SILENCE = Words()
