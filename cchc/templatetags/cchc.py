"""How figures, dates and states look. Nothing here decides anything."""

from functools import cache
from html import escape

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.utils.timezone import localtime

from cchc import menu as menus
from cchc.models import Unit

register = template.Library()

# tile: (label, icon in the label, glyph in the tile); interface.md, 3
STATUS = {
    "done": ("Hoàn thành đúng hạn", "circle-check", "check"),
    "late": ("Hoàn thành quá hạn", "clock-check", "clock"),
    "finished": ("Hoàn thành", "circle-check", "check"),
    "prior": ("Đã xong từ năm trước", "archive", "archive"),
    "review": ("Chờ xác nhận", "send", "send"),
    "doing": ("Đang thực hiện", "half", "half"),
    "new": ("Chưa thực hiện", "circle", "circle"),
    "returned": ("Bị trả lại", "arrow-back-up", "arrow-back-up"),
    "blocked": ("Vướng mắc", "noentry", "noentry"),
    "overdue": ("Quá hạn", "alert-triangle", "bang"),
    "wait": ("Chưa phát sinh", "wait", "wait"),
    "stopped": ("Dừng theo quyết định", "ban", "stop"),
    "soon": ("Sắp đến hạn", "clock", "clock"),
}


@register.filter
def dmy(day) -> str:
    """31/12/2024; nothing for no day."""
    return day.strftime("%d/%m/%Y") if day else ""


@register.filter
def day_month(day) -> str:
    """31/12, where the year is plain."""
    return day.strftime("%d/%m") if day else ""


@register.filter
def clock(moment) -> str:
    """08:00, in the office."""
    return localtime(moment).strftime("%H:%M")


@register.filter
def number(value) -> str:
    """2.161.755 and 86,45: thousands by dot, decimals by comma (domain.md, 7)."""
    if value is None or value == "":
        return ""
    text = f"{value:,.2f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"
    return text.translate(str.maketrans(",.", ".,"))


@register.filter
def percent(value) -> str:
    """86,45%; nothing for no value, because "chưa có" is not 0 %."""
    return "" if value is None else f"{number(round(value, 2))}%"


@register.filter
def days(left) -> str:
    """còn 4 ngày, đến hạn hôm nay, quá 16 ngày."""
    if left is None:
        return ""
    if left == 0:
        return "đến hạn hôm nay"
    return f"còn {left} ngày" if left > 0 else f"quá {-left} ngày"


@register.filter
def get(mapping, key):
    """The value under a key that is a variable or has spaces."""
    return mapping[key]


@register.simple_tag
@cache  # a page has hundreds
def icon(name: str, size: str = "") -> str:
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        size,
        static("cchc/icons.svg"),
        name,
    )


@register.simple_tag
@cache
def status(tile: str, boxed: bool = False) -> str:
    """Icon and words of a status; never colour alone."""
    label, glyph, _ = STATUS[tile]
    return format_html(
        '<span class="st s-{}{}">{}{}</span>', tile, " st-b" if boxed else "", icon(glyph), label
    )


@register.simple_tag
def tile(thing, href: str, opening: str) -> str:
    """A small square that is one occurrence or assignment, and a link to it."""
    return tile_html(thing.tile, thing.code, href, opening)


def tile_html(tile: str, code: str, href: str, opening: str) -> str:
    label, _, glyph = STATUS[tile]
    words = escape(f"{code} – {label}: {opening}")
    return mark_safe(
        f'<a class="o s-{tile}" href="{conditional_escape(href)}" title="{words}" aria-label="{words}">'
        f"{icon(glyph)}</a>"
    )


@register.simple_tag
def status_label(tile: str) -> str:
    return STATUS[tile][0]


@register.simple_tag(takes_context=True)
def at(context, name, *args, **query) -> str:
    """The address of a page that keeps the year and the day looked at (Viewing.url)."""
    viewing = context.get("viewing")
    address = viewing.url(name, *args, **query) if viewing else reverse(name, args=args)
    return mark_safe(address.replace("&", "&amp;"))


@register.simple_tag(takes_context=True)
def here(context, *marks) -> str:
    """This page's own address with other marks: {% here "nam" 2024 "trang" None %}; None drops."""
    request = context["request"]
    query = request.GET.copy()
    for name, value in zip(marks[::2], marks[1::2], strict=True):
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    address = request.path + ("?" + urlencode(query, doseq=True) if query else "")
    return mark_safe(address.replace("&", "&amp;").replace("'", "%27"))


@register.simple_tag(takes_context=True)
def menu(context) -> list:
    """The pages this person may open (cchc/menu.py)."""
    user = getattr(context.get("request"), "user", None)
    if user is None or not user.is_authenticated:
        return []
    return menus.menu(user, _view_name(context), context.get("viewing"), context.flatten())


@register.simple_tag(takes_context=True)
def menu_bar(context, items) -> list:
    return menus.bar(items, _view_name(context))


def _view_name(context) -> str:
    return getattr(context["request"].resolver_match, "view_name", "") or ""


@register.simple_tag
def debug_is_on() -> bool:
    return settings.DEBUG


@register.simple_tag
def office_name() -> str:
    """The office at the root of the tree, for pages that know no plan; "" before it is entered."""
    offices = Unit.objects.filter(parent=None, kind=Unit.Kind.OFFICE)
    return offices.values_list("name", flat=True).first() or ""


@register.filter
def level(message) -> str:
    """The look of one of Django's messages."""
    return {"error": "bad", "warning": "wn", "success": "ok"}.get(message.level_tag, "nf")


@register.filter
def control(field) -> str:
    """A form field's widget with Bootstrap's class for its kind."""
    kind = field.field.widget
    by_input = {"checkbox": "form-check-input", "radio": "", "select": "form-select"}
    look = by_input.get(getattr(kind, "input_type", ""), "form-control")
    if field.errors:
        look += " is-invalid-x"
    return field.as_widget(attrs={"class": f"{kind.attrs.get('class', '')} {look}".strip()})
