"""A report's way: trình, trả lại, duyệt, ban hành, gắn bản đã ký, đính chính."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render

from cchc import clock
from reports import issuing
from reports.flow_forms import CorrectForm, IssueForm, ReturnForm, SignForm, StepForm
from reports.issuing import Act, StaleReport
from reports.models import Report, ReportFile
from reports.outline import letterhead_of
from reports.pages.readiness import warnings_of
from reports.pages.report import find_period, find_version
from tasks.viewing import Viewing, viewing_of
from tasks.workflow import NotAllowed


@dataclass(frozen=True)
class Step:
    """One step to take: its page, what it does with what was typed, and what is said then."""

    viewing: Viewing
    report: Report
    act: str
    template: str
    do: Callable
    done: str
    goes_to: str = "reports:report"

    @property
    def name(self) -> str:
        return self.report.period.name


def submit(request, period):
    viewing, report = _newest(request, period)
    warnings = list(warnings_of(report, viewing.as_of)) if report.is_draft else []
    closed = not issuing.too_early(report.period, viewing.today)
    step = Step(
        viewing,
        report,
        Act.SUBMIT,
        "reports/flow_submit.html",
        lambda typed, told: issuing.submit(warnings=warnings, **told),
        f"Đã trình lãnh đạo báo cáo {report.period.name}.",
    )
    form = StepForm(_posted(request), report=report)
    return _take(request, step, form, warnings=warnings, closed=closed)


def return_(request, period):
    viewing, report = _newest(request, period)
    step = Step(
        viewing,
        report,
        Act.RETURN,
        "reports/flow_return.html",
        lambda typed, told: issuing.return_report(reason=typed["reason"], **told),
        f"Đã trả lại báo cáo {report.period.name} để HCQT sửa.",
    )
    return _take(request, step, ReturnForm(_posted(request), report=report))


def approve(request, period):
    viewing, report = _newest(request, period)
    step = Step(
        viewing,
        report,
        Act.APPROVE,
        "reports/flow_approve.html",
        lambda typed, told: issuing.approve_report(**told),
        f"Đã duyệt báo cáo {report.period.name}.",
    )
    return _take(request, step, StepForm(_posted(request), report=report))


def issue(request, period):
    viewing, report = _newest(request, period)
    step = Step(
        viewing,
        report,
        Act.ISSUE,
        "reports/flow_issue.html",
        lambda typed, told: issuing.issue(
            number=typed["number"], issued_on=typed["issued_on"], **told
        ),
        f"Đã ban hành báo cáo {report.period.name}; các tệp Word, PDF, Excel đã được lưu.",
    )
    form = IssueForm(_posted(request), report=report)
    return _take(request, step, form, symbol=letterhead_of(viewing.plan).symbol)


def sign(request, period):
    viewing, report = _newest(request, period)
    step = Step(
        viewing,
        report,
        Act.SIGN,
        "reports/flow_sign.html",
        lambda typed, told: issuing.attach_signed(upload=typed["file"], **_unseen(told)),
        f"Đã gắn bản đã ký của báo cáo {report.period.name}.",
        "reports:sign",
    )
    signed = report.files.filter(kind=ReportFile.Kind.SIGNED).select_related("file")
    form = SignForm(_posted(request), request.FILES or None, report=report)
    return _take(request, step, form, signed=signed)


def correct(request, period):
    viewing, report = _newest(request, period)
    step = Step(
        viewing,
        report,
        Act.BEGIN,
        "reports/flow_correct.html",
        lambda typed, told: issuing.correct(changes=typed["changes"], **_unseen(told)),
        f"Đã lập bản đính chính báo cáo {report.period.name}; sửa rồi trình như bản đầu.",
        "reports:editor",
    )
    return _take(request, step, CorrectForm(_posted(request), report=report))


def _newest(request, code) -> tuple[Viewing, Report]:
    viewing = viewing_of(request)
    if viewing.is_past:
        raise PermissionDenied("Trang đang xem tình hình của một ngày đã qua: chỉ xem.")
    report = find_version(find_period(viewing.plan, code))
    if report is None:
        raise Http404("Báo cáo của kỳ này chưa được lập.")
    return viewing, report


def _posted(request):
    """Nothing before the form is posted; an empty post is a post."""
    return request.POST if request.method == "POST" else None


def _unseen(told):
    """Of an issued report: nothing moves it on but the next version, and that is checked."""
    return {name: value for name, value in told.items() if name != "seen_revision"}


def _take(request, step: Step, form, **context):
    """Take the step, or show its form: 422 with what was wrong, 409 when somebody came first."""
    if request.method != "POST" or not form.is_valid():
        return _show(request, step, form, **context)
    told = {"report": step.report, "by": request.user, "at": clock.now()}
    told["seen_revision"] = form.cleaned_data["revision"]
    try:
        if not form.sees_it_now:
            raise StaleReport
        step.do(form.cleaned_data, told)
    except (StaleReport, NotAllowed) as refusal:
        now = find_version(step.report.period)
        if not _is_done_already(now, step.act, form, request.user):
            if isinstance(refusal, StaleReport):
                return _moved_on(request, step, form, now)
            form.add_error(getattr(refusal, "field", None), str(refusal))
            return _show(request, step, form, **context)
    messages.success(request, step.done)
    return redirect(step.viewing.url(step.goes_to, step.report.period.code))


def _is_done_already(now: Report, act: str, form, user) -> bool:
    """The same person sent the same form twice."""
    seen = form.cleaned_data["version"], form.cleaned_data["revision"]
    expected = (now.version - 1, seen[1]) if act == Act.BEGIN else (now.version, now.revision - 1)
    last = now.acts.last()
    return seen == expected and (last.act, last.by_id, last.words) == (act, user.pk, form.said)


def _show(request, step: Step, form, **context):
    told = {"step": step, "report": step.report, "form": form, "refused": _refused(step)}
    status = 422 if form.is_bound else 200
    return render(request, step.template, told | context, status=status)


def _refused(step: Step) -> str:
    """Why this report can't take the step now, whoever asks."""
    report = step.report
    if step.act in (Act.SIGN, Act.BEGIN):
        words = "Gắn bản đã ký" if step.act == Act.SIGN else "Đính chính"
        return "" if report.is_issued else f"{words} sau khi báo cáo được ban hành."
    move = issuing.MOVES[step.act]
    if report.status != move.before:
        return move.refusal
    early = issuing.too_early(report.period, step.viewing.today)
    return early if step.act == Act.SUBMIT else ""


def _moved_on(request, step: Step, form, now: Report):
    context = {"step": step, "report": now, "last": now.acts.last(), "typed": form.typed}
    return render(request, "reports/flow_moved.html", context, status=409)
