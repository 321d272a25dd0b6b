"""The demo's reports: issued year by year, the last ones on their way or still being written.

Everything here is invented (fixtures/demo.json, "reports") and goes through the same actions that
people use, each at its moment, so that a report tells what was known then.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time

from django.utils import timezone

from cchc.clock import local_day
from cchc.models import Unit, User
from reports import issuing, writing
from reports.building import build_report
from reports.models import Report, ReportPeriod, Section
from reports.pages.report import find_period
from reports.setting_statistics import Typed, set_statistics
from tasks.models import Plan

Told = tuple[datetime, Callable[[], object]]


def moment(day: date | str, hour: int = 9, minute: int = 0) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def report_events(plan: Plan, told: dict, people: dict[str, User]) -> Iterator[Told]:
    """(when, what to do) of every report."""
    for code, days in told["flow"].items():
        yield from Flow(plan, code, days, told["written"].get(code, {}), people).events()
    yield from Draft(plan, told["draft"], people).events()


class Story:
    def __init__(self, plan: Plan, code: str, people: dict[str, User]):
        self.plan, self.code = plan, code
        self.writer, self.leader = people["dieuphoi"], people["lanhdao"]

    def period(self) -> ReportPeriod:
        return find_period(self.plan, self.code)

    def report(self) -> Report:
        reports = Report.objects.select_related("period__plan__unit", "period__plan__coordinator")
        return reports.get(period=self.period())

    def begin(self, at):
        writing.begin_report(period=self.period(), by=self.writer, at=at)

    def section(self, heading: str) -> Section:
        kept = self.report().sections.select_related("report__period__plan__coordinator")
        return next(section for section in kept if section.heading["title"] == heading)

    def paragraph(self, section: Section, at):
        """The first of the section as it is composed at the moment."""
        built = build_report(self.period(), local_day(at), self.report())
        return next(s for s in built.sections if s.pk == section.pk).paragraphs[0]

    def write(self, heading, at, text):
        """`text` makes the person's words out of the composed ones."""
        section = self.section(heading)
        found = self.paragraph(section, at)
        writing.save_passage(
            section=section,
            key=found.key,
            text=text(found.text),
            base=found.text,
            seen_version=found.version,
            by=self.writer,
            at=at,
        )


class Flow(Story):
    """From its draft to its number, or as far as there are days for. `written`: what the coordinator wrote where there was nothing."""

    def __init__(self, plan, code, days, written, people):
        super().__init__(plan, code, people)
        self.days, self.written = days, written

    def events(self) -> Iterator[Told]:
        steps = (
            ("begin", 8, self.begin),
            ("begin", 10, self._fill),
            ("submit", 10, self._submit),
            ("approve", 15, self._approve),
            ("issue", 9, self._issue),
        )
        for name, hour, step in (step for step in steps if step[0] in self.days):
            at = moment(self.days[name], hour)
            yield at, lambda step=step, at=at: step(at)

    def _fill(self, at):
        for heading, words in self.written.items():
            self.write(heading, at, lambda _, words=words: words)

    def _step(self, act, at, by, **told):
        report = self.report()
        act(report=report, seen_revision=report.revision, by=by, at=at, **told)

    def _submit(self, at):
        self._step(issuing.submit, at, self.writer, warnings=[])

    def _approve(self, at):
        self._step(issuing.approve_report, at, self.leader)

    def _issue(self, at):
        self._step(
            issuing.issue,
            at,
            self.writer,
            number=self.days["number"],
            issued_on=date.fromisoformat(self.days["issue"]),
        )


class Draft(Story):
    """Still written: edited paragraphs, a unit's contribution, figures typed."""

    def __init__(self, plan, told, people):
        super().__init__(plan, told["period"], people)
        self.told, self.people = told, people

    def events(self) -> Iterator[Told]:
        yield self._at(self.told["begin"], 8, self.begin)
        for edited in self.told["edited"]:
            yield self._at(edited["on"], 9, self._edit, edited)
        asked = self.told["asked"]
        yield self._at(asked["on"], 9, self._ask, asked)
        yield self._at(asked["answered"], 15, self._answer, asked)
        yield self._at(self.told["statistics"]["on"], 16, self._count)

    def _at(self, day, hour, act, *told) -> Told:
        at = moment(day, hour)
        return at, lambda: act(at, *told)

    def _edit(self, at, edited):
        self.write(edited["heading"], at, lambda composed: f"{composed} {edited['more']}")

    def _ask(self, at, asked):
        writing.ask_unit(
            section=self.section(asked["heading"]),
            unit=Unit.objects.get(code=asked["unit"]),
            wanted=asked["wanted"],
            due_on=date.fromisoformat(asked["due"]),
            by=self.writer,
            at=at,
        )

    def _answer(self, at, asked):
        request = self.section(asked["heading"]).requests.select_related("unit").get()
        by = self.people[asked["by"]]
        writing.contribute(request=request, words=asked["answer"], by=by, at=at)

    def _count(self, at):
        values = self.told["statistics"]["values"].items()
        typed = [Typed(code, value, "", 0) for code, value in values]
        set_statistics(report=self.report(), typed=typed, by=self.writer, at=at)
