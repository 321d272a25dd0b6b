"""Working days of the office: Monday to Friday without its days off (cchc.models.DayOff)."""

from dataclasses import dataclass
from datetime import date, timedelta

import holidays

from cchc.models import DayOff

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Workdays:
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()  # a Saturday or Sunday in exchange

    def is_working(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < 5 and day not in self.off)

    def after(self, day: date, number: int) -> date:
        """The working day that is `number` (at least 1) working days after `day`."""
        while number:
            day += ONE_DAY
            number -= self.is_working(day)
        return day

    def up_to(self, day: date) -> date:
        """The day itself, or the working day before it."""
        while not self.is_working(day):
            day -= ONE_DAY
        return day


def office_workdays() -> Workdays:
    """One query."""
    days = dict(DayOff.objects.values_list("day", "works"))
    return Workdays(
        off=frozenset(day for day, works in days.items() if not works),
        worked=frozenset(day for day, works in days.items() if works),
    )


def seed_days_off(year: int) -> int:
    """The public holidays of Vietnam in `year` as days off; days that are known stay as they are.
    A start only: the swaps that the Government decides each year are entered by hand."""
    known = set(DayOff.objects.filter(day__year=year).values_list("day", flat=True))
    public = holidays.country_holidays("VN", years=year, language="vi")
    fresh = [
        DayOff(day=day, name=name[:100]) for day, name in sorted(public.items()) if day not in known
    ]
    return len(DayOff.objects.bulk_create(fresh))
