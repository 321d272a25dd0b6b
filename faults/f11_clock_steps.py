"""F11: the server's clock is set back an hour, then forward, while people are signed in."""

from datetime import UTC, datetime, timedelta

from faults import Found, clocks
from faults.closing import after
from faults.people import Person
from faults.work import MEMBER, opened, pieces, report

TITLE = "the clock steps back 1 h, forward 2 d"
HOME = "/viec-cua-don-vi/?nam=2024"
_ORDER = """
import json
from cchc.models import AuditEvent
rows = list(AuditEvent.objects.filter(verb="assignment_report").order_by("pk"))
placed = [row.place for row in rows]
print(json.dumps([len(rows), placed == sorted(placed), [r.at for r in rows] == sorted(r.at for r in rows)], default=str))
"""

# manage.py would load all pages first, six times.
_ONCE = "from django.core.management import call_command; call_command('once', 'verify_audit')"


def fault(office_of, protected: bool) -> Found:
    file = office_of.folder / f"clock-{protected}"
    morning = tomorrow_morning()
    file.write_text(f"{morning:+d}")
    env = clocks.environment(file)
    with office_of(env=env, without=None if protected else without_limits) as office:
        person = Person(office, MEMBER)
        piece = pieces(office)[0]
        runs, acts = [], []

        def step(**later):
            file.write_text(f"{morning + int(timedelta(**later).total_seconds()):+d}")
            runs.append("bỏ qua" not in office.python(_ONCE))

        step()
        acts.append(report(person, piece, opened(person, piece)).status)
        step(hours=-1)
        back = person.get(HOME).status
        acts.append(report(Person(office, MEMBER), piece).status)
        step()
        kept = Person(office, MEMBER)
        step(minutes=40)
        idle = kept.get(HOME).status  # more than half an hour without a request
        step(days=2)
        late = kept.get(HOME).status
        step(hours=-1)
        rows, by_place, by_clock = office.python(_ORDER)
        file.write_text(f"{morning:+d}")
        wrong = after(office) if protected else []
    twice = sum(runs) - 2  # today's, and that of the day after tomorrow
    good = by_place and not by_clock and (back, idle, late) == (302, 302, 302) and twice == 0
    figures = (
        f"{rows} acts {acts}, sealed in the order of writing: {by_place} (their clock's order: "
        f"{by_clock}); session after -1 h {back}, after 40 min {idle}, after 2 d {late}; jobs run twice {twice}"
    )
    return Found(bool(good and not wrong), "; ".join([figures, *wrong]))


def tomorrow_morning() -> int:
    """Seconds until an hour from which the steps reach no other day than they mean to."""
    now = datetime.now(UTC)
    noon = (now + timedelta(days=1)).replace(hour=3, minute=0)  # ten o'clock in the office
    return int((noon - now).total_seconds())


def without_limits():
    """A session that lasts as long as its row does; and one that lasts for ever."""
    from cchc.sign_in import sessions

    sessions.SessionLimits.look_at = lambda self, request: None
