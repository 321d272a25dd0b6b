"""The seven buckets as lines of a table: by task and period, and by unit's part."""

from dataclasses import dataclass

from tasks.buckets import Bucket, Occurrence, Row, count, on_time_rate


@dataclass(frozen=True)
class FigureLine:
    """`in_window`: of the occurrences those that fell due or had a result within the report's days.
    `last_year` is None where the year before is not known."""

    bucket: str
    label: str
    occurrences: int
    rows: int
    in_window: int
    last_year: int | None


@dataclass(frozen=True)
class GroupFigures:
    """The seven buckets of an area or of a year, in their order."""

    code: str
    title: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.counts)


def figure_lines(
    occurrences: tuple[Occurrence, ...], last_year: dict[Bucket, int] | None = None
) -> tuple[FigureLine, ...]:
    """Seven lines; each column adds up to its total. The rows are the occurrences' own, so that a
    narrowed list counts what it shows."""
    whole = count(occurrences)
    parts = count(parts_of(occurrences))
    touched = count(occurrence for occurrence in occurrences if occurrence.in_window)
    return tuple(
        FigureLine(
            bucket=bucket.value,
            label=bucket.label,
            occurrences=whole[bucket],
            rows=parts[bucket],
            in_window=touched[bucket],
            last_year=last_year[bucket] if last_year else None,
        )
        for bucket in Bucket
    )


def group_figures(code: str, title: str, occurrences) -> GroupFigures:
    return GroupFigures(code, title, tuple(count(occurrences).values()))


def parts_of(occurrences) -> list[Row]:
    """The units' parts that the figures count: one finished in an earlier year is not among them."""
    return [slot for occurrence in occurrences for slot in occurrence.slots if not slot.prior]


def rate_percent(counts: dict[Bucket, int]) -> float | None:
    rate = on_time_rate(counts)
    return None if rate is None else rate * 100
