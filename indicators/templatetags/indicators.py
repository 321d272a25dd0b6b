"""How a verdict looks: an icon and words, never colour alone."""

from django import template
from django.utils.html import format_html

from cchc.templatetags.cchc import icon, number
from indicators.forecasting import Outlook
from indicators.index_reading import points
from indicators.verdicts import Verdict

register = template.Library()

LOOKS = {
    Verdict.MET: ("v-met", "circle-check"),
    Verdict.MET_LATE: ("v-met", "clock-check"),
    Verdict.NOT_MET: ("v-risk", "alert-triangle"),
    Verdict.NOTHING_AROSE: ("s-new", "circle"),
    Verdict.NO_DATA: ("s-new", "circle"),
}
OUTLOOKS = {
    Outlook.MET: ("v-met", "circle-check"),
    Outlook.LIKELY: ("v-ok", "arrow-right"),
    Outlook.UNLIKELY: ("v-risk", "alert-triangle"),
    Outlook.UNKNOWN: ("s-new", "circle"),
}
ON_THE_WAY = ("v-ok", "half")  # not met, and its year has not come


@register.simple_tag
def verdict(found, is_due=True) -> str:
    look, glyph = LOOKS[found]
    if found == Verdict.NOT_MET and not is_due:
        look, glyph = ON_THE_WAY
    return format_html('<span class="st {}">{}{}</span>', look, icon(glyph), found.label)


@register.simple_tag
def assessed(line) -> str:
    """The one word beside a target, with what a forecast lacks."""
    found = line.assessed
    look, glyph = (OUTLOOKS if isinstance(found, Outlook) else LOOKS)[found]
    words = format_html('<span class="st {}">{}{}</span>', look, icon(glyph), found.label)
    short_by = line.forecast.short_by
    if found == Outlook.UNLIKELY and short_by:
        return format_html('{} <span class="fine">thiếu {} điểm %</span>', words, number(short_by))
    return words


@register.filter
def points_of(value) -> str:
    return points(value)
