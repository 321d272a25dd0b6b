"""Tiles side by side, as one string: a dashboard has a thousand of them."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
def tiles(marks) -> str:
    """The tiles that have room, and the way to all of them (reports/marks.py, Marks)."""
    shown = "".join([mark.html for mark in marks.shown])
    rest = '<a class="sub" href="{}">xem đủ {} việc</a>'
    more = format_html(rest, marks.href, marks.total) if marks.more else ""
    return mark_safe(f'<span class="os">{shown}{more}</span>')
