"""Whether a target is met by what was measured. Pure: no query, no clock.

No forecast here: a verdict tells of the measurement that is there, never of one to come.
"""

from django.db.models import TextChoices

from indicators.models import Indicator, Measurement

Kind, Operator = Indicator.Kind, Indicator.Operator


class Verdict(TextChoices):
    MET = "met", "Đạt"
    MET_LATE = "met_late", "Đạt, sau thời hạn"
    NOT_MET = "not_met", "Chưa đạt"
    NOTHING_AROSE = "nothing_arose", "Không phát sinh"
    NO_DATA = "no_data", "Chưa có số liệu"


def verdict_of(target: Indicator, found: Measurement | None, year: int) -> Verdict:
    """The verdict of `year` on `target`; `found` is the measurement that counts for it.

    Percentages are compared as whole numbers (part x 100 against target x whole), so that
    99,996 % is not 100 %. A whole of 0 is "không phát sinh": neither met nor missed.
    """
    if found is None:
        return Verdict.NO_DATA
    if target.kind == Kind.PERCENTAGE:
        return _of_share(target, found)
    if target.kind == Kind.RANK:
        return _compared(found.rank, target.operator, target.value)
    if target.kind == Kind.MILESTONE:
        return _of_milestone(target, found, year)
    return {
        Measurement.Verdict.MET: Verdict.MET,
        Measurement.Verdict.NOT_MET: Verdict.NOT_MET,
    }.get(found.verdict, Verdict.NO_DATA)


def _of_share(target, found) -> Verdict:
    if found.denominator is None or target.value is None:
        return Verdict.NO_DATA
    if found.denominator == 0:
        return Verdict.NOTHING_AROSE
    whole = target.value * found.denominator
    return _compared(100 * found.numerator, target.operator, whole)


def _of_milestone(target, found, year) -> Verdict:
    reached = found.achieved_on
    if reached is None or reached.year > year:
        return Verdict.NOT_MET
    late = target.deadline_year is not None and reached.year > target.deadline_year
    return Verdict.MET_LATE if late else Verdict.MET


def _compared(value, operator, wanted) -> Verdict:
    if value is None or wanted is None:
        return Verdict.NO_DATA
    met = value <= wanted if operator == Operator.AT_MOST else value >= wanted
    return Verdict.MET if met else Verdict.NOT_MET
