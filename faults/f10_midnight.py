"""F10: midnight, the end of a quarter and of the year, in an office whose server counts in UTC."""

import time
from datetime import UTC, datetime

from faults import Found, clocks
from faults.closing import after
from faults.people import Person
from faults.work import MEMBER, opened, pieces, report

TITLE = "midnight and year end"
# Eight moments, each a second before or after midnight in the office (UTC+7).
MOMENTS = [
    (f"{day}T{hour}+00:00", local)
    for day, before, behind in (
        ("2024-12-31", "2024-12-31", "2025-01-01"),
        ("2024-03-31", "2024-03-31", "2024-04-01"),
        ("2024-02-28", "2024-02-28", "2024-02-29"),
        ("2024-02-29", "2024-02-29", "2024-03-01"),
    )
    for hour, local in (("16:59:59", before), ("17:00:01", behind))
]
_RULES = """
import json, sys
from datetime import date, datetime, timedelta
import time_machine
from django.utils import timezone
from cchc import clock
from cchc.models import AuditEvent, Unit
from tasks.models import Plan
from tasks.viewing import default_year
from reports.models import ReportPeriod
if sys.argv[2] == "blind":
    clock.today = lambda: timezone.now().date()
    clock.local_day = lambda moment: moment.date()
plan, wrong = Plan.objects.get(unit__code="VP"), []
for moment, local in json.loads(sys.argv[1]):
    day = date.fromisoformat(local)
    with time_machine.travel(datetime.fromisoformat(moment), tick=False):
        event = AuditEvent.objects.create(at=clock.now(), verb="x", target_type="unit", target_id=1)
        told = {
            "today": clock.today() == day,
            "local day": clock.local_day(clock.now()) == day,
            "plan's year": default_year(plan, clock.today()) == day.year,
            "column's year": AuditEvent.objects.filter(pk=event.pk, at__year=day.year).exists(),
            "column's day": AuditEvent.objects.filter(pk=event.pk, at__date=day).exists(),
        }
    wrong += [f"{moment}: {what}" for what, right in told.items() if not right]
years = list(ReportPeriod.objects.filter(plan=plan, kind="nam").order_by("year"))
for one, next_one in zip(years, years[1:]):
    if one.data_to + timedelta(1) != next_one.data_from:
        wrong.append(f"reports of {one.year} and {next_one.year}: {one.data_to}, {next_one.data_from}")
print(json.dumps([len(years), wrong]))
"""
_LAST = """
import json
from cchc.clock import local_day
from tasks.models import ProgressUpdate
from django.utils import timezone
update = ProgressUpdate.objects.latest("pk")
print(json.dumps([str(timezone.localtime(update.recorded_at).date()), str(update.effective_on)]))
"""


def fault(office_of, protected: bool) -> Found:
    import json

    file = office_of.folder / f"midnight-{protected}"
    file.write_text("+0")
    env = clocks.environment(file)
    with office_of(env=env, without=None if protected else without_office_time) as office:
        eyes = "seeing" if protected else "blind"
        years, wrong = office.python(_RULES, json.dumps(MOMENTS), eyes, env={"LD_PRELOAD": ""})
        number = len(wrong)
        saved, days = across_midnight(office, file)
        if saved != 302 or days != ["2025-01-01", "2025-01-01"]:
            wrong.append(f"the form that was open at midnight: {saved}, {days}")
        file.write_text("+0")
        wrong += after(office) if protected else []
    figures = (
        f"{len(MOMENTS)} moments x 5 rules, wrong {number}; {years} years' reports adjoin; a form open "
        f"at midnight of new year: {saved}, of the day {days[-1]}"
    )
    return Found(not wrong and years > 1, "; ".join([figures, *wrong[: None if protected else 2]]))


def across_midnight(office, file) -> tuple[int, list[str]]:
    """The answer to a form that was opened before midnight and sent after it; the days it got."""
    before = datetime(2024, 12, 31, 16, 59, 55, tzinfo=UTC)
    file.write_text(f"{int(before.timestamp() - time.time())}")
    piece = pieces(office)[0]
    person = Person(office, MEMBER)
    form = opened(person, piece)
    file.write_text(f"{int(before.timestamp() - time.time()) + 10}")
    saved = report(person, piece, form).status
    return saved, office.python(_LAST)


def without_office_time():
    """The day of the server's clock, as `now().date()` says it."""
    from django.utils import timezone

    from cchc import clock
    from tasks import actions

    clock.today = lambda: timezone.now().date()
    clock.local_day = actions.local_day = lambda moment: moment.date()
