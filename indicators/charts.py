"""A share against its target as a small picture: numbers in, SVG coordinates out."""

from dataclasses import dataclass
from decimal import Decimal

from indicators.reading import Line

LEFT, WIDTH = 4, 326  # of the scale from 0 to 100 in a picture of 340 x 28


@dataclass(frozen=True)
class Bullet:
    """Coordinates as text, since templates would write a number with a decimal comma."""

    code: str
    title: str
    description: str
    bar: str
    ticks: tuple[str, ...]  # earlier years that the bar covers
    marks: tuple[str, ...]  # earlier years beyond its end
    target: str


def bullet(line: Line) -> Bullet:
    now = line.current.percentage
    end = now if now is not None else Decimal(0)
    before = [result for result in line.earlier if result.percentage is not None]
    words = [f"{result.year}: {result.value}" for result in before]
    return Bullet(
        code=line.code,
        title=f"{line.code}: năm {line.year} {line.current.value}, mục tiêu {line.target}",
        description="Các năm trước: " + (", ".join(words) if words else "chưa có số liệu"),
        bar=f"{float(end) * WIDTH / 100:.1f}",
        ticks=tuple(_x(r.percentage, 0.75) for r in before if r.percentage <= end),
        marks=tuple(_x(r.percentage, 0.75) for r in before if r.percentage > end),
        target=_x(line.target_value or 0, 1.25),
    )


def _x(share, half) -> str:
    """The left edge of a mark at `share`, twice `half` wide."""
    return f"{LEFT + float(share) * WIDTH / 100 - half:.1f}"
