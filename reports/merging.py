"""The composed text and what people wrote beside it, as one: nobody's words are overwritten.

A passage keeps the composed text that its author had before their eyes (`base`). When the composed
text has moved on since, the new one is offered; to accept it or to keep one's own is a person's act.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from reports.composed import Composed, Source
from reports.models import Passage


class Standing(StrEnum):
    COMPOSED = "composed"
    EDITED = "edited"
    ADDED = "added"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Paragraph:
    """`version` is 0 while nobody touched it. `offer` is the composed text that has changed since
    somebody edited (None: nothing new), `base` what it was then; `gone`: what it was composed from
    is no longer there."""

    key: str
    text: str
    sources: tuple[Source, ...] = ()
    gap: bool = False
    hint: str = ""
    standing: str = Standing.COMPOSED
    version: int = 0
    offer: str | None = None
    base: str = ""
    gone: bool = False
    unit: str = ""  # that contributed it
    author: str = ""
    changed_at: str = ""  # ISO moment

    @property
    def lines(self) -> list[str]:
        """As printed: each line a paragraph of its own."""
        return [line for line in self.text.split("\n") if line.strip()]

    @property
    def is_hidden(self) -> bool:
        return self.standing == Standing.HIDDEN

    @property
    def needs_a_look(self) -> bool:
        return self.offer is not None or self.gone


def merge(composed: Iterable[Composed], kept: Iterable[Passage]) -> tuple[Paragraph, ...]:
    """In the order of the composed text; added paragraphs follow the one they were put after, and
    what lost its source stands at the end. What was left out is there too, as hidden."""
    own = {passage.key: passage for passage in kept}
    merged = []
    for paragraph in composed:
        passage = own.pop(paragraph.key, None)
        merged.append(_beside(paragraph, passage) if passage else _plain(paragraph))
    merged += [_lost(passage) for passage in own.values() if not passage.is_added and passage.text]
    for passage in (passage for passage in own.values() if passage.is_added):
        merged.insert(_place_after(merged, passage.after), _written(passage))
    return tuple(merged)


def _plain(paragraph: Composed) -> Paragraph:
    return Paragraph(
        paragraph.key, paragraph.text, paragraph.sources, paragraph.gap, paragraph.hint
    )


def _beside(paragraph: Composed, passage: Passage) -> Paragraph:
    """A paragraph left out as it was composed has no words of its own yet."""
    return replace(
        _written(passage),
        text=passage.text or paragraph.text if passage.is_hidden else passage.text,
        sources=paragraph.sources,
        hint=paragraph.hint,
        offer=paragraph.text if passage.base != paragraph.text else None,
    )


def _lost(passage: Passage) -> Paragraph:
    """Words whose composed paragraph is no longer there; without `base` somebody has seen that and
    kept them as their own."""
    return replace(_written(passage), gone=bool(passage.base))


def _written(passage: Passage) -> Paragraph:
    return Paragraph(
        key=passage.key,
        text=passage.text,
        standing=_standing(passage),
        version=passage.version,
        base=passage.base,
        unit=passage.unit.short_name if passage.unit else "",
        author=passage.by.full_name,
        changed_at=passage.at.isoformat(),
    )


def _standing(passage: Passage) -> Standing:
    if passage.is_hidden:
        return Standing.HIDDEN
    return Standing.ADDED if passage.is_added else Standing.EDITED


def _place_after(merged: list[Paragraph], key: str) -> int:
    """Behind the paragraph of that key; "" is the first place, an unknown key the last."""
    if not key:
        return 0
    for place, paragraph in enumerate(merged):
        if paragraph.key == key:
            return place + 1
    return len(merged)
