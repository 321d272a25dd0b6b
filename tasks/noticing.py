"""Who is told what: one row in a person's bell, which a mail may carry later.

Called within the transaction of the act that it tells of, so that nothing is told which did not
happen. A notice names only what its reader may see: whom to tell is asked of the querysets below.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from cchc import audit, permissions
from cchc.models import Unit, User
from cchc.text import clean
from cchc.units import of_office
from tasks.models import Assignment, Notice, Plan

LONGEST_WORDS = 500
LONGEST_PATH = 200
LONGEST_KEY = 100


def tell(
    *,
    users: Iterable[User],
    kind: str,
    words: str,
    path: str,
    key: str,
    at: datetime,
    urgent: bool = False,
) -> int:
    """Tell each of `users` once, and return how many had not been told under this `key` before.

    `words` become one line of at most 500 characters; `path` is an address of this site without its
    host; `key` names the occasion ("returned:17"); `urgent` is mailed at once, the rest in a digest.
    """
    rows = _notices(users, kind, words, path, key, at=at, urgent=urgent)
    told = Notice.objects.filter(user__in=[row.user_id for row in rows], key=key)
    told = set(told.values_list("user_id", flat=True))
    fresh = [row for row in rows if row.user_id not in told]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)  # two runs of the same command at once
    return len(fresh)


def _notices(users, kind, words, path, key, *, at, urgent=False) -> list[Notice]:
    """Not yet written, one for each of the people who are active."""
    here = url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    if not here or not path.startswith("/") or len(path) > LONGEST_PATH:
        raise ValueError("path is an address of this site, without its host")
    if not key or len(key) > LONGEST_KEY:
        raise ValueError("key names the occasion, in at most 100 characters")
    line = one_line(words)
    return [
        Notice(user_id=pk, kind=kind, words=line, path=path, key=key, urgent=urgent, created_at=at)
        for pk in sorted({user.pk for user in users if user.is_active})
    ]


def one_line(words: str, longest: int = LONGEST_WORDS) -> str:
    """Without line ends and control characters, and not longer than `longest`."""
    line = clean(words)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def reporters_of(unit: Unit):
    """Those who write for the unit: active staff, head (in HCQT the coordinator) of it or above it
    within the office (permissions.may_report_for, asked the other way round)."""
    above = _active(permissions.REPORTERS).filter(unit__path__in=unit.ancestor_paths())
    return above.exclude(~Q(unit=unit), unit__kind=Unit.Kind.OFFICE)


def coordinators_of(plan: Plan):
    """Those who follow and urge on behalf of the plan's coordinating unit."""
    below = Q(unit__path__startswith=plan.coordinator.path)
    return _active({permissions.COORDINATOR}).filter(below)


def leaders_of(plan: Plan):
    """The leaders of the plan's own office (permissions.leads, asked the other way round)."""
    return of_office(_active({permissions.LEADER}), plan.unit)


def verifiers_of(assignment: Assignment):
    """In whose queue the assignment waits once it is sent (permissions.may_verify)."""
    plan = assignment.task.plan
    if permissions.verifier_role(assignment.unit, plan.coordinator) == permissions.COORDINATOR:
        return coordinators_of(plan).exclude(unit=assignment.unit)
    outside = ~Q(unit__path__startswith=plan.coordinator.path) & ~Q(unit=assignment.unit)
    return leaders_of(plan).filter(outside)


def page_of(assignment: Assignment) -> str:
    """Where everybody who may see the work finds it."""
    task = assignment.task
    return task.plan.address("tasks:occurrence", task.code, assignment.period_code)


def _active(roles):
    return User.objects.filter(is_active=True, role__in=roles)


def tell_returned(assignment: Assignment, update, *, at: datetime):
    """The unit must know at once that its work came back, and why."""
    tell(
        users=reporters_of(assignment.unit),
        kind=Notice.Kind.RETURNED,
        words=f"{assignment.occurrence_code} bị trả lại: {update.reason}",
        path=reverse("tasks:update", args=[assignment.pk]),
        key=f"returned:{update.pk}",
        at=at,
        urgent=True,
    )


def tell_sent(sent: Iterable[tuple[Assignment, object]], *, at: datetime):
    """Of each assignment with its new update, which nobody can have been told of, whoever verifies."""
    verifiers, rows, path = {}, [], reverse("tasks:review")
    for assignment, update in sent:
        place = assignment.unit_id, assignment.task.plan_id
        if place not in verifiers:
            verifiers[place] = list(verifiers_of(assignment))
        words = f"{assignment.unit.short_name} gửi xác nhận {assignment.occurrence_code}"
        key = f"sent:{update.pk}"
        rows += _notices(verifiers[place], Notice.Kind.REVIEW, words, path, key, at=at)
    Notice.objects.bulk_create(rows, batch_size=500)


def unread(user):
    return Notice.objects.filter(user=user, read_at__isnull=True)


def mark_read(*, by: User, at: datetime, pk: int | None = None, until: int | None = None) -> int:
    """One notice of one's own, or all up to the newest that the page showed."""
    wanted = unread(by).filter(pk=pk) if pk else unread(by).filter(pk__lte=until or 0)
    return wanted.update(read_at=at)


@transaction.atomic
def choose_digest(*, by: User, at: datetime, every: str):
    """How often this person wants the digest: their own setting, nobody else's."""
    before = by.digest_every
    if every == before:
        return
    by.digest_every = every
    by.save(update_fields=["digest_every"])
    audit.record(by=by, verb="digest_chosen", target=by, at=at, before=before, after=every)
