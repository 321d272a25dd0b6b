"""What a reorganisation would do to a unit's open work, before anybody confirms it.

The rule is told in tasks/reorganising.py, which carries it out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

from cchc.models import Unit, User
from tasks.citing import Citation
from tasks.models import Assignment
from tasks.workflow import WORKING, State

CLOSED = (State.DONE, State.STOPPED)


@dataclass(frozen=True)
class Decision:
    """The document by which units change, and the day from which it holds."""

    number: str
    decided_on: date
    effective_on: date
    summary: str
    issuer: str

    @property
    def words(self) -> str:
        return f"Quyết định {self.number} ngày {self.decided_on:%d/%m/%Y}"

    def citation(self) -> Citation:
        return Citation(
            number=self.number,
            issued_on=self.decided_on,
            summary=self.summary,
            issuer=self.issuer,
            kind="Quyết định",
        )


@dataclass(frozen=True)
class NewUnit:
    """A unit that the decision founds, in the place of those that end."""

    code: str
    name: str
    short_name: str


class Fate(TextChoices):
    MOVES = "moves", "Chuyển"
    JOINS = "joins", "Nhập vào phần việc cùng kỳ của đơn vị nhận"
    STAYS = "stays", "Giữ tên đơn vị cũ, đơn vị nhận làm tiếp"


@dataclass(frozen=True)
class Line:
    """What becomes of one open slot. `receiver` is a place in the list of receiving units."""

    work: Assignment
    fate: Fate
    receiver: int
    other: Assignment | None = None  # the receiving unit's own slot of that task and period


@dataclass(frozen=True)
class Foreseen:
    """What a change would do, before anybody confirms it."""

    lines: tuple[Line, ...]
    people: tuple[User, ...]
    fingerprint: str  # of all that the person was shown

    def count(self, fate: Fate) -> int:
        return sum(line.fate == fate for line in self.lines)


def foresee(
    units: Sequence[Unit],
    receivers: Sequence[Unit | NewUnit],
    chosen: dict[int, int] | None = None,
) -> Foreseen:
    """What happens when `units` end: `chosen` says which receiver takes an assignment (by primary
    key), the first one takes the rest and the people. Three queries."""
    known = {unit.pk: n for n, unit in enumerate(receivers) if isinstance(unit, Unit)}
    slots = Assignment.objects.select_related("task__plan__coordinator", "unit")
    taken = {
        (known[slot.unit_id], slot.task_id, slot.year, slot.period): slot
        for slot in slots.filter(unit__in=known)
    }
    lines = []
    for work in slots.filter(unit__in=units).exclude(state__in=CLOSED):
        place = (chosen or {}).get(work.pk, 0)
        key = (place, work.task_id, work.year, work.period)
        other = taken.setdefault(key, work)
        lines.append(Line(work, _fate(work, other), place, None if other is work else other))
    people = tuple(User.objects.filter(unit__in=units).order_by("username"))
    return Foreseen(tuple(lines), people, _fingerprint(units, receivers, lines, people))


def foresee_members(group: Unit, members: Sequence[Unit]) -> Foreseen:
    """Each slot of the group goes to the first member that has none of that task and period."""
    taken = set(
        Assignment.objects.filter(unit__in=members).values_list(
            "unit_id", "task_id", "year", "period"
        )
    )
    chosen = {}
    for work in Assignment.objects.filter(unit=group).exclude(state__in=CLOSED):
        here = (work.task_id, work.year, work.period)
        free = [n for n, unit in enumerate(members) if (unit.pk, *here) not in taken]
        chosen[work.pk] = free[0] if free else 0
    found = foresee([group], members, chosen)
    return Foreseen(found.lines, (), found.fingerprint)  # a group's people stay


def _fate(work, other) -> Fate:
    if other is work:
        return Fate.MOVES
    both_wait = work.state == other.state == State.WAITING
    if both_wait or (work.state != State.PENDING and other.state in WORKING):
        return Fate.JOINS
    return Fate.STAYS


def _fingerprint(units, receivers, lines, people) -> str:
    seen = [
        [(unit.pk, unit.name, str(unit.valid_to)) for unit in units],
        [unit.code for unit in receivers],
        [(line.work.pk, line.work.version, line.fate.value, line.receiver) for line in lines],
        [line.other.version for line in lines if line.other],
        [person.pk for person in people],
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]
