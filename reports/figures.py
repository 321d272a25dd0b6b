"""The seven buckets as lines of a table: by task and period, and by unit's part."""

from dataclasses import dataclass

from tasks.buckets import Bucket, Occurrence, Row, count, on_time_rate


@dataclass(frozen=True)
class FigureLine:
    """`last_year` is None where the year before is not known."""

    label: str
    occurrences: int
    rows: int
    last_year: int | None


def figure_lines(
    occurrences: tuple[Occurrence, ...], last_year: dict[Bucket, int] | None = None
) -> tuple[FigureLine, ...]:
    """Seven lines; each column adds up to its total. The rows are the occurrences' own, so that a
    narrowed list counts what it shows."""
    whole = count(occurrences)
    parts = count(parts_of(occurrences))
    return tuple(
        FigureLine(
            label=bucket.label,
            occurrences=whole[bucket],
            rows=parts[bucket],
            last_year=last_year[bucket] if last_year else None,
        )
        for bucket in Bucket
    )


def parts_of(occurrences) -> list[Row]:
    """The units' parts that the figures count: one finished in an earlier year is not among them."""
    return [slot for occurrence in occurrences for slot in occurrence.slots if not slot.prior]


def rate_percent(counts: dict[Bucket, int]) -> float | None:
    rate = on_time_rate(counts)
    return None if rate is None else rate * 100
