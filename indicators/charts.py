"""Small pictures: numbers in, SVG coordinates out, with the words that say the same.

Coordinates are text, since templates would write a number with a decimal comma.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.templatetags.cchc import percent
from indicators.index_reading import ComponentLine, IndexLine, points
from indicators.reading import Line

LEFT, WIDTH = 4, 326  # of the scale from 0 to 100 in a picture of 340 x 28

# A trend: columns or a line over the plan's years in a picture of 420 x 196.
SLOT_LEFT, SLOT_WIDTH, TOP, BASE = 8, 404, 34, 168


@dataclass(frozen=True)
class Bullet:
    """A share against its target."""

    code: str
    title: str
    description: str
    bar: str
    ticks: tuple[str, ...]  # earlier years that the bar covers
    marks: tuple[str, ...]  # earlier years beyond its end
    target: str  # "" where none was entered
    link: tuple[str, str] | None  # from the newest figure to the forecast
    forecast: str  # the ring's centre, or ""


@dataclass(frozen=True)
class Point:
    """One year. `y` is "" where there is nothing to draw, only its words."""

    year: int
    words: tuple[str, ...]
    x: str
    y: str
    label_y: tuple[str, ...]
    left: str = ""  # of its column
    width: str = ""
    height: str = ""
    is_forecast: bool = False


@dataclass(frozen=True)
class Trend:
    code: str
    title: str
    description: str
    points: tuple[Point, ...]
    lines: tuple[str, ...]  # polylines through years that follow each other
    target_y: str
    target: str


@dataclass(frozen=True)
class Dumbbell:
    """A component's self-score (ring) and appraised points (dot) on the way to its maximum."""

    code: str
    title: str
    own: str
    appraised: str
    full: str  # where the maximum is, "" when it is not known


@dataclass(frozen=True)
class _Value:
    year: int
    height: float | None  # share of the picture's height
    words: tuple[str, ...]
    is_forecast: bool = False


def bullet(line: Line) -> Bullet:
    now = line.current.percentage
    end = now if now is not None else Decimal(0)
    before = [result for result in line.earlier if result.percentage is not None]
    words = [f"{result.year}: {result.value}" for result in before]
    ahead = line.forecast.value
    known = [r.percentage for r in line.series if r.percentage is not None]
    title = f"{line.code}: năm {line.year} {line.current.value}, mục tiêu {line.target}"
    if ahead is not None:
        title += f", dự báo năm {line.forecast.year} {percent(ahead)}"
    return Bullet(
        code=line.code,
        title=title,
        description="Các năm trước: " + (", ".join(words) if words else "chưa có số liệu"),
        bar=f"{float(end) * WIDTH / 100:.1f}",
        ticks=tuple(_x(r.percentage, 0.75) for r in before if r.percentage <= end),
        marks=tuple(_x(r.percentage, 0.75) for r in before if r.percentage > end),
        target="" if line.target_value is None else _x(line.target_value, 1.25),
        link=None if ahead is None else (_x(known[-1]), _x(ahead)),
        forecast="" if ahead is None else _x(ahead),
    )


def trend_of(line: Line, last_year: int) -> Trend | None:
    """Of shares and ranks; a milestone and a finding have none."""
    if line.is_percentage:
        return _share_trend(line, last_year)
    return _rank_trend(line, last_year)


def _share_trend(line: Line, last_year: int) -> Trend:
    """Columns from 0 %, the forecast as an outline."""
    values = [
        _Value(r.year, None if r.percentage is None else float(r.percentage) / 100, _short(r))
        for r in line.series
    ]
    ahead = line.forecast
    if ahead.value is not None and ahead.year > line.year:
        words = ("dự báo", percent(ahead.value))
        values.append(_Value(ahead.year, float(ahead.value) / 100, words, is_forecast=True))
    return _columns(
        line.code,
        f"{line.code} qua các năm",
        values,
        range(line.series[0].year, last_year + 1),
        target=None if line.target_value is None else float(line.target_value) / 100,
        target_words=f"mục tiêu {line.target}" if line.target_value is not None else "",
    )


def _rank_trend(line: Line, last_year: int) -> Trend | None:
    """A line with the first place on top; None before two years are known."""
    ranks = {r.year: r.rank for r in line.series if r.rank}
    if len(ranks) < 2:
        return None
    return _ranks(
        line.code,
        f"{line.code}: thứ hạng qua các năm, nhỏ hơn là tốt hơn",
        ranks,
        {r.year: (r.value,) for r in line.series if r.rank},
        range(line.series[0].year, last_year + 1),
        target=None if line.target_value is None else int(line.target_value),
    )


def index_trend(index: IndexLine, last_year: int) -> Trend | None:
    """Columns of the score from 0; None while no score is known."""
    scored = {r.year: r for r in index.results if r.score is not None}
    if not scored:
        return None
    values = [
        _Value(
            r.year,
            float(r.score / r.max_score) if r.score is not None else None,
            _index_words(r),
        )
        for r in index.results
    ]
    years = range(index.results[0].year, last_year + 1)
    return _columns(index.code, f"{index.short_name} qua các năm", values, years)


def dumbbell(component: ComponentLine, scale: Decimal) -> Dumbbell:
    words = []
    if component.self_scored is not None:
        words.append(f"tự chấm {points(component.self_scored)}")
    if component.appraised is not None:
        words.append(f"thẩm định {points(component.appraised)}")
    if component.max_score is not None:
        words.append(f"tối đa {points(component.max_score)}")
    return Dumbbell(
        code=component.code,
        title=f"{component.name}: " + ", ".join(words),
        own=_on(component.self_scored, scale),
        appraised=_on(component.appraised, scale),
        full=_on(component.max_score, scale),
    )


def _columns(code, title, values, years, *, target=None, target_words="") -> Trend:
    by_year = {value.year: value for value in values}
    drawn = [value.height for value in values if value.height is not None]
    full = min(1.0, 1.15 * max([*drawn, target or 0.0])) or 1.0  # what the picture's height means
    slot = SLOT_WIDTH / len(years)
    wide = min(46.0, slot * 0.56)
    found = []
    for place, year in enumerate(years):
        value = by_year.get(year, _Value(year, None, ("",)))
        middle = SLOT_LEFT + slot * (place + 0.5)
        y = BASE if value.height is None else BASE - value.height / full * (BASE - TOP)
        found.append(
            Point(
                year=year,
                words=value.words,
                x=f"{middle:.1f}",
                y="" if value.height is None else f"{y:.1f}",
                label_y=_above(y, len(value.words)),
                left=f"{middle - wide / 2:.1f}",
                width=f"{wide:.1f}",
                height=f"{BASE - y:.1f}",
                is_forecast=value.is_forecast,
            )
        )
    return Trend(
        code=code,
        title=title,
        description=_told(found, target_words),
        points=tuple(found),
        lines=(),
        target_y="" if target is None else f"{BASE - target / full * (BASE - TOP):.1f}",
        target=target_words,
    )


def _ranks(code, title, ranks, words, years, *, target) -> Trend:
    lowest = max(*ranks.values(), target or 1) + 1

    def y_of(rank):
        return TOP + (rank - 1) / (lowest - 1) * (BASE - 14 - TOP)

    slot = SLOT_WIDTH / len(years)
    found, runs = [], [[]]
    for place, year in enumerate(years):
        middle, rank = SLOT_LEFT + slot * (place + 0.5), ranks.get(year)
        y = BASE if rank is None else y_of(rank)
        told = words.get(year, ("",))
        drawn = "" if rank is None else f"{y:.1f}"
        label = _above(y - 4, len(told))
        found.append(Point(year=year, words=told, x=f"{middle:.1f}", y=drawn, label_y=label))
        if rank is None:
            runs.append([])
        else:
            runs[-1].append(f"{middle:.1f},{y:.1f}")
    aim = f"mục tiêu: trong top {target}" if target else ""
    return Trend(
        code=code,
        title=title,
        description=_told(found, aim),
        points=tuple(found),
        lines=tuple(" ".join(run) for run in runs if len(run) > 1),
        target_y=f"{y_of(target):.1f}" if target else "",
        target=aim,
    )


def _told(found: Sequence[Point], target: str) -> str:
    said = [f"{p.year}: {' '.join(p.words)}" for p in found if any(p.words)]
    return "; ".join([*said, target] if target else said)


def _above(y: float, lines: int) -> tuple[str, ...]:
    """Base lines of the words over a mark, the last one nearest to it."""
    return tuple(f"{y - 6 - 15 * (lines - 1 - place):.1f}" for place in range(lines))


def _short(result) -> tuple[str, ...]:
    if result.percentage is None and result.pk:
        return ("không", "phát sinh")
    return (result.value if result.pk else "chưa có",)


def _index_words(result) -> tuple[str, ...]:
    if not result.pk:
        return ("chưa có",)
    score = f"{points(result.score)}%" if result.score_unit == "%" else points(result.score)
    return tuple(words for words in (result.place, score) if words)


def _x(share, half=0.0) -> str:
    """The left edge of a mark at `share`, twice `half` wide."""
    return f"{LEFT + float(share) * WIDTH / 100 - half:.1f}"


def _on(value, scale) -> str:
    return "" if value is None or not scale else f"{8 + float(value / scale) * 224:.1f}"
