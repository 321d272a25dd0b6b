"""A unit sees what it has to do and reports on it, without leaving the list."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock, kept
from cchc.permissions import may_report_for, may_send
from tasks import actions, extending, workflow
from tasks.forms import UpdateForm, document_forms, ids_of
from tasks.models import Assignment, Product
from tasks.pages import my_work as page
from tasks.pages.contributions import awaiting_us
from tasks.pages.urge import asked_of
from tasks.viewing import sent_from, viewing_of
from tasks.workflow import Act, NotAllowed, State

ROWS_A_PAGE = 50
SAVED = {
    Act.REPORT: "Đã lưu cập nhật",
    Act.DRAFT: "Đã trình trưởng đơn vị",
    Act.SUBMIT: "Đã gửi xác nhận",
}
KINDS = (
    "Báo cáo",
    "Công văn",
    "Chương trình",
    "Hướng dẫn",
    "Kế hoạch",
    "Nghị quyết",
    "Quy chế",
    "Quy định",
    "Quyết định",
    "Thông báo",
    "Tờ trình",
)


@kept.page
def my_work(request):
    viewing = viewing_of(request)
    rows = page.sort_for_work(page.read_rows(viewing, request.user))
    shown = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("trang"))
    items = page.work_rows(list(shown.object_list), viewing, request.user)
    return render(
        request,
        "tasks/my_work.html",
        {
            "unit": request.user.unit,
            "asked": asked_of(viewing, request.user),
            "awaiting_us": awaiting_us(viewing, request.user),
            "total": len(rows),
            "counts": page.counts(rows),
            "groups": page.group_rows(items),
            "page": shown,
        },
    )


def update(request, pk):
    assignment = _assignment_for(request.user, pk)
    plan = assignment.task.plan
    if request.method != "POST":
        viewing = viewing_of(request, plan)
        _refuse_past(viewing)
        return _show(request, viewing, assignment, opened="dong" not in request.GET)
    _refuse_past(sent_from(request, plan))
    form = UpdateForm(request.POST, auto_id=ids_of(assignment))
    documents = document_forms(assignment, data=request.POST, files=request.FILES)
    if not (form.is_valid() & documents.is_valid()):
        return _show_again(request, assignment, form, documents, status=422)
    try:
        done = _post(request, assignment, form.cleaned_data, documents)
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        status = 422 if request.htmx else refusal.status  # a row in place is shown with 422 only
        return _show_again(request, assignment, form, documents, status=status)
    except actions.Stale:
        return _show_stale(request, pk, form, documents)
    return _saved(request, assignment, done)


def _assignment_for(user, pk):
    """What one reports for one sees; of other work the person is asked whether it exists for them."""
    products = Prefetch("task__products", Product.objects.order_by("position"))
    known = Assignment.objects.select_related("task__plan__coordinator", "unit")
    assignment = get_object_or_404(known.prefetch_related(products), pk=pk)
    if not may_report_for(user, assignment.unit):
        get_object_or_404(Assignment.objects.visible_to(user), pk=pk)
        raise PermissionDenied
    return assignment


def _refuse_past(viewing):
    if viewing.is_past:
        raise PermissionDenied("Trang đang xem tình hình của một ngày đã qua: chỉ xem.")


def _post(request, assignment, typed, documents):
    return actions.post_update(
        assignment=assignment,
        by=request.user,
        at=clock.now(),
        seen_version=typed["version"],
        send="send" in request.POST,
        result=typed["result"],
        difficulty=typed["difficulty"],
        proposal=typed["proposal"],
        missing=typed["missing"],
        keep=tuple(typed["keep"]),
        cite=documents.citations(),
        form_key=typed["form_key"],
    )


def _show_again(request, assignment, form, documents, **told):
    viewing = viewing_of(request, assignment.task.plan)
    return _show(request, viewing, assignment, form, documents, **told)


def _show(
    request, viewing, assignment, form=None, documents=None, *, opened=True, status=200, stale=None
):
    """The row with its form open: a fragment for the list, a whole page without JavaScript."""
    evidence = list(actions.standing_evidence(assignment)) if opened else []
    served = {row.product_id for row in evidence}
    if opened and form is None:
        form = UpdateForm.opened_on(assignment, evidence, _draft(assignment))
        documents = document_forms(assignment, served=served)
    if opened:
        form.offer(evidence)
    expected = {product.pk for product in assignment.expected_products()}
    context = {
        "item": page.work_row(assignment, viewing, request.user),
        "assignment": assignment,
        "form": form,
        "documents": documents,
        "opened": opened,
        "lacking": not expected <= served or not (expected or served),
        "may_send": may_send(request.user, assignment.unit),
        "may_extend": may_send(request.user, assignment.unit)
        and not extending.why_not_ask(assignment, viewing.today),
        "refused": "" if workflow.can(assignment.state, Act.REPORT) else _why_not(assignment),
        "kinds": KINDS,
        "stale": stale,
    }
    template = "tasks/_work_item.html" if request.htmx else "tasks/update.html"
    return render(request, template, context, status=status)


def _draft(assignment):
    """What a member prepared and the head has not sent yet."""
    if assignment.state != State.READY:
        return None
    return assignment.updates.filter(act=Act.DRAFT).order_by("-seq").first()


def _why_not(assignment) -> str:
    try:
        workflow.move(assignment.state, Act.REPORT)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def _show_stale(request, pk, form, documents):
    """Somebody acted in between: both versions, and what was typed stays in the form."""
    assignment = _assignment_for(request.user, pk)
    data = form.data.copy()
    data["version"] = assignment.version
    data["form_key"] = str(uuid.uuid4())  # sent again, it is another act
    standing = actions.standing_evidence(assignment).values_list("pk", flat=True)
    data.setlist("keep", [str(pk) for pk in standing])
    form = UpdateForm(data, auto_id=ids_of(assignment))
    latest = assignment.updates.select_related("by").last()
    return _show_again(request, assignment, form, documents, status=409, stale=latest)


def _saved(request, assignment, done):
    words = SAVED[done.act]
    if request.htmx:
        assignment = _assignment_for(request.user, assignment.pk)
        viewing = viewing_of(request, assignment.task.plan)
        context = {
            "item": page.work_row(assignment, viewing, request.user),
            "assignment": assignment,
            "saved": f"{words} {clock.local_time(done.recorded_at)}",
        }
        return render(request, "tasks/_work_item.html", context)
    messages.success(request, f"{words} {assignment.occurrence_code}.")
    page_of_work = sent_from(request, assignment.task.plan).url("tasks:my_work")
    return redirect(f"{page_of_work}#viec-{assignment.pk}")
