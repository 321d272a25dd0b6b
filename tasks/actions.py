"""Every change that a person makes to the work. Each is one transaction with its audit record.

`by` is who, `at` the moment of recording, `seen_version` the version of the assignment that the
person had before their eyes: if it has moved on since, Stale is raised and nothing is written.
"""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from cchc import audit, files, permissions
from cchc.clock import local_day
from cchc.models import Unit
from cchc.text import clean, fold
from tasks import rules, workflow
from tasks.models import Assignment, Document, Evidence, Plan, ProgressUpdate, Task, Trigger
from tasks.roster import lead_units
from tasks.workflow import Act, NotAllowed, State


class Stale(Exception):
    """Somebody else acted on the assignment since this person looked at it."""


@dataclass(frozen=True)
class Citation:
    """A document as a person cites it, and the positions of the products it answers."""

    number: str
    issued_on: date
    summary: str
    issuer: str
    kind: str = ""
    signer: str = ""
    products: tuple[int, ...] = ()  # primary keys
    upload: object = None


@transaction.atomic
def open_year(*, plan: Plan, year: int, by, at: datetime) -> list[Assignment]:
    """Make the assignments of `year`; those that exist are left alone. Safe to run twice."""
    if year not in plan.years():
        raise NotAllowed(
            f"Kế hoạch chỉ có các năm {plan.first_year}-{plan.last_year}, không có năm {year}."
        )
    wanted = []
    for task in plan.tasks.select_related("plan__unit").prefetch_related("parties__unit"):
        rule = rules.rule_of(task)
        for period in rules.periods_in(task, year):
            for unit in lead_units(task, period.due_on or date(year, 12, 31)):
                wanted.append(
                    Assignment(
                        task=task,
                        unit=unit,
                        year=year,
                        period=period.code,
                        due_on=period.due_on,
                        first_due_on=period.due_on,
                        waits_for=rule.event or "",
                        state=State.WAITING if rule.event else State.NEW,
                        opened_at=at,
                    )
                )
    have = set(
        Assignment.objects.filter(task__plan=plan, year=year).values_list(
            "task_id", "unit_id", "period"
        )
    )
    fresh = [a for a in wanted if (a.task_id, a.unit_id, a.period) not in have]
    made = Assignment.objects.bulk_create(fresh)
    if made:
        audit.record(by=by, verb="year_opened", target=plan, at=at, year=year, made=len(made))
    _open_if_triggered(plan, made, by=by, at=at)
    return made


def _open_if_triggered(plan, made, *, by, at):
    """A new year of a task whose upstream document has already come does not wait again."""
    triggers = {t.task_id: t for t in Trigger.objects.filter(task__plan=plan).order_by("pk")}
    for assignment in made:
        trigger = triggers.get(assignment.task_id)
        if trigger and assignment.state == State.WAITING:
            _write(assignment, Act.TRIGGER, by=by, at=at, effective_on=trigger.document.issued_on)


@transaction.atomic
def post_update(
    *,
    assignment: Assignment,
    by,
    at: datetime,
    seen_version: int,
    send: bool,
    result: str,
    difficulty: str = "",
    proposal: str = "",
    keep: tuple[int, ...] = (),
    cite: tuple[Citation, ...] = (),
    form_key: uuid.UUID | None = None,
) -> ProgressUpdate:
    """A unit reports what was done, and with `send` hands it over for verification.

    `keep` are primary keys of Evidence of the report before that still stand; `cite` are new
    documents. The same submitted form (`form_key`) twice gives the first answer again.
    """
    if not permissions.may_report_for(by, assignment.unit):
        raise PermissionDenied
    again = _already(by, form_key)
    if again:
        if (again.assignment_id, again.result) != (assignment.pk, result):
            raise Stale  # sent, gone back to, changed and sent again: not the same submit
        return again
    pairs = _proof(assignment, keep, cite, by=by, at=at)
    done_on = max((document.issued_on for document, _ in pairs), default=None)
    if send:
        _require_proof(assignment, pairs)
    update = _write(
        assignment,
        Act.SUBMIT if send else Act.REPORT,
        by=by,
        at=at,
        seen_version=seen_version,
        effective_on=done_on if send else None,
        form_key=form_key,
        done_on_claimed=done_on if send else None,
        blocked=bool(difficulty),
        products_issued=len({product for _, product in pairs if product}),
        result=result,
        difficulty=difficulty,
        proposal=proposal,
    )
    Evidence.objects.bulk_create(
        Evidence(update=update, document=document, product_id=product)
        for document, product in pairs
    )
    return update


@transaction.atomic
def verify(*, assignment: Assignment, by, at: datetime, seen_version: int) -> ProgressUpdate:
    """The work is done, on the date of its last product document."""
    _require_verifier(assignment, by)
    sent = assignment.updates.filter(act=Act.SUBMIT).order_by("-seq").first()
    if sent is None:
        workflow.move(assignment.state, Act.VERIFY)
    return _write(
        assignment,
        Act.VERIFY,
        by=by,
        at=at,
        seen_version=seen_version,
        effective_on=sent.done_on,
        done_on=sent.done_on,
        blocked=False,
    )


@transaction.atomic
def return_to_unit(
    *, assignment: Assignment, by, at: datetime, seen_version: int, reason: str
) -> ProgressUpdate:
    """Not yet: back to the unit, with the reason."""
    _require_verifier(assignment, by)
    return _write(
        assignment, Act.RETURN, by=by, at=at, seen_version=seen_version, reason=clean(reason)
    )


@transaction.atomic
def record_trigger(
    *, task: Task, by, at: datetime, citation: Citation, due_on: date | None = None
) -> Trigger:
    """The upstream document came: its waiting assignments open, from the period of its date on.

    `due_on` is the due day of assignments that have none yet; the others keep the plan's.
    """
    coordinator = task.plan.coordinator
    if by.role != permissions.COORDINATOR or not coordinator.contains(by.unit):
        raise PermissionDenied
    document = cite_document(citation, unit=coordinator, by=by, at=at)
    trigger = Trigger.objects.create(task=task, document=document, recorded_by=by, recorded_at=at)
    audit.record(by=by, verb="trigger_recorded", target=task, at=at, document=str(document))
    for assignment in task.assignments.filter(state=State.WAITING).select_related("task__plan"):
        due = assignment.due_on or due_on
        if due is None or due >= document.issued_on:
            _write(
                assignment,
                Act.TRIGGER,
                by=by,
                at=at,
                seen_version=assignment.version,
                effective_on=document.issued_on,
                due_on=due,
            )
    return trigger


@transaction.atomic
def stop(
    *, assignment: Assignment, by, at: datetime, seen_version: int, citation: Citation, reason: str
) -> ProgressUpdate:
    """Dừng theo quyết định: the deciding document is its proof."""
    coordinator = assignment.task.plan.coordinator
    if by.role != permissions.COORDINATOR or not coordinator.contains(by.unit):
        raise PermissionDenied
    document = cite_document(citation, unit=coordinator, by=by, at=at)
    update = _write(
        assignment,
        Act.STOP,
        by=by,
        at=at,
        seen_version=seen_version,
        effective_on=document.issued_on,
        reason=clean(reason),
        blocked=False,
    )
    Evidence.objects.create(update=update, document=document)
    return update


def _already(by, form_key) -> ProgressUpdate | None:
    if form_key is None:
        return None
    return ProgressUpdate.objects.filter(by=by, form_key=form_key).first()


def _require_verifier(assignment, by):
    if not permissions.may_verify(by, assignment.unit, assignment.task.plan.coordinator):
        raise PermissionDenied


def _require_proof(assignment, pairs):
    """Done means that every product is issued; a task without products shows one document."""
    if not pairs:
        raise NotAllowed("Gửi xác nhận thì phải ghi văn bản đã ban hành làm minh chứng.")
    served = {product for _, product in pairs}
    missing = [p.text for p in assignment.task.products.all() if p.pk not in served]
    if missing:
        names = "; ".join(f"“{text}”" for text in missing)
        raise NotAllowed(f"Chưa có văn bản cho sản phẩm: {names}.")


def standing_evidence(assignment):
    """The evidence of the latest report: what counts until the next one."""
    last = assignment.updates.filter(act__in=workflow.REPORTING).order_by("-seq")[:1]
    return (
        Evidence.objects.filter(update__in=last.values("pk"))
        .select_related("document__file", "product")
        .order_by("product__position", "document__issued_on", "pk")
    )


def _proof(assignment, keep, cite, *, by, at) -> list[tuple[Document, int | None]]:
    """(document, product) pairs of a new report: what is kept of the last one, and what is new."""
    kept = standing_evidence(assignment).filter(pk__in=keep)
    pairs = [(row.document, row.product_id) for row in kept]
    expected = set(assignment.task.products.values_list("pk", flat=True))
    for citation in cite:
        if not expected.issuperset(citation.products):
            raise PermissionDenied
        document = cite_document(citation, unit=assignment.unit, by=by, at=at)
        pairs += [(document, product) for product in citation.products or (None,)]
    return list(dict.fromkeys(pairs))


def cite_document(citation: Citation, *, unit: Unit, by, at: datetime) -> Document:
    """The document of this citation: the one that the unit already has, or a new one."""
    if citation.issued_on > local_day(at):
        raise NotAllowed("Ngày ban hành không thể ở sau hôm nay.")
    key = document_key(citation.number, citation.issuer)
    known = Document.objects.filter(unit=unit, key=key, issued_on=citation.issued_on).first()
    if known:
        if fold(known.summary) != fold(citation.summary):
            raise NotAllowed(
                f"Đơn vị đã ghi văn bản {known} với trích yếu “{known.summary}”. "
                "Dùng đúng trích yếu đó nếu là cùng văn bản, hoặc sửa số, ngày."
            )
        if citation.upload:
            _attach(known, citation.upload, by=by, at=at)
        return known
    stored = files.store(citation.upload, by=by, at=at) if citation.upload else None
    document = Document.objects.create(
        unit=unit,
        key=key,
        number=clean(citation.number),
        issued_on=citation.issued_on,
        kind=clean(citation.kind),
        summary=clean(citation.summary),
        issuer=clean(citation.issuer),
        signer=clean(citation.signer),
        file=stored,
        created_by=by,
        created_at=at,
    )
    audit.record(by=by, verb="document_recorded", target=document, at=at, number=document.number)
    return document


def _attach(document, upload, *, by, at):
    """The file that a document cited earlier lacked; one that is there is never exchanged."""
    if document.file_id:
        raise NotAllowed(
            f"Văn bản {document} đã có tệp “{document.file.name}”; không thay tệp được."
        )
    document.file = files.store(upload, by=by, at=at)
    document.save(update_fields=["file"])
    audit.record(by=by, verb="file_attached", target=document, at=at, name=document.file.name)


def document_key(number: str, issuer: str) -> str:
    return f"{fold(number).replace(' ', '')}|{fold(issuer)}"


def _write(
    assignment,
    act,
    *,
    by,
    at,
    seen_version=None,
    effective_on=None,
    form_key=None,
    done_on=None,
    done_on_claimed=None,
    due_on=None,
    blocked=None,
    products_issued=None,
    **words,
) -> ProgressUpdate:
    """Append the act and bring the assignment's cache to what holds after it, or raise Stale."""
    seen = assignment.version if seen_version is None else seen_version
    before = Assignment.objects.only("state", "version").get(pk=assignment.pk)
    if before.version != seen:
        raise Stale
    after = workflow.move(before.state, act).after
    holds = {
        "state": after,
        "due_on": due_on or assignment.due_on,
        "done_on": done_on,
        "blocked": assignment.blocked if blocked is None else blocked,
        "products_issued": assignment.products_issued
        if products_issued is None
        else products_issued,
    }
    changed = Assignment.objects.filter(pk=assignment.pk, version=seen).update(
        version=F("version") + 1, first_due_on=assignment.first_due_on or holds["due_on"], **holds
    )
    if not changed:
        raise Stale
    update = ProgressUpdate.objects.create(
        assignment=assignment,
        seq=seen,
        act=act,
        effective_on=min(effective_on or local_day(at), local_day(at)),
        recorded_at=at,
        by=by,
        form_key=form_key,
        **holds | {"done_on": done_on or done_on_claimed},
        **words,
    )
    audit.record(
        by=by,
        verb=f"assignment_{act}",
        target=assignment,
        at=at,
        before=before.state,
        after=after,
        update=update.pk,
    )
    for field, value in holds.items():
        setattr(assignment, field, value)
    assignment.version = seen + 1
    return update
