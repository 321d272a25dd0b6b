"""What was done on a task's period, act by act, with the documents of each."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from cchc.clock import local_day
from tasks.buckets import Occurrence, Row
from tasks.ledger import end_of
from tasks.models import Document, Evidence, ProgressUpdate
from tasks.viewing import Viewing
from tasks.workflow import REPORTING, Act, State

# act: (its word in the address and the style sheet, icon)
KINDS = {
    Act.REPORT: ("cap-nhat", "pencil"),
    Act.DRAFT: ("trinh", "user"),
    Act.SUBMIT: ("gui", "send"),
    Act.VERIFY: ("xac-nhan", "check"),
    Act.RETURN: ("tra-lai", "arrow-back-up"),
    Act.TRIGGER: ("dieu-kien", "file-check"),
    Act.EXTEND: ("gia-han", "calendar-event"),
    Act.MOVE: ("chuyen", "message-forward"),
    Act.AMEND: ("sua-doi", "edit"),
    Act.STOP: ("dung", "stop"),
}
# state of the assignment: what its documents are then (tile for the colour, icon, words)
PROOF_STATES = {
    State.DONE: ("done", "circle-check", "Đã xác nhận"),
    State.PENDING: ("review", "send", "Chờ xác nhận"),
    State.RETURNED: ("returned", "arrow-back-up", "Bị trả lại"),
}
NOT_SENT = ("doing", "half", "Đã ghi, chưa gửi")


@dataclass(frozen=True)
class Cited:
    """A document as proof. `unit` is said only where several units lead."""

    pk: int
    title: str
    issued_on: date
    summary: str
    issuer: str
    signer: str
    has_file: bool
    unit: str
    tile: str
    icon: str
    state: str


@dataclass(frozen=True)
class TimelineAct:
    slug: str
    icon: str
    label: str
    recorded_at: datetime
    effective_on: date | None  # only when it isn't the day of recording
    late: bool  # recorded after the day looked at
    by: str
    by_unit: str
    unit: str  # whose part; only where several units lead
    update: ProgressUpdate
    reason_label: str
    due_on: date | None
    done_on: date | None
    documents: tuple[Cited, ...]


@dataclass(frozen=True)
class KindChip:
    slug: str
    label: str
    count: int


def read_acts(readable, viewing: Viewing) -> list[ProgressUpdate]:
    """What was done by the day, the newest recording first."""
    acts = ProgressUpdate.objects.filter(
        assignment__in=list(readable), effective_on__lte=viewing.as_of
    )
    return list(acts.select_related("by__unit").order_by("-recorded_at", "-pk"))


def cited(document: Document, slot: Row, occurrence: Occurrence) -> Cited:
    tile, icon, state = PROOF_STATES.get(slot.state, NOT_SENT)
    return Cited(
        pk=document.pk,
        title=document.title,
        issued_on=document.issued_on,
        summary=document.summary,
        issuer=document.issuer,
        signer=document.signer,
        has_file=document.file_id is not None,
        unit=slot.unit_short if len(occurrence.slots) > 1 else "",
        tile=tile,
        icon=icon,
        state=state,
    )


def timeline(
    acts: list[ProgressUpdate], evidence: list[Evidence], occurrence: Occurrence, viewing: Viewing
) -> list[TimelineAct]:
    slots = {slot.assignment_id: slot for slot in occurrence.slots}
    documents = defaultdict(dict)
    for row in evidence:
        documents[row.update_id][row.document_id] = row.document
    several = len(occurrence.slots) > 1
    items = []
    for act in acts:
        slot = slots[act.assignment_id]
        slug, icon = KINDS[act.act]
        recorded_on = local_day(act.recorded_at)
        items.append(
            TimelineAct(
                slug=slug,
                icon=icon,
                label=Act(act.act).label,
                recorded_at=act.recorded_at,
                effective_on=act.effective_on if act.effective_on != recorded_on else None,
                late=is_late(act, viewing),
                by=act.by.full_name,
                by_unit=act.by.unit.short_name if act.by.unit else "",
                unit=slot.unit_short if several else "",
                update=act,
                reason_label="Lý do thiếu văn bản" if act.act in REPORTING else "Lý do",
                due_on=act.due_on if act.act in (Act.TRIGGER, Act.EXTEND, Act.AMEND) else None,
                done_on=act.done_on if act.act in (Act.DRAFT, Act.SUBMIT, Act.VERIFY) else None,
                documents=tuple(
                    cited(document, slot, occurrence) for document in documents[act.pk].values()
                ),
            )
        )
    return items


def is_late(act: ProgressUpdate, viewing: Viewing) -> bool:
    return act.recorded_at >= end_of(viewing.as_of)


def chips_of(acts: list[ProgressUpdate]) -> tuple[KindChip, ...]:
    """The kinds of acts that there are; none to choose between when there is one kind."""
    counts = defaultdict(int)
    for act in acts:
        counts[act.act] += 1
    chips = [KindChip(KINDS[k][0], k.label, counts[k]) for k in KINDS if counts[k]]
    return tuple(chips) if len(chips) > 1 else ()
