"""A report's way: nháp → trình → duyệt → phát hành, and the correction of one that is issued.

From its submission on a report is what it was then: text and figures are kept (reports.freezing),
and its files are made from that alone, once, when the number and day are known. Domain: Nghị định
30/2020/NĐ-CP, điều 12 and 15: văn thư gives number and day after the signature.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from cchc import audit, files, permissions
from cchc.clock import local_day
from cchc.text import clean_lines
from reports.building import PeriodReport, build_report
from reports.freezing import freeze, frozen_report
from reports.models import Report, ReportAct, ReportFile, ReportPeriod
from reports.office_template import template_of
from reports.outline import letterhead_of
from reports.to_docx import report_docx
from reports.to_pdf import report_pdf
from reports.to_xlsx import report_xlsx
from reports.writing import may_write
from tasks import noticing
from tasks.models import Notice, Plan
from tasks.workflow import NotAllowed

Act, Status = ReportAct.Act, Report.Status


class StaleReport(Exception):
    """Somebody else moved the report on since this person looked at it."""


class WrongField(NotAllowed):
    """Something typed can't be; `field` names it."""

    def __init__(self, field: str, words: str):
        super().__init__(words)
        self.field = field


@dataclass(frozen=True)
class Move:
    """Which status an act leads to, from where, and what is said when it can't."""

    before: str
    after: str
    refusal: str


MOVES = {
    Act.SUBMIT: Move(Status.DRAFT, Status.SUBMITTED, "Chỉ trình được bản dự thảo."),
    Act.RETURN: Move(Status.SUBMITTED, Status.DRAFT, "Chỉ trả lại được báo cáo đang trình."),
    Act.APPROVE: Move(Status.SUBMITTED, Status.APPROVED, "Chỉ duyệt được báo cáo đang trình."),
    Act.ISSUE: Move(Status.APPROVED, Status.ISSUED, "Chỉ ban hành được báo cáo đã duyệt."),
}


@transaction.atomic
def submit(*, report: Report, seen_revision: int, warnings: list[str], by, at: datetime) -> Report:
    """The draft goes to the leaders as it stands now. `warnings` are what the check before
    submission still said; they go with it."""
    _require_writer(report, by)
    period = report.period
    if early := too_early(period, local_day(at)):
        raise NotAllowed(early)
    now = _locked(report, Act.SUBMIT, seen_revision)
    snapshot = freeze(build_report(period, local_day(at), now))
    moved = _move(now, Act.SUBMIT, by, at, warnings=warnings, snapshot=snapshot)
    noticing.tell(
        users=noticing.leaders_of(period.plan),
        kind=Notice.Kind.REPORT,
        words=f"HCQT trình báo cáo {period.name}",
        path=period.plan.address("reports:report", period.code),
        key=f"report-submitted:{report.pk}:{moved.revision}",
        at=at,
        urgent=True,
    )
    return moved


def too_early(period: ReportPeriod, day: date) -> str:
    """Why a period's report can't be submitted on that day yet, or nothing."""
    if day >= period.data_to:
        return ""
    return (
        f"Chưa đến ngày chốt số liệu {period.data_to:%d/%m/%Y} của báo cáo {period.name}; "
        "trình từ ngày đó trở đi."
    )


@transaction.atomic
def return_report(*, report: Report, seen_revision: int, reason: str, by, at: datetime) -> Report:
    """A leader wants it changed: a draft again, with the reason."""
    _require_leader(report, by)
    reason = clean_lines(reason)
    if not reason:
        raise WrongField("reason", "Ghi rõ cần sửa những gì.")
    now = _locked(report, Act.RETURN, seen_revision)
    moved = _move(now, Act.RETURN, by, at, words=reason, snapshot=None)
    _tell_writers(moved, f"Báo cáo {report.period.name} được trả lại: {reason}", at, urgent=True)
    return moved


@transaction.atomic
def approve_report(*, report: Report, seen_revision: int, by, at: datetime) -> Report:
    """A leader agrees; what is signed is what was submitted."""
    _require_leader(report, by)
    moved = _move(_locked(report, Act.APPROVE, seen_revision), Act.APPROVE, by, at)
    _tell_writers(moved, f"Báo cáo {report.period.name} đã được duyệt, chờ cấp số", at)
    return moved


def issue(
    *, report: Report, seen_revision: int, number: int, issued_on: date, by, at: datetime
) -> Report:
    """Number and day as văn thư gave them; the three files are made and kept. The files are made
    before the transaction: a long report must not hold the database meanwhile."""
    _require_writer(report, by)
    if report.revision != seen_revision:
        raise StaleReport
    if report.status != Status.APPROVED:
        raise NotAllowed(MOVES[Act.ISSUE].refusal)
    named = number_of(report.period.plan, number)
    _require_issuable(report, named, issued_on, at)
    final = finished(frozen_report(report), named, issued_on)
    template = template_of(report.period.plan.unit)
    made = {
        ReportFile.Kind.WORD: report_docx(final, template),
        ReportFile.Kind.PDF: report_pdf(final),
        ReportFile.Kind.EXCEL: report_xlsx(final),
    }
    with transaction.atomic():
        Plan.objects.select_for_update(of=("self",)).get(pk=report.period.plan_id)  # numbers
        _require_issuable(report, named, issued_on, at)
        moved = _move(
            _locked(report, Act.ISSUE, seen_revision),
            Act.ISSUE,
            by,
            at,
            words=named,
            snapshot=freeze(final),
            number=named,
            issued_on=issued_on,
            issued_year=issued_on.year,
        )
        for kind, content in made.items():
            upload = ContentFile(content, name=f"{final.file_name}.{kind}")
            kept = _store(upload, by=by, at=at)
            ReportFile.objects.create(report=moved, kind=kind, file=kept)
    return moved


def number_of(plan: Plan, number: int) -> str:
    """05/BC-VP: numbers under 10 take a zero."""
    return f"{number:02}/{letterhead_of(plan).symbol}"


def finished(report: PeriodReport, number: str, day: date) -> PeriodReport:
    """With its number and day; months 1 and 2 and days under 10 take a zero."""
    month = f"{day.month:02}" if day.month <= 2 else str(day.month)
    words = f"{day.day:02} tháng {month} năm {day.year}"
    head = replace(report.letterhead, number=number, day=words)
    return replace(report, letterhead=head, status=Status.ISSUED)


def _require_issuable(report: Report, number: str, issued_on: date, at: datetime) -> None:
    period = report.period
    if issued_on < period.data_to:
        raise WrongField(
            "issued_on",
            f"Ngày ban hành {issued_on:%d/%m/%Y} trước ngày chốt số liệu {period.data_to:%d/%m/%Y} "
            "của kỳ báo cáo; xem lại ngày văn thư đã cấp.",
        )
    if issued_on > local_day(at):
        raise WrongField(
            "issued_on",
            f"Ngày ban hành {issued_on:%d/%m/%Y} ở sau hôm nay; ghi ngày văn thư đã cấp.",
        )
    used = (
        Report.objects.filter(
            period__plan__unit=period.plan.unit_id, issued_year=issued_on.year, number=number
        )
        .select_related("period__plan")
        .first()
    )
    if used:
        raise WrongField(
            "number",
            f"Số {number} của năm {issued_on.year} đã dùng cho báo cáo {used.period.name} "
            f"ngày {used.issued_on:%d/%m/%Y}; xem lại số văn thư đã cấp.",
        )


@transaction.atomic
def attach_signed(*, report: Report, upload, by, at: datetime) -> ReportFile:
    """The signed file, as scanned or digitally signed. A further one does not replace the first;
    the same one again is there already."""
    _require_writer(report, by)
    if not report.is_issued:
        raise NotAllowed("Gắn bản đã ký sau khi báo cáo được ban hành.")
    try:
        content_type = files.validate_upload(upload)
    except ValidationError as error:
        raise WrongField("file", " ".join(error.messages)) from error
    if content_type != "application/pdf":
        name = files.clean_name(upload.name)
        raise WrongField("file", f"Bản đã ký là tệp PDF; “{name}” không phải.")
    same = report.files.filter(kind=ReportFile.Kind.SIGNED, file__sha256=files.digest_of(upload))
    if known := same.first():
        return known
    kept = _store(upload, by=by, at=at)
    signed = ReportFile.objects.create(report=report, kind=ReportFile.Kind.SIGNED, file=kept)
    ReportAct.objects.create(report=report, act=Act.SIGN, words=kept.name, by=by, at=at)
    audit.record(by=by, verb="report_signed", target=report, at=at, sha256=kept.sha256)
    return signed


def _store(upload, *, by, at):
    try:
        return files.store(upload, by=by, at=at)
    except files.NotKept as trouble:
        raise NotAllowed(str(trouble)) from trouble


@transaction.atomic
def correct(*, report: Report, changes: str, by, at: datetime) -> Report:
    """The next version of an issued report, begun with its headings and what people wrote; the
    issued one stays as it is."""
    _require_writer(report, by)
    ReportPeriod.objects.select_for_update(of=("self",)).get(pk=report.period_id)
    changes = clean_lines(changes)
    if not changes:
        raise WrongField("changes", "Ghi rõ bản đính chính thay đổi những gì.")
    newest = report.period.reports.order_by("-version").first()
    if newest.pk != report.pk or not report.is_issued:
        raise NotAllowed("Chỉ đính chính được bản ban hành mới nhất, khi chưa có bản đang soạn.")
    fresh = Report.objects.create(
        period=report.period,
        version=report.version + 1,
        changes=changes,
        created_by=by,
        created_at=at,
    )
    _copy_writing(report, fresh)
    ReportAct.objects.create(report=fresh, act=Act.BEGIN, words=changes, by=by, at=at)
    audit.record(by=by, verb="report_corrected", target=fresh, at=at, changes=changes)
    return fresh


def _copy_writing(before: Report, fresh: Report) -> None:
    for section in before.sections.prefetch_related("passages"):
        passages = list(section.passages.all())
        section.pk, section.report = None, fresh
        section.save()
        for passage in passages:
            passage.pk, passage.section = None, section
            passage.save()
    for value in before.statistic_values.all():
        value.pk, value.report = None, fresh
        value.save()


def _require_writer(report: Report, by) -> None:
    if not may_write(by, report.period.plan):
        raise PermissionDenied


def _require_leader(report: Report, by) -> None:
    if not permissions.leads(by, report.period.plan):
        raise PermissionDenied


def _locked(report: Report, act: str, seen_revision: int) -> Report:
    """The report as it stands now, when the act is allowed and the person saw this revision."""
    now = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if now.revision != seen_revision:
        raise StaleReport
    if now.status != MOVES[act].before:
        raise NotAllowed(MOVES[act].refusal)
    return now


def _move(report: Report, act: str, by, at, *, words="", warnings=(), **values) -> Report:
    """The step and everything that goes with it, if nobody else came first."""
    values |= {"status": MOVES[act].after}
    found = Report.objects.filter(pk=report.pk, revision=report.revision)
    if not found.update(**values, revision=F("revision") + 1):
        raise StaleReport
    report.refresh_from_db()
    ReportAct.objects.create(
        report=report, act=act, words=words, warnings=list(warnings), by=by, at=at
    )
    audit.record(by=by, verb=f"report_{act}", target=report, at=at, words=words)
    return report


def _tell_writers(report: Report, words: str, at, *, urgent=False) -> None:
    noticing.tell(
        users=noticing.coordinators_of(report.period.plan),
        kind=Notice.Kind.REPORT,
        words=words,
        path=report.period.plan.address("reports:report", report.period.code),
        key=f"report:{report.pk}:{report.revision}",
        at=at,
        urgent=urgent,
    )
