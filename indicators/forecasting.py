"""What a share may come to by the plan's last year, said with its method or not said at all.

The method is one that an office can check by hand: the mean yearly change from the first to the
last year measured goes on, between 0 and 100 %. With fewer than three years there is no forecast.
It stands beside the measurements and never in their place; no verdict of a year comes from it.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from enum import StrEnum

NEEDED = 3
LOWEST, HIGHEST = Decimal(0), Decimal(100)
TENTH = Decimal("0.1")


class Outlook(StrEnum):
    """How the target stands, in the words of the dashboard."""

    MET = "met"
    LIKELY = "likely"
    UNLIKELY = "unlikely"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Outlook.MET: "Đang đạt",
    Outlook.LIKELY: "Dự kiến đạt",
    Outlook.UNLIKELY: "Khó đạt",
    Outlook.UNKNOWN: "Chưa dự báo",
}


@dataclass(frozen=True)
class Forecast:
    """`value` is None where nothing can be said; `method` says how, or why not."""

    year: int
    value: Decimal | None
    outlook: Outlook
    method: str
    short_by: Decimal | None = None  # percentage points that the forecast lacks


def forecast_share(
    points: dict[int, Decimal], *, target: Decimal | None, year: int, at_most: bool = False
) -> Forecast:
    """`points`: the measured share of each year, 0 to 100; `year`: by when the target is to be met.

    `at_most`: the target is an upper bound.
    """
    known = sorted(points.items())
    if not known:
        return Forecast(year, None, Outlook.UNKNOWN, "Chưa có số liệu nên không dự báo.")
    (first_year, first), (last_year, last) = known[0], known[-1]
    if last_year >= year:
        outlook = Outlook.MET if _meets(last, target, at_most) else Outlook.UNLIKELY
        return Forecast(year, None, outlook, f"Năm {year} đã có số liệu nên không dự báo.")
    if len(known) < NEEDED:
        method = (
            f"Chưa dự báo: cần số liệu của ít nhất {NEEDED:02} năm, mới có {len(known):02} năm."
        )
        outlook = Outlook.MET if _meets(last, target, at_most) else Outlook.UNKNOWN
        return Forecast(year, None, outlook, method)
    step = (last - first) / (last_year - first_year)
    reached = min(max(last + step * (year - last_year), LOWEST), HIGHEST)
    value = reached.quantize(TENTH, ROUND_HALF_UP)
    method = (
        f"Dự báo năm {year}: mức thay đổi bình quân mỗi năm của {first_year}-{last_year} "
        "được giữ như cũ, trong khoảng 0-100%."
    )
    if _meets(reached, target, at_most):
        outlook = Outlook.MET if _meets(last, target, at_most) else Outlook.LIKELY
        return Forecast(year, value, outlook, method)
    if target is None:
        return Forecast(year, value, Outlook.UNKNOWN, method)
    if _meets(value, target, at_most):  # never rounded onto a target that it misses
        value = reached.quantize(TENTH, ROUND_UP if at_most else ROUND_DOWN)
    return Forecast(year, value, Outlook.UNLIKELY, method, abs(target - value))


def _meets(share: Decimal, target: Decimal | None, at_most: bool) -> bool:
    if target is None:
        return False
    return share <= target if at_most else share >= target
