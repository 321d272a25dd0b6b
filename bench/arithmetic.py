"""Percentiles, ratios, what is within a goal, what got worse: pure, tested in the suite."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

OK, OVER_GOAL, OVER_LIMIT, TOLD = "ok", "over goal", "over limit", ""
LEAST_NOISE = 0.10  # what the same program differs by from run to run on a shared machine
BATCHES = 5


def percentile(values: Sequence[float], p: float) -> float:
    """Between the two nearest values, as far as `p` lies between them."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * p / 100
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Of the medians."""
    return median(ours) / median(theirs)


def noise(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """How far a ratio can be trusted, as a share of itself: half of what lies between the highest
    and the lowest ratio of consecutive batches. Both were measured in turn."""
    size = min(len(ours), len(theirs)) // BATCHES
    if size < 1:
        return 1.0
    batches = [slice(n * size, (n + 1) * size) for n in range(BATCHES)]
    ratios = [ratio(ours[batch], theirs[batch]) for batch in batches]
    return (max(ratios) - min(ratios)) / 2 / ratio(ours, theirs)


@dataclass(frozen=True)
class Line:
    """A row of the table: what was found, and what it should be. Without a limit it is only told."""

    name: str
    value: float
    unit: str = "x"  # x: a ratio
    goal: float | None = None
    limit: float | None = None
    at_least: bool = False  # more is better
    noise: float = 0.0
    against: str = ""

    @property
    def verdict(self) -> str:
        if self.limit is None:
            return TOLD
        if within(self.value, self.goal, self.at_least):
            return OK
        return OVER_GOAL if within(self.value, self.limit, self.at_least) else OVER_LIMIT


def within(value: float, bound: float, at_least: bool = False) -> bool:
    return value >= bound if at_least else value <= bound


@dataclass(frozen=True)
class Worse:
    name: str
    before: float
    now: float
    unit: str


def what_got_worse(before: Sequence[Line], now: Sequence[Line]) -> list[Worse]:
    """Lines of both runs that changed for the worse by more than both their noises; a count
    (`unit` queries) by anything at all."""
    earlier = {line.name: line for line in before}
    found = []
    for line in now:
        old = earlier.get(line.name)
        if old is None:
            continue
        allowed = 0.0 if line.unit == "queries" else max(LEAST_NOISE, old.noise + line.noise)
        grown = line.value - old.value
        if (-grown if line.at_least else grown) > allowed * abs(old.value):
            found.append(Worse(line.name, old.value, line.value, line.unit))
    return found
