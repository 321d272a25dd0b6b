"""The next term's plan starts from the old one: a draft with its areas and solutions, and for each
of its tasks a decision (Descent): kept, edited, merged into another row, or dropped.

Kept means the same words, so a task whose deadline doesn't fall into the new term can't be kept. A
decision may be changed while the plan is a draft; what was written in a row since is only lost when
the person said so after seeing it (`WouldLose`).
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from cchc import audit, permissions
from cchc.clock import local_day
from cchc.models import UnitName
from cchc.text import clean, fold
from tasks.actions import Stale
from tasks.amending import new_task
from tasks.bringing_in import free_code
from tasks.models import Area, Descent, Plan, Solution, Task, TaskUnit
from tasks.plan_editing import digest_of, own_draft, recode, remove_task
from tasks.plan_words import TaskWords, read_words, write_words
from tasks.rules import periods_in, rule_of
from tasks.workflow import NotAllowed

How = Descent.How
OWN_ROW = (How.KEEP, How.EDIT)  # the decisions that make a row of the new plan
UNDECIDED = ""
SECTIONS = ("section_I", "section_II", "section_III", "section_IV")
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


class WouldLose(NotAllowed):
    """The row that a decision takes away was edited; `lost` are its words as they are now."""

    def __init__(self, task: Task, lost: TaskWords):
        self.task, self.lost = task, lost
        super().__init__(
            f"Nhiệm vụ {task.code} của dự thảo đã sửa khác kế hoạch trước; đổi quyết định thì mất "
            "lời văn ấy."
        )


@dataclass(frozen=True)
class Remark:
    """Why a task can't go on as it is (`stops`), or must not go on unnoticed."""

    words: str
    stops: bool = False


def term_of(plan: Plan) -> str:
    return f"{plan.first_year}-{plan.last_year}"


# --- the draft ------------------------------------------------------------------------------------


def proposed_years(old: Plan) -> tuple[int, int]:
    return old.last_year + 1, old.last_year + 5


def proposed_subject(old: Plan, first_year: int, last_year: int) -> str:
    """The old one's with the years of the new term in the place of its own."""
    years = {str(old.first_year): str(first_year), str(old.last_year): str(last_year)}
    return _YEAR.sub(lambda found: years.get(found[0], found[0]), old.subject)


@transaction.atomic
def start(
    *, old: Plan, by, at: datetime, subject: str, first_year: int, last_year: int
) -> tuple[Plan, bool]:
    """(the draft, whether it was made now). The same form twice gives the first one again."""
    old = Plan.objects.select_for_update(of=("self",)).select_related("coordinator").get(pk=old.pk)
    if not permissions.coordinates(by, old.coordinator):
        raise PermissionDenied
    subject = clean(subject)
    if again := old.successors.filter(status=Plan.Status.DRAFT).first():
        if (again.subject, again.first_year, again.last_year) == (subject, first_year, last_year):
            return again, False
        raise NotAllowed(f"Đã có dự thảo tiếp theo kế hoạch này: “{again.subject}”.")
    if old.status not in (Plan.Status.IN_FORCE, Plan.Status.CLOSED):
        raise NotAllowed("Chỉ chuyển tiếp từ kế hoạch đang hiệu lực hoặc đã kết thúc.")
    if not old.last_year < first_year <= last_year:
        raise NotAllowed(f"Kỳ tiếp theo phải sau năm {old.last_year}.")
    plan = Plan.objects.create(
        code=free_code(f"cchc-{first_year}-{last_year}"),
        unit=old.unit,
        coordinator=old.coordinator,
        subject=subject,
        issuer=old.issuer,
        signer_title=old.signer_title,
        signer=old.signer,
        first_year=first_year,
        last_year=last_year,
        recurring_from=first_year,
        status=Plan.Status.DRAFT,
        follows=old,
        frame=_frame(old),
    )
    for area in old.areas.prefetch_related("solutions"):
        names = ("number", "title", "appendix_code", "appendix_title")
        made = Area.objects.create(plan=plan, **{name: getattr(area, name) for name in names})
        Solution.objects.bulk_create(
            Solution(area=made, position=one.position, text=one.text)
            for one in area.solutions.all()
        )
    audit.record(
        by=by, verb="plan_rolled_over", target=plan, at=at, follows=old.code, subject=subject
    )
    return plan, True


def _frame(old: Plan) -> dict:
    """The words around areas and tasks. Of a part that names a year of the old term only its heading
    comes along: nothing is said of the new term that was written for the old one."""
    kept = {
        key: value
        for key, value in old.frame.items()
        if key not in SECTIONS and not years_named(json.dumps(value, ensure_ascii=False), old)
    }
    for key in SECTIONS:
        if part := old.frame.get(key):
            says = years_named(json.dumps(part, ensure_ascii=False), old)
            kept[key] = {"code": part["code"], "title": part["title"]} if says else part
    return kept


def years_named(text: str, old: Plan) -> list[int]:
    """The years of the old term that a text names, in dates too: a document of then may be replaced."""
    found = {int(year) for year in _YEAR.findall(text)}
    return sorted(year for year in found if old.first_year <= year <= old.last_year)


# --- what may go on as it is ----------------------------------------------------------------------


def origins_of(plan: Plan):
    """The tasks of the old plan that were in force at its end; what an amendment dropped is not."""
    if plan.follows is None:
        return Task.objects.none()
    end = date(plan.follows.last_year, 12, 31)
    found = plan.follows.tasks.filter(Q(ended_on=None) | Q(ended_on__gt=end))
    return found.select_related("area").order_by("position")


def remarks_of(task: Task, plan: Plan) -> tuple[Remark, ...]:
    """What speaks against keeping this task of the old plan with its very words. No query."""
    asked = Task(plan=plan, deadline_text=task.deadline_text, rule_text=task.rule_text)
    rule, said = rule_of(asked), task.rule_text or task.deadline_text
    term = term_of(plan)
    if rule.kind == "unrecognised":
        return (Remark(rule.explain(plan.first_year), stops=True),)
    if not any(periods_in(asked, year) for year in plan.years()):
        return (Remark(f"Thời hạn “{said}” không có kỳ nào trong {term}.", stops=True),)
    remarks = []
    if years := years_named(" ".join((task.deadline_text, task.rule_text)), plan.follows):
        remarks.append(
            f"Thời hạn “{said}” nêu {_listed(years)} của kỳ trước; giữ nguyên thì hiểu theo các "
            f"năm {term}."
        )
    if years := years_named(f"{task.text} {task.product_text}", plan.follows):
        remarks.append(f"Lời văn nêu {_listed(years)} của kỳ trước.")
    return tuple(Remark(words) for words in remarks)


def all_remarks(plan: Plan, origins: Sequence[Task]) -> dict[int, tuple[Remark, ...]]:
    """By task of the old plan: what is said of its words, and of units that it calls by a name they
    no longer bear. Two queries."""
    parties = TaskUnit.objects.filter(task__in=origins, ended_on=None).exclude(unit=None)
    found = {origin.pk: list(remarks_of(origin, plan)) for origin in origins}
    parties = list(parties.select_related("unit").order_by("part", "position"))
    former: dict[int, set[str]] = defaultdict(set)
    for name in UnitName.objects.filter(unit__in={party.unit_id for party in parties}):
        former[name.unit_id] |= {fold(name.name), fold(name.short_name)}
    for party in parties:
        unit, name = party.unit, fold(party.text)
        if unit.valid_to:
            words = f"“{party.text}” đã thôi từ {unit.valid_to + timedelta(1):%d/%m/%Y}."
            found[party.task_id].append(Remark(words))
        elif name in former[unit.pk] - {fold(unit.name), fold(unit.short_name)}:
            found[party.task_id].append(Remark(f"“{party.text}” nay là {unit.name}."))
    return {pk: tuple(dict.fromkeys(remarks)) for pk, remarks in found.items()}


def _listed(years: Iterable[int]) -> str:
    return "năm " + ", ".join(map(str, years))


def first_words(origin: Task, plan: Plan) -> TaskWords:
    """What a row of the new plan begins with: the old one's words as amended. The year in which its
    periods began belonged to the old term."""
    words = read_words(origin)
    keeps = words.first_year is not None and words.first_year >= plan.first_year
    return words if keeps else replace(words, first_year=None)


# --- the decisions --------------------------------------------------------------------------------


def mark_of(descent: Descent | None) -> str:
    """What a person saw as decided; kept in the form to notice that another has decided since."""
    if descent is None:
        return UNDECIDED
    return digest_of(descent.how, descent.task_id, descent.reason, descent.at.isoformat())


@transaction.atomic
def decide(
    *,
    plan: Plan,
    origin: Task,
    by,
    at: datetime,
    seen: str,
    how: str,
    into: Task | None = None,
    reason: str = "",
    lose: str = "",
) -> Descent | None:
    """What becomes of one task of the old plan; `how` "" takes the decision back. `into`: the row it
    is merged into; `lose`: the digest of the words that the person agreed to lose. The same decision
    twice is once."""
    plan, reason = own_draft(plan, by), clean(reason)
    origin = origins_of(plan).get(pk=origin.pk)
    before = Descent.objects.filter(plan=plan, origin=origin)
    before = before.select_related("task", "origin").first()
    if _stands(before, how, into, reason) and not (how == How.KEEP and _is_edited(before, plan)):
        return before
    if mark_of(before) != seen:
        raise Stale
    _check(plan, origin, before, how, into, reason)
    told = {"plan": plan, "by": by, "at": at}
    row = before.task if before and before.how in OWN_ROW else None
    if how in OWN_ROW and row:
        made = _restate(before, origin, how, lose, **told)
    else:
        if before:
            before.delete()
        if row:
            _take_away(row, origin, lose, **told)
        made = _write(origin, how, into, reason, **told) if how else None
    _record(origin, before and before.how, made, **told)
    return made


@transaction.atomic
def keep_all(*, plan: Plan, by, at: datetime) -> tuple[int, int]:
    """Keep what nobody has decided on and nothing speaks against. (how many, how many are left)."""
    plan = own_draft(plan, by)
    decided = Descent.objects.filter(plan=plan).values("origin")
    open_ones = list(origins_of(plan).exclude(pk__in=decided))
    remarks = all_remarks(plan, open_ones)
    kept = [origin for origin in open_ones if not remarks[origin.pk]]
    areas = set(plan.areas.values_list("number", flat=True))
    kept = [origin for origin in kept if origin.area.number in areas]
    for origin in kept:
        made = _write(origin, How.KEEP, None, "", plan=plan, by=by, at=at)
        _record(origin, None, made, plan=plan, by=by, at=at)
    return len(kept), len(open_ones) - len(kept)


def left_open(plan: Plan) -> int:
    """How many tasks of the old plan nobody has decided on; 0 for a plan that wasn't rolled over."""
    decided = Descent.objects.filter(plan=plan)
    if plan.follows_id is None or not decided.exists():
        return 0
    return origins_of(plan).exclude(pk__in=decided.values("origin")).count()


def _stands(before, how, into, reason) -> bool:
    if before is None or how == UNDECIDED:
        return before is None and how == UNDECIDED
    if how == How.MERGE:
        return before.how == how and into is not None and before.task_id == into.pk
    return before.how == how and (how != How.DROP or before.reason == reason)


def _is_edited(descent, plan) -> bool:
    return read_words(descent.task) != first_words(descent.origin, plan)


def _check(plan, origin, before, how, into, reason):
    if how not in (*How.values, UNDECIDED):
        raise NotAllowed("Chọn giữ, sửa, gộp hoặc bỏ.")
    if how == How.DROP and not reason:
        raise NotAllowed(f"Bỏ nhiệm vụ {origin.code}: ghi lý do.")
    if how == How.MERGE and (into is None or into.plan_id != plan.pk):
        raise NotAllowed(f"Gộp nhiệm vụ {origin.code}: chọn nhiệm vụ của dự thảo nhận nội dung.")
    if how == How.MERGE and before and before.how in OWN_ROW and before.task_id == into.pk:
        raise NotAllowed(f"Nhiệm vụ {into.code} chính là dòng từ {origin.code}: chọn dòng khác.")
    if how == How.KEEP:
        for remark in remarks_of(origin, plan):
            if remark.stops:
                raise NotAllowed(f"{remark.words} Không giữ nguyên được: chọn Sửa, Gộp hoặc Bỏ.")


def _write(origin, how, into, reason, *, plan, by, at) -> Descent:
    task = into if how == How.MERGE else None
    if how in OWN_ROW:
        area = plan.areas.filter(number=origin.area.number).first()
        if area is None:
            raise NotAllowed(
                f"Dự thảo không còn lĩnh vực số {origin.area.number} “{origin.area.title}”: thêm "
                "lĩnh vực, hoặc chọn Gộp, Bỏ."
            )
        task = new_task(area, first_words(origin, plan), by=by, day=local_day(at))
        _put_in_order(area, task, origin)
    return Descent.objects.create(
        plan=plan, origin=origin, how=how, task=task, reason=reason, by=by, at=at
    )


def _put_in_order(area: Area, task: Task, origin: Task):
    """Rows that come from the old plan stand in its order; what a person moved or added stays where
    it is in relation to its neighbours."""
    rows = list(area.tasks.exclude(pk=task.pk).order_by("position"))
    places = Descent.objects.filter(task__in=rows, how__in=OWN_ROW)
    places = dict(places.values_list("task", "origin__position"))
    after = next((n for n, row in enumerate(rows) if places.get(row.pk, 0) > origin.position), None)
    if after is None:
        return
    first = rows[0].position
    rows.insert(after, task)
    for number, row in enumerate(rows, start=1):
        row.number, row.position = number, first + number - 1
    recode(area, rows)
    task.refresh_from_db()


def _restate(descent, origin, how, lose, *, plan, by, at) -> Descent:
    """Kept or edited, it is the same row; kept, it has the old words again."""
    row = descent.task
    if how == How.KEEP:
        words = first_words(origin, plan)
        _agree_to_lose(row, origin, lose, plan)
        write_words(row, words, by=by, day=local_day(at))
    descent.how, descent.by, descent.at = how, by, at
    descent.save(update_fields=["how", "by", "at"])
    return descent


def _take_away(row: Task, origin: Task, lose: str, *, plan, by, at):
    """The row goes, unless another task was merged into it."""
    if Descent.objects.filter(task=row).exists():
        return
    _agree_to_lose(row, origin, lose, plan)
    remove_task(plan=plan, task=row, by=by, at=at, seen=read_words(row).digest)


def _agree_to_lose(row, origin, lose, plan):
    now = read_words(row)
    if now == first_words(origin, plan) or now.digest == lose:
        return
    if lose:
        raise Stale
    raise WouldLose(row, now)


def _record(origin, was, made, *, plan, by, at):
    audit.record(
        by=by,
        verb="task_rolled_over",
        target=origin,
        at=at,
        plan=plan.code,
        origin=origin.code,
        was=was or UNDECIDED,
        how=made.how if made else UNDECIDED,
        task=made.task.code if made and made.task else "",
        reason=made.reason if made else "",
    )
