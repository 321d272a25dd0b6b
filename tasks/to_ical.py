"""Due days as an iCalendar file (RFC 5545): one all-day event for each assignment that has one.

Only what everybody in the office may see stands in it: the plan's words, units and states.
"""

from datetime import date, datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localtime
from icalendar import Calendar, Event

from cchc import permissions
from cchc.templatetags.cchc import STATUS
from tasks import ledger
from tasks.buckets import DONE, Bucket, Row
from tasks.models import CalendarFeed, Plan, Task
from tasks.rules import period_label
from tasks.viewing import default_year, plan_of

ASK_AGAIN = timedelta(hours=12)


def calendar_of(feed: CalendarFeed, now: datetime, site: str) -> bytes | None:
    """What the feed's owner may see at `now`; None when there is no plan for them. `site`: the
    address of this site, ending in a slash."""
    plan = plan_of(feed.user)
    if plan is None:
        return None
    today = localtime(now).date()
    rows = _rows(feed, plan, today)
    tasks = Task.objects.in_bulk({row.task_id for row in rows})
    whose = _whose(feed, plan)
    calendar = Calendar()
    calendar.add("prodid", "-//Ke hoach CCHC//VI")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", f"Kế hoạch CCHC – {whose}")
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT12H")
    for row in rows:
        calendar.add_component(_event(row, tasks[row.task_id], plan, now, site))
    return calendar.to_ical()


def _rows(feed: CalendarFeed, plan: Plan, today: date) -> list[Row]:
    """The year view of today's year, and of the next: in December the first quarter is near."""
    office = permissions.sees_all_work(feed.user) and not feed.whole_unit
    only = None if office else Q(unit__path__startswith=feed.user.unit.path)
    year = default_year(plan, today)
    rows = list(ledger.read_year(plan, year, today, only=only).rows)
    if year + 1 in plan.years():
        ahead = ledger.read_year(plan, year + 1, today, only=only)
        rows += [row for row in ahead.rows if row.year == year + 1]
    over = (*DONE, Bucket.STOPPED)
    return [row for row in rows if row.due_on and (feed.whole_unit or row.bucket not in over)]


def _whose(feed: CalendarFeed, plan: Plan) -> str:
    office = permissions.sees_all_work(feed.user) and not feed.whole_unit
    return plan.unit.short_name if office else feed.user.unit.short_name


def _event(row: Row, task: Task, plan: Plan, now: datetime, site: str) -> Event:
    opening = (task.opening()[0] or task.text).rstrip(" ,;:")
    period = period_label(row.year, row.period)
    path = reverse("tasks:occurrence", args=[row.code, row.period_code])
    event = Event()
    event.add("uid", f"phan-viec-{row.assignment_id}@{plan.code}")
    event.add("dtstamp", now)
    event.add("dtstart", row.due_on)
    event.add("dtend", row.due_on + timedelta(days=1))  # the first day that no longer belongs to it
    event.add("summary", f"{row.code} {opening}")
    event.add(
        "description",
        f"{row.unit}\nTình trạng: {STATUS[row.tile][0]}\nKỳ thực hiện: {period}",
    )
    event.add("url", site.rstrip("/") + path)
    event.add("transp", "TRANSPARENT")  # a due day does not make anybody busy
    return event
