"""Invented results of the indices of area VIII, told through the action that people use."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from indicators.index_actions import newest_result, record_result
from indicators.models import Index
from tasks.citing import Citation


@dataclass(frozen=True)
class Telling:
    """A result to be recorded at a moment."""

    at: datetime
    tell: object


def tellings(plan, told: dict, by, moment) -> Iterator[Telling]:
    """`told`: the part "indices" of fixtures/demo.json; `moment(day, hour)` is a time of the office.

    Components are given as [self-scored, appraised], or as one number where nobody scores first.
    """
    indices = {index.code: index for index in Index.objects.all()}
    for code, years in told.items():
        for year, result in years.items():
            yield _telling(plan, indices[code], int(year), result, by, moment)


def _telling(plan, index, year, result, by, moment) -> Telling:
    day = date.fromisoformat(result["on"])
    at = moment(day, 16)
    components = {
        str(place): _pair(points) for place, points in enumerate(result.get("components", ()), 1)
    }

    def tell():
        newest = newest_result(plan, index, year)
        record_result(
            plan=plan,
            index=index,
            year=year,
            by=by,
            at=at,
            seen=newest.pk if newest else None,
            published_on=day,
            score=_decimal(result.get("score")),
            rank=result.get("rank"),
            ranked=result.get("ranked"),
            components=components,
            citation=_citation(result, day),
        )

    return Telling(at, tell)


def _citation(result, day) -> Citation | None:
    cited = result.get("document")
    return Citation(issued_on=day, **cited) if cited else None


def _pair(points):
    own, appraised = points if isinstance(points, list) else (None, points)
    return _decimal(own), _decimal(appraised)


def _decimal(value) -> Decimal | None:
    return None if value is None else Decimal(str(value))
