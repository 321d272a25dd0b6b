"""What a person does to a report's text. Each is one transaction with its audit record; a save that
came too late is refused with what stands now, and nobody's words are lost.

Texts are saved every few seconds while somebody types. So that the audit trail stays readable, it
keeps the words that a save replaced only when they were another person's or older than ten minutes.
"""

import uuid
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import Unit
from cchc.text import clean_prose
from reports import outline
from reports.models import Passage, Report, ReportAct, ReportPeriod, Section, SectionRequest
from tasks import noticing
from tasks.contributing import units_of_office
from tasks.models import Notice
from tasks.workflow import NotAllowed

LONGEST = 20_000
SAME_SITTING = timedelta(minutes=10)


class StaleText(Exception):
    """Somebody else saved the same paragraph first; `passage` is what stands now (None: it was
    taken back to the composed text)."""

    def __init__(self, passage: Passage | None):
        self.passage = passage


def may_write(user, plan) -> bool:
    return permissions.coordinates(user, plan.coordinator)


@transaction.atomic
def begin_report(*, period: ReportPeriod, by, at: datetime) -> Report:
    """The draft of a period's report, with the headings of today's outline. Twice is once."""
    if not may_write(by, period.plan):
        raise PermissionDenied
    ReportPeriod.objects.select_for_update(of=("self",)).get(pk=period.pk)
    newest = period.reports.order_by("-version").first()
    if newest and newest.is_issued:
        raise NotAllowed(
            f"Báo cáo {period.name} đã ban hành số {newest.number}; muốn sửa thì lập bản đính chính."
        )
    if newest:
        return newest
    if local_day(at) < period.data_from:
        raise NotAllowed(f"Kỳ báo cáo {period.name} chưa bắt đầu.")
    report = Report.objects.create(period=period, created_by=by, created_at=at)
    Section.objects.bulk_create(
        Section(report=report, position=position, heading=outline.as_dict(heading))
        for position, heading in enumerate(outline.outline_for(period))
    )
    ReportAct.objects.create(report=report, act=ReportAct.Act.BEGIN, by=by, at=at)
    audit.record(by=by, verb="report_begun", target=report, at=at, period=period.code)
    return report


@transaction.atomic
def save_passage(
    *, section: Section, key: str, text: str, base: str, seen_version: int, by, at: datetime
) -> Passage:
    """The person's own words for a paragraph. `base` is the composed text they had before them;
    `seen_version` 0: it was still the composed one. StaleText when it has moved on."""
    _require_draft(section, by)
    text = _measured(text)
    if seen_version:
        return _replace(section, key, seen_version, by, at, text=text, is_hidden=False)
    return _first(section, key, by, at, text=text, base=base)


@transaction.atomic
def hide_passage(
    *, section: Section, key: str, base: str, seen_version: int, by, at: datetime
) -> Passage:
    """The paragraph is left out of the report; what it was stays."""
    _require_draft(section, by)
    if seen_version:
        return _replace(section, key, seen_version, by, at, is_hidden=True)
    return _first(section, key, by, at, base=base, is_hidden=True)


@transaction.atomic
def show_passage(
    *, section: Section, key: str, seen_version: int, by, at: datetime
) -> Passage | None:
    """What was left out comes back: with the person's words, or as it is composed (None)."""
    _require_draft(section, by)
    passage = section.passages.filter(key=key).first()
    if passage and passage.version == seen_version and not passage.text:
        _tell(section, "passage_taken_back", passage, by, at, text="")
        passage.delete()
        return None
    return _replace(section, key, seen_version, by, at, is_hidden=False)


def new_key() -> str:
    """The name of a paragraph that somebody adds."""
    return f"them:{uuid.uuid4().hex[:16]}"


@transaction.atomic
def add_passage(
    *,
    section: Section,
    after: str,
    text: str,
    by,
    at: datetime,
    unit: Unit | None = None,
    key: str = "",
) -> Passage:
    """A paragraph of one's own behind the one with the key `after` ("": before all others). With a
    `key` of `new_key()` sending it twice adds it once: StaleText says what stands there."""
    _require_draft(section, by)
    key = key or new_key()
    values = {"after": after, "is_added": True, "text": _measured(text), "unit": unit}
    try:
        with transaction.atomic():
            passage = Passage.objects.create(section=section, key=key, by=by, at=at, **values)
    except IntegrityError as error:
        raise StaleText(section.passages.get(key=key)) from error
    _tell(section, "passage_added", passage, by, at)
    return passage


@transaction.atomic
def take_composed(*, section: Section, key: str, seen_version: int, by, at: datetime) -> None:
    """Back to the composed text: the person's words go, the audit trail keeps them."""
    _require_draft(section, by)
    passage = section.passages.filter(key=key).first()
    if passage is None or passage.version != seen_version:
        raise StaleText(passage)
    if passage.is_added:
        raise NotAllowed("Đoạn tự viết thì bỏ, không lấy lại theo cập nhật được.")
    _tell(section, "passage_taken_back", passage, by, at, text=passage.text)
    if not section.passages.filter(pk=passage.pk, version=seen_version).delete()[0]:
        raise StaleText(section.passages.filter(key=key).first())


@transaction.atomic
def keep_own(
    *, section: Section, key: str, base: str, seen_version: int, by, at: datetime
) -> Passage:
    """The difference was seen and one's own words stay: it is not offered again. `base` is the
    composed text now, "" when there is none any more."""
    _require_draft(section, by)
    return _replace(section, key, seen_version, by, at, base=base)


def _require_draft(section: Section, by) -> None:
    report = Report.objects.select_for_update(of=("self",)).get(pk=section.report_id)
    if not may_write(by, report.period.plan):
        raise PermissionDenied
    if not report.is_draft:
        raise NotAllowed(
            f"Báo cáo {report.get_status_display().lower()} nên không sửa lời văn được nữa."
        )


def _measured(text: str) -> str:
    text = clean_prose(text)
    if len(text) > LONGEST:
        raise NotAllowed(
            f"Đoạn dài {len(text)} ký tự; một đoạn tối đa {LONGEST} ký tự, hãy tách thành nhiều đoạn."
        )
    return text


def _first(section, key, by, at, **values) -> Passage:
    try:
        with transaction.atomic():
            passage = Passage.objects.create(section=section, key=key, by=by, at=at, **values)
    except IntegrityError as error:
        raise StaleText(section.passages.get(key=key)) from error
    _tell(section, "passage_written", passage, by, at)
    return passage


def _replace(section, key, seen_version, by, at, **values) -> Passage:
    before = section.passages.filter(key=key).first()
    if before is None or before.version != seen_version:
        raise StaleText(before)
    changed = section.passages.filter(pk=before.pk, version=seen_version).update(
        **values, version=F("version") + 1, by=by, at=at
    )
    if not changed:
        raise StaleText(section.passages.filter(key=key).first())
    replaced = {}
    if before.by_id != by.pk or at - before.at > SAME_SITTING:
        replaced = {"replaced": before.text}
    passage = section.passages.get(pk=before.pk)
    _tell(section, "passage_written", passage, by, at, **replaced)
    return passage


def _tell(section, verb, passage, by, at, **detail) -> None:
    detail |= {"report": section.report_id, "key": passage.key, "version": passage.version}
    audit.record(by=by, verb=verb, target=section, at=at, **detail)


# A unit contributes to a section


@transaction.atomic
def ask_unit(
    *, section: Section, unit: Unit, wanted: str, due_on: date, by, at: datetime
) -> SectionRequest:
    """HCQT asks a unit for its words under a heading. The same unit is not asked twice at a time;
    the same request sent twice is one."""
    _require_draft(section, by)
    period = section.report.period
    wanted = clean_prose(wanted)
    same = {"unit": unit, "wanted": wanted, "due_on": due_on, "asked_by": by}
    if again := section.requests.filter(**same, answered_at=None).first():
        return again
    if unit not in units_of_office(period.plan):
        raise NotAllowed("Chỉ đề nghị đơn vị đang hoạt động của cơ quan.")
    if due_on < local_day(at):
        raise NotAllowed("Ngày gửi không thể ở trước hôm nay.")
    if section.requests.filter(unit=unit, answered_at=None).exists():
        raise NotAllowed(f"{unit.name} đang có đề nghị chưa trả lời ở mục này.")
    asked = SectionRequest.objects.create(
        section=section, unit=unit, wanted=wanted, due_on=due_on, asked_by=by, asked_at=at
    )
    audit.record(by=by, verb="section_asked", target=asked, at=at, unit=unit.code)
    noticing.tell(
        users=noticing.reporters_of(unit),
        kind=Notice.Kind.CONTRIBUTION,
        words=f"Đề nghị đóng góp báo cáo {period.name}, mục “{section.heading['title']}”, "
        f"gửi trước hết ngày {due_on:%d/%m/%Y}: {wanted}",
        path=reverse("reports:contribution", args=[asked.pk]),
        key=f"section-asked:{asked.pk}",
        at=at,
    )
    return asked


@transaction.atomic
def contribute(*, request: SectionRequest, words: str, by, at: datetime) -> SectionRequest:
    """The unit's words; sent once, HCQT takes them into the section or not."""
    words = _measured(words)
    if not permissions.may_report_for(by, request.unit):
        raise PermissionDenied
    now = SectionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if now.answered_at:
        if (now.answer, now.answered_by_id) == (words, by.pk):
            return now
        raise NotAllowed("Đơn vị đã gửi nội dung cho mục này.")
    if not now.section.report.is_draft:
        raise NotAllowed("Báo cáo đã trình lãnh đạo; không nhận thêm nội dung.")
    if not words:
        raise NotAllowed("Ghi nội dung đóng góp.")
    told = {"answer": words, "answered_by": by, "answered_at": at}
    if not SectionRequest.objects.filter(pk=now.pk, answered_at=None).update(**told):
        raise NotAllowed("Đơn vị đã gửi nội dung cho mục này.")
    now.refresh_from_db()
    audit.record(by=by, verb="section_contributed", target=now, at=at)
    noticing.tell(
        users=[now.asked_by],
        kind=Notice.Kind.CONTRIBUTION,
        words=f"{now.unit.short_name} đã gửi nội dung mục “{now.section.heading['title']}”, "
        f"báo cáo {now.section.report.period.name}",
        path=now.section.report.period.plan.address(
            "reports:editor", now.section.report.period.code
        ),
        key=f"section-contributed:{now.pk}",
        at=at,
    )
    return now


@transaction.atomic
def take_contribution(*, request: SectionRequest, after: str, by, at: datetime) -> Passage:
    """The unit's words become a paragraph of the section, named as theirs. Once."""
    now = SectionRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if not now.answered_at:
        raise NotAllowed(f"{now.unit.name} chưa gửi nội dung.")
    if not SectionRequest.objects.filter(pk=now.pk, taken_at=None).update(taken_by=by, taken_at=at):
        raise NotAllowed("Nội dung này đã được đưa vào báo cáo.")
    return add_passage(
        section=now.section, after=after, text=now.answer, unit=now.unit, by=by, at=at
    )
