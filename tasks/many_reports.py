"""Many reports of one person at once, by the rules of a single one (tasks.actions.post_update).

What they stand on is read once for all of them and written in a few statements: row by row a sheet
of five hundred held SQLite's one lock for half a minute, and everybody waited.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from cchc import audit, permissions
from cchc.models import Unit
from tasks import citing, noticing, workflow
from tasks.actions import Stale, next_act, told_by
from tasks.citing import Citation
from tasks.models import Assignment, Document, Evidence, ProgressUpdate
from tasks.workflow import Act, NotAllowed

Cited = tuple[int, str, date]  # what is one document: unit, key, day
ROWS = 500  # in one statement


@dataclass(frozen=True)
class Report:
    """One assignment's; the documents that stood before it stand on. No files."""

    assignment: int
    seen_version: int
    send: bool
    words: dict[str, str]  # result, difficulty, proposal, missing
    cite: tuple[Citation, ...]
    form_key: uuid.UUID


class Refused(Exception):
    """Nothing was written; `why`: NotAllowed, Stale or PermissionDenied for each number of an
    assignment that was refused."""

    def __init__(self, why: dict[int, Exception]):
        super().__init__(f"{len(why)} refused")
        self.why = why


@transaction.atomic
def post_updates(reports: list[Report], *, by, at: datetime) -> list[ProgressUpdate]:
    """All of them or, when one is refused, none (Refused)."""
    works = _locked([report.assignment for report in reports], by)
    register = _Register(reports, works, by=by, at=at)
    proof, refused = {}, {}
    for report in reports:
        try:
            work = works.get(report.assignment)
            if work is None or not permissions.may_report_for(by, work.unit):
                raise PermissionDenied
            proof[work.pk] = register.cite(work, report.cite)
        except (NotAllowed, PermissionDenied) as refusal:
            refused[report.assignment] = refusal
    register.write()
    standing, acts = _standing(works), []
    for report in reports:
        if report.assignment in refused:
            continue
        work = works[report.assignment]
        try:
            acts.append(_Written(report, work, standing[work.pk] + proof[work.pk], by=by, at=at))
        except (NotAllowed, Stale) as refusal:
            refused[work.pk] = refusal
    if refused:
        raise Refused(refused)
    _write(acts, by=by, at=at)
    return [act.update for act in acts]


def _locked(numbers: list[int], by) -> dict[int, Assignment]:
    """The assignments that are there for this person: nobody else moves them until the end."""
    mine = Assignment.objects.visible_to(by)
    units = set(mine.filter(pk__in=numbers).order_by().values_list("unit", flat=True))
    # Clicks, one by one.
    list(Unit.objects.select_for_update(no_key=True).filter(pk__in=units).order_by("pk"))
    mine = mine.select_for_update(of=("self",), no_key=True)
    known = mine.select_related("task__plan__coordinator", "unit")
    return known.prefetch_related("task__products").in_bulk(numbers)


class _Register:
    """The units' documents that the reports cite: those they have, and new ones."""

    def __init__(self, reports: list[Report], works: dict[int, Assignment], *, by, at):
        self.by, self.at, self.new = by, at, []
        keys = {citing.document_key(c.number, c.issuer) for r in reports for c in r.cite}
        units = {work.unit_id for work in works.values()}
        found = Document.objects.filter(unit__in=units, key__in=keys) if keys else ()
        self.known: dict[Cited, Document] = {(d.unit_id, d.key, d.issued_on): d for d in found}

    def cite(self, work: Assignment, citations) -> list[tuple[Document, int | None]]:
        """(document, product) pairs; the new documents have no number before `write`."""
        expected = {product.pk for product in work.expected_products()}
        pairs = []
        for citation in citations:
            if not expected.issuperset(citation.products):
                raise PermissionDenied
            citing.refuse_future(citation, self.at)
            key = citing.document_key(citation.number, citation.issuer)
            document = self.known.get((work.unit_id, key, citation.issued_on))
            if document is None:
                document = citing.new_document(citation, unit=work.unit, by=self.by, at=self.at)
                self.known[work.unit_id, key, citation.issued_on] = document
                self.new.append(document)
            citing.refuse_unlike(document, citation)
            pairs += [(document, product) for product in citation.products or (None,)]
        return pairs

    def write(self):
        if self.new:
            Document.objects.bulk_create(self.new, batch_size=ROWS)
            told = (("document_recorded", document, {}) for document in self.new)
            audit.record_many(told, by=self.by, at=self.at)


def _standing(works: Iterable[int]) -> dict[int, list[tuple[Document, int | None]]]:
    """What the latest report of each of these showed as proof (tasks.actions.standing_evidence)."""
    acts = ProgressUpdate.objects.filter(assignment__in=works, act__in=workflow.REPORTING)
    last = dict(acts.order_by("seq").values_list("assignment", "pk"))
    rows = Evidence.objects.filter(update__in=last.values()).select_related("document", "update")
    pairs = {work: [] for work in works}
    for row in rows.order_by("product__position", "document__issued_on", "pk"):
        pairs[row.update.assignment_id].append((row.document, row.product_id))
    return pairs


class _Written:
    """One report as it will be written; NotAllowed or Stale when it can't be."""

    def __init__(self, report: Report, work: Assignment, pairs: list, *, by, at):
        self.work, self.before, self.pairs = work, work.state, list(dict.fromkeys(pairs))
        said = told_by(work, self.pairs, **report.words, by=by, at=at, send=report.send)
        self.update, self.holds = next_act(
            work, work, by=by, at=at, seen=report.seen_version, form_key=report.form_key, **said
        )


def _write(acts: list[_Written], *, by, at: datetime):
    if not acts:
        return
    alike = defaultdict(list)  # most rows of a sheet change the same columns to the same values
    for act in acts:
        alike[(act.work.version, *act.holds.items())].append(act.work.pk)
    for (version, *holds), works in alike.items():
        moved = Assignment.objects.filter(pk__in=works, version=version)
        if moved.update(version=version + 1, **dict(holds)) != len(works):
            raise Stale  # nobody can, while they are locked
    ProgressUpdate.objects.bulk_create([act.update for act in acts], batch_size=ROWS)
    audit.record_many(
        (
            (f"assignment_{a.update.act}", a.work, {
                "before": a.before, "after": a.update.state, "update": a.update.pk,
            })
            for a in acts
        ),
        by=by,
        at=at,
    )  # fmt: skip
    Evidence.objects.bulk_create(
        (
            Evidence(update=act.update, document=document, product_id=product)
            for act in acts
            for document, product in act.pairs
        ),
        batch_size=ROWS,
    )
    sent = [(act.work, act.update) for act in acts if act.update.act == Act.SUBMIT]
    noticing.tell_sent(sent, at=at)
