"""A paragraph as the program composed it, and where it comes from."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Source:
    """The unit's part of a task, and the day."""

    code: str
    period_code: str
    unit: str
    day: date | None


@dataclass(frozen=True)
class Composed:
    """`key` names the paragraph for as long as the report lives ("viec:17"). `gap`: there is nothing
    to tell, a person has to look; `hint` says where, on screen only."""

    key: str
    text: str
    sources: tuple[Source, ...] = ()
    gap: bool = False
    hint: str = ""
