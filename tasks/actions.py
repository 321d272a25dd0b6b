"""Every change that a person makes to the work. Each is one transaction with its audit record.

`by` is who, `at` the moment of recording, `seen_version` the version of the assignment that the
person had before their eyes: if it has moved on since, Stale is raised and nothing is written.
"""

import uuid
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.locks import take_turns
from cchc.text import clean
from tasks import noticing, workflow
from tasks.citing import Citation, cite_document, cite_in_turn, document_key
from tasks.models import Assignment, Document, Evidence, ProgressUpdate, Task, Trigger
from tasks.workflow import Act, NotAllowed, State


class Stale(Exception):
    """Somebody else acted on the assignment since this person looked at it."""


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
    missing: str = "",
    keep: tuple[int, ...] = (),
    cite: tuple[Citation, ...] = (),
    form_key: uuid.UUID | None = None,
) -> ProgressUpdate:
    """A unit reports what was done, and with `send` hands it over for verification (to its head
    first, where the unit wants that).

    `keep` are primary keys of Evidence of the report before that still stand; `cite` are new
    documents; `missing` says why a product has none: the verifier accepts that or returns the work.
    The same submitted form (`form_key`) twice gives the first answer again.
    """
    if not permissions.may_report_for(by, assignment.unit):
        raise PermissionDenied
    take_turns(at=assignment.unit)  # clicks, one by one
    again = _already(by, form_key)
    if again:
        words = (result, difficulty, proposal, missing if send else "")
        if not _is_same_submit(again, assignment, send, words, keep, cite):
            raise Stale  # sent, gone back to, changed and sent again: not the same submit
        return again
    pairs = _proof(assignment, keep, cite, by=by, at=at)
    said = told_by(
        assignment, pairs, result, difficulty, proposal, missing, by=by, at=at, send=send
    )
    update = write_act(
        assignment, by=by, at=at, seen_version=seen_version, form_key=form_key, **said
    )
    Evidence.objects.bulk_create(
        Evidence(update=update, document=document, product_id=product)
        for document, product in pairs
    )
    if update.act == Act.SUBMIT:
        noticing.tell_sent([(assignment, update)], at=at)
    return update


def told_by(
    assignment, pairs, result, difficulty="", proposal="", missing="", *, by, at, send: bool
) -> dict:
    """What a report with this proof says, as write_act takes it; NotAllowed when it lacks something.
    Asks nothing of the database when the task's products are read (tasks.many_reports)."""
    lacking = _lacking(assignment, pairs)
    if send and lacking and not missing:
        raise NotAllowed(lacking)
    act = Act.REPORT
    if send:
        act = Act.SUBMIT if permissions.may_send(by, assignment.unit) else Act.DRAFT
    # Without any document the day of recording is the day of completion (model.md, Ledger).
    done_on = max((document.issued_on for document, _ in pairs), default=local_day(at))
    return {
        "act": act,
        "effective_on": done_on if act == Act.SUBMIT else None,
        "done_on_claimed": done_on if send else None,
        "blocked": bool(difficulty),
        "products_issued": len({product for _, product in pairs if product}),
        "result": result,
        "difficulty": difficulty,
        "proposal": proposal,
        "reason": missing if lacking else "",
    }


@transaction.atomic
def approve(*, assignment: Assignment, by, at: datetime, seen_version: int) -> ProgressUpdate:
    """The head sends what a member of the unit prepared, as it is."""
    if by.role not in permissions.HEADS:
        raise PermissionDenied
    draft = assignment.updates.filter(act=Act.DRAFT).order_by("-seq").first()
    if draft is None or assignment.state != State.READY:
        raise NotAllowed("Việc này không có bản trình nào đang chờ duyệt.")
    return post_update(
        assignment=assignment,
        by=by,
        at=at,
        seen_version=seen_version,
        send=True,
        result=draft.result,
        difficulty=draft.difficulty,
        proposal=draft.proposal,
        missing=draft.reason,
        keep=tuple(standing_evidence(assignment).values_list("pk", flat=True)),
    )


@transaction.atomic
def verify(*, assignment: Assignment, by, at: datetime, seen_version: int) -> ProgressUpdate:
    """The work is done, on the date of its last product document."""
    _require_verifier(assignment, by)
    sent = assignment.updates.filter(act=Act.SUBMIT).order_by("-seq").first()
    if sent is None:
        workflow.move(assignment.state, Act.VERIFY)
    return write_act(
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
    *,
    assignment: Assignment,
    by,
    at: datetime,
    seen_version: int,
    reason: str,
    redo_by: date | None = None,
) -> ProgressUpdate:
    """Not yet: back to the unit, with the reason and, if need be, until when to complete it. The
    due day stays; until `redo_by` nobody is urged."""
    _require_verifier(assignment, by)
    reason = clean(reason)
    if redo_by:
        reason = f"{reason.rstrip('.')}. Bổ sung trước ngày {redo_by:%d/%m/%Y}."
    update = write_act(
        assignment,
        Act.RETURN,
        by=by,
        at=at,
        seen_version=seen_version,
        reason=reason,
        redo_by=redo_by,
    )
    noticing.tell_returned(assignment, update, at=at)
    return update


@transaction.atomic
def record_trigger(
    *, task: Task, by, at: datetime, citation: Citation, due_on: date | None = None
) -> Trigger:
    """The upstream document came: its waiting assignments open, from the period of its date on.

    `due_on` is the due day of assignments that have none yet; the others keep the plan's.
    """
    coordinator = task.plan.coordinator
    if not permissions.coordinates(by, coordinator):
        raise PermissionDenied
    document = cite_document(citation, unit=coordinator, by=by, at=at)
    known = task.triggers.filter(document=document).first()
    if known:
        return known  # the same form twice
    opening = _opened_by(task, document, due_on)
    trigger = Trigger.objects.create(task=task, document=document, recorded_by=by, recorded_at=at)
    audit.record(by=by, verb="trigger_recorded", target=task, at=at, document=str(document))
    for assignment, due in opening:
        write_act(
            assignment,
            Act.TRIGGER,
            by=by,
            at=at,
            seen_version=assignment.version,
            effective_on=document.issued_on,
            due_on=due,
        )
    return trigger


def _opened_by(task, document, due_on) -> list[tuple[Assignment, date | None]]:
    """The waiting assignments that the document opens, with their due days; refused when none."""
    waiting = task.assignments.filter(state=State.WAITING).select_related("task__plan")
    due_days = [(assignment, assignment.due_on or due_on) for assignment in waiting]
    if not due_days:
        raise NotAllowed(f"Nhiệm vụ {task.code} không có kỳ nào đang chờ văn bản làm phát sinh.")
    opening = [(a, due) for a, due in due_days if due is None or due >= document.issued_on]
    if not opening:
        raise NotAllowed(
            f"Văn bản ngày {document.issued_on:%d/%m/%Y} ở sau hạn của mọi kỳ đang chờ, không mở "
            "kỳ nào; kiểm tra lại ngày ban hành."
        )
    return opening


@transaction.atomic
def stop(
    *, assignment: Assignment, by, at: datetime, seen_version: int, citation: Citation, reason: str
) -> ProgressUpdate:
    """Dừng theo quyết định: the deciding document is its proof."""
    coordinator = assignment.task.plan.coordinator
    if not permissions.coordinates(by, coordinator):
        raise PermissionDenied
    document = cite_document(citation, unit=coordinator, by=by, at=at)
    update = write_act(
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
    acts = ProgressUpdate.objects.filter(by=by, form_key=form_key).order_by()
    return acts.get() if acts.exists() else None


def _is_same_submit(again, assignment, send, words, keep, cite) -> bool:
    """Whether a form says just what was recorded under its key (not the content of its files)."""
    said = (again.assignment_id, again.act != Act.REPORT)
    was = (again.result, again.difficulty, again.proposal, again.reason)
    if said != (assignment.pk, send) or words != was:
        return False
    pieces = Evidence.objects.filter(update__assignment=assignment).select_related("document")
    told = {_piece(row.document, row.product_id) for row in pieces if row.pk in keep}
    for cited in cite:
        key = document_key(cited.number, cited.issuer)
        told |= {(key, cited.issued_on, product) for product in cited.products or (None,)}
    stands = [row for row in pieces if row.update_id == again.pk]
    without_file = any(cited.upload for cited in cite) and all(
        row.document.file_id is None for row in stands
    )
    return not without_file and told == {_piece(row.document, row.product_id) for row in stands}


def _piece(document, product) -> tuple:
    return document.key, document.issued_on, product


def _require_verifier(assignment, by):
    if not permissions.may_verify(by, assignment.unit, assignment.task.plan):
        raise PermissionDenied
    if assignment.updates.filter(act__in=workflow.REPORTING, by=by).exists():
        raise NotAllowed("Không ai xác nhận việc do chính mình báo cáo; để người khác xác nhận.")


def _lacking(assignment, pairs) -> str:
    """Done means that every product is issued; a task without products shows one document. The
    sentence that says what is missing; "" when nothing is."""
    served = {product for _, product in pairs}
    missing = [p.text for p in assignment.expected_products() if p.pk not in served]
    if not pairs and not missing:
        return (
            "Gửi xác nhận thì phải ghi văn bản đã ban hành làm minh chứng; chưa có thì ghi "
            "“Lý do thiếu văn bản”, người xác nhận sẽ chấp nhận hoặc trả lại."
        )
    if not missing:
        return ""
    names = "; ".join(f"“{text}”" for text in missing)
    none = "Gửi xác nhận thì phải ghi văn bản đã ban hành làm minh chứng. " if not pairs else ""
    return (
        f"{none}Chưa có văn bản cho sản phẩm: {names}. Không có văn bản thì ghi “Lý do thiếu văn "
        "bản”, người xác nhận sẽ chấp nhận hoặc trả lại."
    )


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
    kept = [row for row in standing_evidence(assignment) if row.pk in keep] if keep else []
    pairs = [(row.document, row.product_id) for row in kept]
    expected = {product.pk for product in assignment.expected_products()}
    for citation in cite:
        if not expected.issuperset(citation.products):
            raise PermissionDenied
        document = cite_in_turn(citation, unit=assignment.unit, by=by, at=at)
        pairs += [(document, product) for product in citation.products or (None,)]
    return list(dict.fromkeys(pairs))


def write_act(assignment, act, *, by, at, seen_version=None, **told) -> ProgressUpdate:
    """Append the act and bring the assignment's cache to what holds after it, or raise Stale.
    `told`: see next_act."""
    seen = assignment.version if seen_version is None else seen_version
    known = Assignment.objects.select_related("task__plan")
    before = known.only("state", "version", "task__plan__status", "task__plan__closed_on").get(
        pk=assignment.pk
    )
    update, holds = next_act(assignment, before, act, by=by, at=at, seen=seen, **told)
    changed = Assignment.objects.filter(pk=assignment.pk, version=seen).update(
        version=F("version") + 1, **holds
    )
    if not changed:
        raise Stale
    update.save(force_insert=True)
    audit.record(
        by=by,
        verb=f"assignment_{act}",
        target=assignment,
        at=at,
        before=before.state,
        after=update.state,
        update=update.pk,
    )
    for field, value in (holds | {"version": seen + 1}).items():
        setattr(assignment, field, value)
    return update


def next_act(
    assignment,
    before,
    act,
    *,
    by,
    at,
    seen: int,
    effective_on=None,
    done_on=None,
    done_on_claimed=None,
    due_on=None,
    undated=False,
    blocked=None,
    products_issued=None,
    unit=None,
    **words,
) -> tuple[ProgressUpdate, dict]:
    """The act as a row that is not yet written, and the assignment's columns after it. `before`: the
    assignment as the database has it. Stale or NotAllowed when it can't follow that."""
    before.task.plan.refuse_when_over()
    if before.version != seen:
        raise Stale
    if blocked is None:
        blocked = assignment.blocked
    if products_issued is None:
        products_issued = assignment.products_issued
    holds = {
        "state": workflow.move(before.state, act).after,
        "due_on": None if undated else due_on or assignment.due_on,
        "done_on": done_on,
        "blocked": blocked,
        "products_issued": products_issued,
    }
    update = ProgressUpdate(
        assignment=assignment,
        seq=seen,
        act=act,
        effective_on=min(effective_on or local_day(at), local_day(at)),
        recorded_at=at,
        by=by,
        from_unit=assignment.unit if unit else None,
        **holds | {"done_on": done_on or done_on_claimed},
        **words,
    )
    holds["first_due_on"] = assignment.first_due_on or holds["due_on"]
    return update, holds | ({"unit": unit} if unit else {})
