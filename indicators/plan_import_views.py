"""Writing a plan that came in from its file, with its targets."""

from django.contrib import messages
from django.shortcuts import redirect

from cchc import clock
from indicators.bringing_in import write_plan
from tasks.actions import Stale
from tasks.bringing_in import Incomplete
from tasks.import_state import read_state
from tasks.views.plan_import import held_for, show


def plan_import_write(request, pk):
    held = held_for(request, pk)
    typed = request.POST.get("seen", "")
    seen = int(typed) if typed.isdecimal() and len(typed) < 10 else 0
    try:
        plan = write_plan(held=held, by=request.user, at=clock.now(), seen=seen)
    except Incomplete as refusal:
        context = {"section": "ghi", "refused": refusal}
        return show(request, read_state(held_for(request, pk)), status=422, **context)
    except Stale:
        return show(
            request, read_state(held_for(request, pk)), status=409, section="ghi", moved=True
        )
    messages.success(request, f"Đã ghi Kế hoạch “{plan.subject}” thành dự thảo.")
    return redirect("tasks:plan_page", plan.code)
