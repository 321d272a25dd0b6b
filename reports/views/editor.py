"""The editor of a report: one page, and an address for each thing done to a paragraph.

Every address works as a plain form (back to the paragraph) and, asked by the page's script, answers
with the paragraph's new version.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from cchc import clock
from cchc.text import clean_prose
from reports import writing
from reports.building import compose
from reports.material import gather
from reports.models import Passage, Section
from reports.pages.editor import Opened, blank_template, editor_of, steps_of, when
from reports.pages.readiness import open_requests, paragraph_anchor, readiness_of
from reports.pages.report import find_period
from reports.passage_forms import NewPassageForm, PassageForm, Typed
from tasks.models import Plan
from tasks.viewing import viewing_of
from tasks.workflow import NotAllowed


def editor(request, period):
    viewing = viewing_of(request)
    found = find_period(viewing.plan, period)
    _require_coordinator(request, viewing)
    report = found.reports.select_related("period__plan").order_by("-version").first()
    if report is None or not report.is_draft or viewing.is_past:
        steps = steps_of(report.status) if report else ()
        context = {"period": found, "version": report, "steps": steps}
        return render(request, "reports/editor_closed.html", context)
    material = gather(found, viewing.as_of)
    values = compose(material, report)
    ready = readiness_of(values, material, open_requests(report))
    shown = editor_of(values, ready.requests, _opened(request), clock.now())
    context = {"period": found, "report": values, "editor": shown, "ready": ready}
    return render(request, "reports/editor.html", context | {"blank": blank_template(shown)})


def begin(request, period):
    viewing = viewing_of(request)
    found = find_period(viewing.plan, period)
    try:
        writing.begin_report(period=found, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    return redirect(viewing.url("reports:editor", found.code))


def passage_save(request, section):
    return _write(request, section, _save)


def passage_add(request, section):
    return _write(request, section, _add, NewPassageForm)


def passage_hide(request, section):
    return _write(request, section, _hide)


def passage_show(request, section):
    return _write(request, section, _show)


def passage_take(request, section):
    return _write(request, section, _take)


def passage_keep(request, section):
    return _write(request, section, _keep)


def _opened(request) -> Opened:
    """?sua=<paragraph>, ?them=<section>&sau=<key>: what stands open without a script."""
    section = request.GET.get("them", "")
    return Opened(
        edit=request.GET.get("sua", ""),
        add_to=int(section) if section.isdecimal() and len(section) < 10 else 0,
        add_after=request.GET.get("sau", ""),
        new_key=writing.new_key(),
    )


def _require_coordinator(request, viewing) -> None:
    if not writing.may_write(request.user, viewing.plan):
        raise PermissionDenied("Chỉ đơn vị theo dõi, đôn đốc của kế hoạch soạn báo cáo.")


def find_section(user, pk: int) -> Section:
    sections = Section.objects.select_related("report__period__plan__coordinator")
    seen = Plan.objects.shown_to(user)
    return get_object_or_404(sections, pk=pk, report__period__plan__in=seen)


# Each does one thing and gives the passage as it stands after it (None: as composed)


def _save(section: Section, typed: Typed, **told) -> Passage | None:
    text = typed.text or ""
    if not typed.version and clean_prose(text) == clean_prose(typed.base):
        return None  # nothing was changed
    saved = {"key": typed.key, "text": text, "base": typed.base, "seen_version": typed.version}
    return writing.save_passage(section=section, **saved, **told)


def _add(section: Section, typed: Typed, **told) -> Passage | None:
    if not clean_prose(typed.text or ""):
        return None
    added = {"key": typed.key, "after": typed.after, "text": typed.text}
    return writing.add_passage(section=section, **added, **told)


def _hide(section: Section, typed: Typed, **told) -> Passage:
    seen = _saved_first(section, typed, **told)
    hidden = {"key": typed.key, "base": typed.base, "seen_version": seen}
    return writing.hide_passage(section=section, **hidden, **told)


def _show(section: Section, typed: Typed, **told) -> Passage | None:
    return writing.show_passage(section=section, key=typed.key, seen_version=typed.version, **told)


def _take(section: Section, typed: Typed, **told) -> None:
    seen = _saved_first(section, typed, **told)
    if seen:
        writing.take_composed(section=section, key=typed.key, seen_version=seen, **told)


def _keep(section: Section, typed: Typed, **told) -> Passage:
    seen = _saved_first(section, typed, **told)
    kept = {"key": typed.key, "base": typed.base, "seen_version": seen}
    return writing.keep_own(section=section, **kept, **told)


def _saved_first(section: Section, typed: Typed, **told) -> int:
    """The version to go on from: what stands in the box is saved, whichever button was pressed."""
    if typed.text is None:
        return typed.version
    now = section.passages.filter(key=typed.key).first()
    if (now.version if now else 0) != typed.version:
        raise writing.StaleText(now)
    if clean_prose(typed.text) == clean_prose(now.text if now else typed.base):
        return typed.version
    return _save(section, typed, **told).version


def _write(request, pk, act, form_class=PassageForm):
    section = find_section(request.user, pk)
    viewing = viewing_of(request, section.report.period.plan)
    form = form_class(request.POST)
    if not form.is_valid():
        unread = ["Không đọc được đoạn cần ghi; tải lại trang."]
        return _refused(request, viewing, section, " ".join(form.errors.get("text", unread)))
    typed = form.typed()
    try:
        passage = act(section, typed, by=request.user, at=clock.now())
    except NotAllowed as refusal:
        return _refused(request, viewing, section, str(refusal))
    except writing.StaleText as stale:
        passage = stale.passage
        if act not in (_save, _add) or not _is_there(passage, typed):
            return _stale(request, viewing, section, typed, passage)
    return _done(request, viewing, section, typed, passage)


def _is_there(passage: Passage | None, typed: Typed) -> bool:
    """The same words are kept already: the answer to the first sending was lost on the way."""
    return bool(passage and not passage.is_hidden and passage.text == clean_prose(typed.text or ""))


def _done(request, viewing, section, typed, passage):
    if request.htmx:
        return JsonResponse(_told(passage))
    anchor = paragraph_anchor(section, typed.key)
    return redirect(f"{viewing.url('reports:editor', section.report.period.code)}#{anchor}")


def _told(passage: Passage | None) -> dict:
    """What the script shows. Version 0: the paragraph is as composed."""
    if passage is None:
        return {"version": 0, "text": "", "author": "", "at": ""}
    told = {"version": passage.version, "text": passage.text, "hidden": passage.is_hidden}
    return told | {"author": passage.by.full_name, "at": when(passage.at, clock.now())}


def _refused(request, viewing, section, reason):
    if request.htmx:
        return JsonResponse({"reason": reason}, status=422)
    context = {"section": section, "period": section.report.period, "reason": reason}
    return render(
        request,
        "reports/editor_refused.html",
        context | {"typed": request.POST.get("text", "")},
        status=422,
    )


def _stale(request, viewing, section, typed, passage):
    """Both versions, so that nothing is lost: theirs as it stands, ours as it was typed."""
    if request.htmx:
        return JsonResponse(_told(passage), status=409)
    context = {"section": section, "period": section.report.period, "typed": typed}
    anchor = paragraph_anchor(section, typed.key)
    context |= {"theirs": passage, "anchor": anchor}
    return render(request, "reports/editor_stale.html", context, status=409)
