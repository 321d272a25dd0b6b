"""The demonstration for tests: measurements recorded as a coordinator would."""

from datetime import date

from conftest import at
from indicators.actions import newest_of, record_measurement


def record(plan, by, code, year, day: date, **values):
    """record(plan, thu, "CT5.2", 2024, date(2024, 12, 14), numerator=74, denominator=100)"""
    indicator = plan.indicators.get(code=code)
    newest = newest_of(indicator, year)
    return record_measurement(
        indicator=indicator,
        year=year,
        by=by,
        at=values.pop("at", at(day.year, day.month, day.day)),
        seen=newest.pk if newest else None,
        measured_on=day,
        **values,
    )
