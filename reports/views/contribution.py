"""A unit is asked for its words under a heading, gives them, and HCQT takes them into the report."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.permissions import may_report_for
from reports import writing
from reports.models import SectionRequest
from reports.pages.contribution import asked_of
from reports.pages.readiness import paragraph_anchor
from reports.passage_forms import AskUnitForm, ContributeForm
from reports.views.editor import find_section
from tasks.contributing import units_of_office
from tasks.models import Plan
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def section_ask(request, section):
    found = find_section(request.user, section)
    period = found.report.period
    viewing = viewing_of(request, period.plan)
    form = AskUnitForm(
        request.POST if request.method == "POST" else None,
        units=units_of_office(viewing.plan),
        initial={"due_on": max(period.units_due_on, viewing.today)},
    )
    if form.is_valid():
        try:
            asked = writing.ask_unit(section=found, by=request.user, at=clock.now(), **form.asked())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Đã đề nghị {asked.unit.name} đóng góp.")
            return redirect(viewing.url("reports:editor", period.code))
    status = 422 if form.is_bound else 200
    context = {"section": found, "period": period, "form": form}
    return render(request, "reports/contribution_ask.html", context, status=status)


def contribution(request, pk):
    """The unit's page. To another unit it does not exist."""
    asked = _asked(request.user, pk)
    viewing = viewing_of(request, asked.section.report.period.plan)
    if not may_report_for(request.user, asked.unit):
        raise Http404("Đơn vị mình không được đề nghị đóng góp này.")
    form = ContributeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            words = form.cleaned_data["words"]
            writing.contribute(request=asked, words=words, by=request.user, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Đã gửi nội dung đóng góp.")
            return redirect(viewing.url("reports:contribution", pk))
    asked.refresh_from_db(fields=["answer", "answered_at", "answered_by"])
    context = {"asked": asked, "form": form, "shown": asked_of(asked, viewing.as_of)}
    context |= {"report": asked.section.report, "period": asked.section.report.period}
    status = 422 if form.is_bound else 200
    return render(request, "reports/contribution.html", context, status=status)


def contribution_take(request, pk):
    """HCQT puts what the unit gave behind the paragraph named in the form."""
    asked = _asked(request.user, pk)
    viewing = viewing_of(request, asked.section.report.period.plan)
    if not writing.may_write(request.user, viewing.plan):
        raise PermissionDenied
    url, anchor = viewing.url("reports:editor", asked.section.report.period.code), ""
    told = {"by": request.user, "at": clock.now()}
    try:
        after = request.POST.get("after", "")[:60].replace("\x00", "")
        passage = writing.take_contribution(request=asked, after=after, **told)
        anchor = f"#{paragraph_anchor(asked.section, passage.key)}"
        messages.success(request, f"Đã đưa nội dung của {asked.unit.name} vào báo cáo.")
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect(url + anchor)


def _asked(user, pk: int) -> SectionRequest:
    found = SectionRequest.objects.select_related(
        "unit", "asked_by", "section__report__period__plan__coordinator", "answered_by"
    )
    seen = Plan.objects.shown_to(user)
    return get_object_or_404(found, pk=pk, section__report__period__plan__in=seen)
