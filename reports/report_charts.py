"""The report's figures as pictures: plain values in, SVG text out.

Legible without colour: every bar has its number, every bucket its own pattern and place. Only
presentation attributes (the site allows no inline style); `title` and `desc` say the same in words.
Lengths are in the picture's own units; it is 660 wide, which is the paper's 165 mm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from xml.sax.saxutils import escape, quoteattr

from django.utils.safestring import SafeString, mark_safe

from reports.building import PeriodReport
from reports.figures import GroupFigures
from tasks.buckets import Bucket

WIDTH = 660
LABELS = 210  # of the left column
INK, PALE, GRID = "#1a2530", "#dfe4e9", "#c5ccd3"
SIZE = 13  # of letters
LETTER = 6.9  # a letter's mean width at that size
BAR, GAP = 15, 12
# of the buckets in their order: ground, stroke and the way of its lines
_FILLS = {
    Bucket.DONE_ON_TIME: ("#6f8fae", ""),
    Bucket.DONE_LATE: ("#ffffff", "M0 8L8 0M-2 2L2 -2M6 10L10 6"),
    Bucket.OPEN_IN_TIME: ("#e4eaf0", ""),
    Bucket.OPEN_OVERDUE: ("#33404d", ""),
    Bucket.WAITING: ("#ffffff", "M0 4H8"),
    Bucket.NO_DEADLINE: ("#ffffff", "M4 0V8"),
    Bucket.STOPPED: ("#ffffff", "M0 0L8 8M0 8L8 0"),
}


@dataclass(frozen=True)
class Chart:
    """`title` and `description` are the picture's alternative text."""

    svg: SafeString  # its words are escaped
    title: str
    description: str
    width: int
    height: int

    @property
    def alternative(self) -> str:
        return f"{self.title}. {self.description}"


def bucket_chart(report: PeriodReport, font: str = "") -> Chart | None:
    """The seven buckets, this year against the same period of the year before."""
    if not report.figures:
        return None
    now = [(line.label, line.occurrences, line.last_year) for line in report.figures]
    compared = report.last_year is not None
    words = [
        f"{label}: {count}" + (f" (năm {report.last_year}: {before})" if before is not None else "")
        for label, count, before in now
    ]
    rows = len(now)
    step = BAR * (2 if compared else 1) + GAP
    top = 34 if compared else 10
    longest = max([count or 0 for _, *counts in now for count in counts] + [1])
    unit = (WIDTH - LABELS - 50) / longest
    parts = []
    if compared:
        parts += _key(LABELS, 4, "#33404d", str(report.year))
        parts += _key(LABELS + 110, 4, "#ffffff", f"cùng kỳ năm {report.last_year}")
    for row, (label, count, before) in enumerate(now):
        y = top + row * step
        middle = y + (step - GAP) / 2 + 4.5
        parts.append(_text(LABELS - 10, middle, label, "end"))
        parts += _bar(y, count, unit, "#33404d")
        if compared:
            parts += _bar(y + BAR, before or 0, unit, "#ffffff")
    parts.append(_line(LABELS, top - 4, LABELS, top + rows * step - GAP + 4))
    title = f"Biểu đồ 1. Số nhiệm vụ theo tình trạng, {_figures_of(report)}"
    if compared:
        title += f" so với cùng kỳ năm {report.last_year}"
    return _picture("bd-tt", title, "; ".join(words) + ".", top + rows * step, parts, font)


def area_chart(report: PeriodReport, font: str = "") -> Chart | None:
    """The buckets of every area of the plan, one bar each."""
    title = f"Biểu đồ 2. Số nhiệm vụ theo lĩnh vực và tình trạng, {_figures_of(report)}"
    groups = [(f"{group.code}. {group.title}", group) for group in report.by_area]
    return _stacked("bd-lv", title, groups, font)


def year_chart(report: PeriodReport, font: str = "") -> Chart | None:
    """The buckets of every year, of a closing report."""
    title = f"Biểu đồ 3. Số nhiệm vụ theo năm và tình trạng, {report.period_name}"
    return _stacked("bd-nam", title, [(group.title, group) for group in report.by_year], font)


def charts_of(report: PeriodReport, font: str = "") -> dict[str, Chart | None]:
    """Under the names that the templates know."""
    return {
        "buckets": bucket_chart(report, font),
        "areas": area_chart(report, font),
        "years": year_chart(report, font),
    }


def _figures_of(report: PeriodReport) -> str:
    """A closing report's figures are those of its last year; the others' years are beside them."""
    return f"năm {report.year}" if report.by_year else report.period_name


def _stacked(name: str, title: str, groups: list[tuple[str, GroupFigures]], font: str):
    if not groups:
        return None
    buckets = list(Bucket)
    used = [at for at in range(len(buckets)) if any(group.counts[at] for _, group in groups)]
    parts = [_pattern(name, buckets[at]) for at in used if _FILLS[buckets[at]][1]]
    top = 8
    for place, at in enumerate(used):
        left, y = 4 + (place % 3) * 218, 4 + (place // 3) * 22
        parts += _key(left, y, _fill(name, buckets[at]), buckets[at].label)
        top = y + 34
    unit = (WIDTH - LABELS - 50) / max([group.total for _, group in groups] + [1])
    y, words = top, []
    for label, group in groups:
        lines = _wrapped(label, LABELS - 12)
        height = max(len(lines) * 16, 24)
        first = y + height / 2 + 4.5 - (len(lines) - 1) * 8
        for number, line in enumerate(lines):
            parts.append(_text(LABELS - 10, first + number * 16, line, "end"))
        x, bar = LABELS, y + (height - 22) / 2
        for at in used:
            count = group.counts[at]
            if count:
                parts += _segment(x, bar, count, unit, _fill(name, buckets[at]))
                x += count * unit
        parts.append(_text(x + 6, bar + 15.5, str(group.total), weight="bold"))
        told = ", ".join(
            f"{buckets[at].label.lower()} {group.counts[at]}" for at in used if group.counts[at]
        )
        words.append(f"{label}: {group.total}" + (f" ({told})" if told else ""))
        y += height + GAP
    parts.append(_line(LABELS, top - 4, LABELS, y - GAP + 4))
    return _picture(name, title, "; ".join(words) + ".", y, parts, font)


def _segment(x, y, count, unit, fill) -> list[str]:
    """A piece of a bar; its number on a white ground, so that it reads on every pattern."""
    width = count * unit
    middle, half = x + width / 2, 5 + 4 * len(str(count))
    parts = [_rect(x, y, width, 22, fill, INK)]
    if width > 2 * half:
        parts.append(_rect(middle - half, y + 3, 2 * half, 16, "#ffffff"))
        parts.append(_text(middle, y + 15.5, str(count), "middle"))
    return parts


def _bar(y, count, unit, fill) -> list[str]:
    bar = [_rect(LABELS, y, count * unit, BAR - 2, fill, INK)] if count else []
    return [*bar, _text(LABELS + count * unit + 6, y + 11.5, str(count))]


def _key(x, y, fill, label) -> list[str]:
    return [_rect(x, y, 22, 14, fill, INK), _text(x + 29, y + 12, label)]


def _fill(name: str, bucket: Bucket) -> str:
    ground, lines = _FILLS[bucket]
    return f"url(#{name}-{bucket.value})" if lines else ground


def _pattern(name: str, bucket: Bucket) -> str:
    ground, lines = _FILLS[bucket]
    return (
        f'<pattern id="{name}-{bucket.value}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{ground}"/>'
        f'<path d="{lines}" stroke="{INK}" stroke-width="1.4" fill="none"/></pattern>'
    )


def _wrapped(label: str, width: float) -> list[str]:
    """In as few lines as the column needs, none much longer than the others."""
    most = int(width / LETTER)
    wanted = ceil(len(label) / ceil(len(label) / most)) + 4
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + len(word) >= min(most, wanted):
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _rect(x, y, width, height, fill, stroke="") -> str:
    edge = f' stroke="{stroke}" stroke-width="1"' if stroke else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{fill}"{edge}/>'
    )


def _line(x1, y1, x2, y2) -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{INK}" stroke-width="1"/>'


def _text(x, y, words, anchor="start", weight="") -> str:
    bold = f' font-weight="{weight}"' if weight else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{bold} fill="{INK}">'
        f"{escape(words)}</text>"
    )


def _picture(name, title, description, height, parts: Iterable[str], font: str) -> Chart:
    family = f" font-family={quoteattr(font)}" if font else ""
    height = ceil(height)
    svg = (
        f'<svg class="rp-chart" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
        f'<g font-size="{SIZE}"{family}>{"".join(parts)}</g></svg>'
    )
    return Chart(mark_safe(svg), title, description, WIDTH, height)
