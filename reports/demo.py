"""Demo people and five years of plausible work, told through the same actions that people use.

Everything in fixtures/demo.json is invented; the plan is marked and every page says so.
"""

import json
import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import transaction

from cchc import audit, clock
from cchc.models import Unit, User
from indicators.actions import record_measurement
from reports.demo_indices import tellings
from reports.demo_reports import moment, report_events
from reports.periods import open_periods
from tasks import actions, opening
from tasks.citing import Citation
from tasks.models import Assignment, Notice, Plan
from tasks.workflow import State

INTERIM = "Đã xây dựng dự thảo, đang lấy ý kiến các đơn vị liên quan."


@dataclass(frozen=True)
class Event:
    """Something that a person did at a moment; all are told in the order of time."""

    at: datetime
    order: int
    tell: object


@transaction.atomic
def seed(plan: Plan, fixture: Path, *, with_reports: bool = True) -> int:
    """People, then the story of every assignment and report. Returns how many events were told.
    Issued reports take their time: each makes its files."""
    data = json.loads(fixture.read_text(encoding="utf-8"))
    _make_units(data["units"])
    people = _make_people(data)
    coordinator = people["dieuphoi"]
    plan.has_demo_data = True  # first: a report is marked as demo when it is submitted
    plan.save(update_fields=["has_demo_data"])
    for year in plan.years():
        opening.open_year(plan=plan, year=year, by=coordinator, at=moment(date(year, 1, 4)))
    events = [_trigger_event(plan, data["trigger"], coordinator)]
    teller = Teller(data, people, coordinator, people["lanhdao"], plan.coordinator)
    assignments = Assignment.objects.filter(
        task__plan=plan, task__code__in=data["tasks"], unit__kind=Unit.Kind.UNIT
    )
    for assignment in assignments.select_related("task", "unit"):
        events += teller.story(assignment)
    events += list(_measurement_events(plan, data["measurements"], coordinator))
    told = tellings(plan, data["indices"], coordinator, moment)
    events += [Event(index.at, 0, index.tell) for index in told]
    if with_reports:
        open_periods(plan, by=coordinator, at=moment(date(plan.first_year, 1, 4)))
        reports = report_events(plan, data["reports"], people)
        events += [Event(at, 20, tell) for at, tell in reports]
    for event in sorted(events, key=lambda e: (e.at, e.order)):
        event.tell()
    # What is long settled was long read; the last weeks' notices still wait in the bell.
    unsettled = moment(date(plan.last_year, 12, 15), 0)
    Notice.objects.filter(created_at__lt=unsettled).update(read_at=unsettled, mailed_at=unsettled)
    audit.record(by=None, verb="demo_seeded", target=plan, at=clock.now(), events=len(events))
    return len(events)


def _make_units(units):
    for position, unit in enumerate(units, start=20):
        parent = Unit.objects.get(code=unit["parent"])
        Unit.objects.create(
            code=unit["code"],
            name=unit["name"],
            short_name=unit["short_name"],
            parent=parent,
            path=Unit.path_for(unit["code"], parent),
            position=position,
            valid_from=unit.get("valid_from"),
        )


def _make_people(data) -> dict[str, User]:
    people = {}
    for username, name, role, unit, title in data["people"]:
        people[username] = User.objects.create_user(
            username,
            data["password"],
            full_name=name,
            role=role,
            title=title,
            unit=Unit.objects.get(code=unit) if unit else None,
            is_demo=True,
        )
    return people


def _trigger_event(plan, told, coordinator) -> Event:
    day = date.fromisoformat(told["on"])
    citation = Citation(
        number=told["number"],
        issued_on=day,
        kind=told["kind"],
        summary=told["summary"],
        issuer=told["issuer"],
        signer=told["signer"],
    )
    at = moment(day + timedelta(2))
    task = plan.tasks.get(code=told["task"])
    return Event(
        at,
        0,
        lambda: actions.record_trigger(task=task, by=coordinator, at=at, citation=citation),
    )


def _measurement_events(plan, measurements, coordinator):
    indicators = {indicator.code: indicator for indicator in plan.indicators.all()}
    for code, years in measurements.items():
        for year, (first, second) in years.items():
            yield _measurement_event(indicators[code], int(year), first, second, coordinator)


def _measurement_event(indicator, year, first, second, by) -> Event:
    if indicator.kind == indicator.Kind.RANK:
        day = date(year + 1, 1, 20)  # the ranking of a year is published in January of the next
        values = {"rank": first, "ranked": second}
    else:
        day = date(year, 12, 14)
        values = {"numerator": first, "denominator": second}
    at = moment(day, 15)

    def tell():
        record_measurement(
            indicator=indicator, year=year, by=by, at=at, measured_on=day, seen=None, **values
        )

    return Event(at, 0, tell)


@dataclass(frozen=True)
class Teller:
    """Tells what happened to each assignment: as usual, unless the fixture has another story."""

    data: dict
    people: dict
    coordinator: User
    leader: User
    coordinating_unit: Unit

    def story(self, assignment: Assignment) -> list[Event]:
        key = f"{assignment.task.code}/{assignment.year}"
        told = self.data["stories"]
        other = told.get(f"{key}@{assignment.unit.code}", told.get(key, {}))
        if "new" in other:
            return []
        if "doing" in other:
            day, words = other["doing"]
            return [self._report(assignment, date.fromisoformat(day), words)]
        events = [
            self._report(assignment, date.fromisoformat(day), words, difficulty, proposal)
            for day, words, difficulty, proposal in other.get("blocked", ())
        ]
        if events and "on" not in other:
            return events
        return events + self._completion(assignment, other, begun=bool(events))

    def _completion(self, assignment, other, *, begun) -> list[Event]:
        documents = self._documents(assignment, other)
        last = max(document.issued_on for document in documents)
        sent = last + timedelta(2)
        events = [] if begun else [self._report(assignment, last - timedelta(24), INTERIM)]
        result = self._words(assignment, self.data["tasks"][assignment.task.code]["result"])
        if "returned" in other:
            day, reason = date.fromisoformat(other["returned"][0]), other["returned"][1]
            first = [self._as_draft(document, day) for document in documents]
            events.append(self._submit(assignment, day - timedelta(2), result, first))
            events.append(self._return(assignment, day, reason))
            if "on" not in other:
                return events
            documents = documents[-1:]
        events.append(self._submit(assignment, sent, result, documents))
        if "pending" not in other:
            verified = other.get("verified")
            day = date.fromisoformat(verified) if verified else sent + timedelta(3)
            events.append(self._verify(assignment, day))
        return events

    def _documents(self, assignment, other) -> list[Citation]:
        products = {p.position: p.pk for p in assignment.task.products.all()}
        told = self.data["tasks"][assignment.task.code]["documents"]
        last_on = other.get("on") or other.get("last_on")
        documents = []
        for place, document in enumerate(told, start=1):
            day = date.fromisoformat(f"{assignment.year}-{document['on']}")
            if last_on and place == len(told):
                day = date.fromisoformat(last_on)
            documents.append(
                Citation(
                    number=f"{self._figure(assignment, place, 12, 240)}/{document['symbol']}",
                    issued_on=day,
                    kind=document["kind"],
                    summary=self._words(assignment, document["summary"]),
                    issuer=document["issuer"],
                    signer=document["signer"],
                    products=tuple(products[position] for position in document["products"]),
                )
            )
        return documents

    @staticmethod
    def _as_draft(citation: Citation, returned_on: date) -> Citation:
        """What was sent the first time: the last document was then another, earlier one."""
        if citation.issued_on <= returned_on - timedelta(2):
            return citation
        number, _, symbol = citation.number.partition("/")
        return Citation(
            number=f"{int(number) + 1}/{symbol}",
            issued_on=returned_on - timedelta(3),
            kind=citation.kind,
            summary=citation.summary + " (lần 1)",
            issuer=citation.issuer,
            signer=citation.signer,
            products=citation.products,
        )

    def _figure(self, assignment, salt, low, high) -> int:
        """A figure that is the same each time the story is told."""
        name = f"{assignment.task.code}{assignment.year}{assignment.unit.code}{salt}"
        return low + zlib.crc32(name.encode()) % (high - low)

    def _words(self, assignment, text) -> str:
        return text.format(
            year=assignment.year,
            next=assignment.year + 1,
            n=self._figure(assignment, "n", 90, 420),
            m=self._figure(assignment, "m", 6, 30),
            k=self._figure(assignment, "k", 4, 16),
            s=self._figure(assignment, "s", 1, 5),
            p=self._figure(assignment, "p", 78, 99),
        )

    def _reporter(self, assignment) -> User:
        return next(
            person
            for person in self.people.values()
            if person.unit_id == assignment.unit_id and person.role == User.Role.MEMBER
        )

    def _event(self, assignment, day, hour, action, **told) -> Event:
        minute = self._figure(assignment, hour, 0, 59)
        at = moment(day, hour, minute)

        def tell():
            fresh = Assignment.objects.select_related("task__plan__coordinator", "unit")
            now = fresh.get(pk=assignment.pk)
            action(assignment=now, at=at, seen_version=now.version, **told)

        return Event(at, hour, tell)

    def _report(self, assignment, day, words, difficulty="", proposal="") -> Event:
        return self._event(
            assignment,
            day,
            8,
            actions.post_update,
            by=self._reporter(assignment),
            send=False,
            result=words,
            difficulty=difficulty,
            proposal=proposal,
        )

    def _submit(self, assignment, day, result, documents) -> Event:
        def send(*, assignment, **told):
            standing = actions.standing_evidence(assignment)
            replaced = {product for document in documents for product in document.products}
            keep = tuple(e.pk for e in standing if e.product_id not in replaced)
            actions.post_update(assignment=assignment, keep=keep, **told)

        return self._event(
            assignment,
            day,
            9,
            send,
            by=self._reporter(assignment),
            send=True,
            result=result,
            cite=tuple(documents),
        )

    def _verifier(self, assignment) -> User:
        own = self.coordinating_unit.contains(assignment.unit)
        return self.leader if own else self.coordinator

    def _verify(self, assignment, day) -> Event:
        return self._event(assignment, day, 14, actions.verify, by=self._verifier(assignment))

    def _return(self, assignment, day, reason) -> Event:
        return self._event(
            assignment,
            day,
            14,
            actions.return_to_unit,
            by=self._verifier(assignment),
            reason=reason,
        )


def is_untouched(plan: Plan) -> bool:
    """Whether nobody has worked here yet: only then may a demo be told."""
    return (
        not User.objects.exists()
        and not plan.tasks.filter(
            assignments__state__in=[State.DOING, State.PENDING, State.DONE]
        ).exists()
    )
