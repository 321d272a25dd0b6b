"""Tiles on paper: the glyph is drawn into the page, because a PDF fetches no picture."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.conf import settings
from django.utils.safestring import mark_safe

from cchc.templatetags.cchc import STATUS

register = template.Library()
_ICONS = Path(settings.BASE_DIR, "cchc/static/cchc/icons.svg")
_SYMBOL = re.compile(r'<symbol id="i-([a-z-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


@cache
def _symbols() -> dict[str, str]:
    return dict(_SYMBOL.findall(_ICONS.read_text("utf-8")))


@cache
def _drawn(tile: str) -> str:
    ink = "#fff" if tile == "overdue" else "#000"
    return (
        f'<span class="t t-{tile}"><svg viewBox="0 0 24 24" width="9" height="9" fill="none" '
        f'color="{ink}" stroke="{ink}" stroke-width="2.6" aria-hidden="true">'
        f"{_symbols()[STATUS[tile][2]]}</svg></span>"
    ).replace("currentColor", ink)


@register.simple_tag
def glyph(tile: str) -> str:
    """The tile of a status without its words."""
    return mark_safe(_drawn(tile))


@register.simple_tag
def glyphs(marks, room: int) -> str:
    """The tiles of the first marks."""
    return mark_safe("".join([_drawn(mark.tile) for mark in marks.shown[:room]]))


@register.simple_tag
def glyph_legend() -> list[tuple[str, str]]:
    """Every tile with its words: what a black and white print is read by."""
    return [
        (tile, label) for tile, (label, *_) in STATUS.items() if tile not in ("soon", "finished")
    ]
