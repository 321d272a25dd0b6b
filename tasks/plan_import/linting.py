"""The gaps of a plan's text: what it leaves open, says twice, or says so that it can't be checked.

Pure: a plan that is being read and a stored one are laid out as the same `PlanText`. A finding is
no error of the import; a person settles it, or it stays listed on the plan's page.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from cchc.text import fold
from tasks.deadline_words import BLANK
from tasks.deadlines import Deadline, Kind, parse
from tasks.plan_import.numbering import roman

_SAME = 0.75  # share of the shorter text's words that stand, in order, in the other
_FEWEST_WORDS = 6  # shorter texts are alike by chance
_MOST_WORDS = 400  # of each text that are compared
_ROMAN = {roman(number): number for number in range(1, 40)}


class Severity(str, Enum):
    """OPEN: work can't be followed until it is settled; WEAK: can't be checked well; REMARK."""

    OPEN = "open"
    WEAK = "weak"
    REMARK = "remark"


@dataclass(frozen=True)
class TaskText:
    """A task's words and what was concluded. Products as (text, is a measure), parties as (kind,
    unit's code, words), `unread` the names nobody has decided on yet. `rule_text` is a person's
    reading of the deadline, as Task.rule_text."""

    code: str
    group: str
    number: int
    text: str
    product_text: str = ""
    lead_text: str = ""
    collab_text: str = ""
    deadline_text: str = ""
    rule_text: str = ""
    products: tuple[tuple[str, bool], ...] = ()
    lead: tuple[tuple[str, str, str], ...] = ()
    collab: tuple[tuple[str, str, str], ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class TargetText:
    code: str
    text: str
    lead_in: str = ""


@dataclass(frozen=True)
class PlanText:
    """`areas` as (code in the appendix, title, title in the appendix); `section_codes` the roman
    numbers of the text's sections in their order."""

    first_year: int
    last_year: int
    areas: tuple[tuple[str, str, str], ...] = ()
    tasks: tuple[TaskText, ...] = ()
    targets: tuple[TargetText, ...] = ()
    section_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """`code` names the kind, `place` where it is ("II.3", "CT4", "Lĩnh vực 8"): together they are
    one finding, which stays the same when the plan is linted again."""

    code: str
    place: str
    sentence: str
    severity: Severity


def lint(plan: PlanText) -> list[Finding]:
    """All findings: those of the tasks in the plan's order, then targets, areas, numbers, units."""
    findings: list[Finding] = []
    for task in plan.tasks:
        findings += _of_task(task, plan)
    findings += _of_duplicates(plan.tasks)
    words = [(task.code, _words(task.text)) for task in plan.tasks]
    for target in plan.targets:
        findings += _of_target(target, words)
    findings += _of_areas(plan)
    findings += _of_numbers(plan)
    findings += _of_spellings(plan.tasks)
    return findings


def _of_task(task: TaskText, plan: PlanText) -> Iterator[Finding]:
    def found(code: str, sentence: str, severity: Severity) -> Finding:
        return Finding(code, task.code, sentence, severity)

    if not task.products:
        yield found("no_product", "Chưa nêu sản phẩm.", Severity.WEAK)
    if measures := [text for text, is_measure in task.products if is_measure]:
        words = f"Sản phẩm “{'”, “'.join(measures)}” là tỷ lệ cần đo, không phải văn bản ban hành."
        yield found("product_is_measure", words, Severity.WEAK)
    if not task.lead and not task.unread:
        yield found("no_lead", "Chưa nêu đơn vị chủ trì.", Severity.OPEN)
    if unnamed := [text for kind, _, text in task.lead if kind == "chosen"]:
        words = f"Đơn vị chủ trì “{'”, “'.join(unnamed)}” không nêu tên: phải chọn cho từng năm."
        yield found("lead_unnamed", words, Severity.OPEN)
    if unnamed := [text for kind, _, text in task.collab if kind == "chosen"]:
        words = f"Đơn vị phối hợp “{'”, “'.join(unnamed)}” không nêu tên."
        yield found("collaborators_unnamed", words, Severity.REMARK)
    elif BLANK.fullmatch(task.collab_text):
        yield found("no_collaborators", "Chưa nêu đơn vị phối hợp.", Severity.REMARK)
    if task.unread:
        words = f"Chưa rõ là đơn vị nào: “{'”, “'.join(task.unread)}”."
        yield found("unit_unknown", words, Severity.OPEN)
    yield from _of_deadline(task, plan)


def _of_deadline(task: TaskText, plan: PlanText) -> Iterator[Finding]:
    words = task.rule_text or task.deadline_text
    if BLANK.fullmatch(words):
        yield Finding("no_deadline", task.code, "Chưa nêu thời gian hoàn thành.", Severity.OPEN)
        return
    deadline = parse(words)
    if deadline.kind is Kind.UNRECOGNISED:
        sentence = deadline.explain(plan.first_year)
        yield Finding("deadline_unrecognised", task.code, sentence, Severity.OPEN)
    elif outside := _years_outside(deadline, plan):
        sentence = f"Thời hạn “{words}” nêu năm {outside}, ngoài giai đoạn {plan.first_year}-"
        sentence += f"{plan.last_year} của Kế hoạch."
        yield Finding("deadline_outside_plan", task.code, sentence, Severity.WEAK)


def _years_outside(deadline: Deadline, plan: PlanText) -> str:
    named = [deadline.first_year, deadline.last_year, *deadline.years]
    outside = {year for year in named if year and not plan.first_year <= year <= plan.last_year}
    return ", ".join(str(year) for year in sorted(outside))


def _of_duplicates(tasks: tuple[TaskText, ...]) -> Iterator[Finding]:
    first: dict[str, TaskText] = {}
    for task in tasks:
        words = " ".join(re.findall(r"\w+", fold(task.text)))
        if words in first:
            sentence = f"Trùng lời với nhiệm vụ {first[words].code}."
            yield Finding("duplicate_row", task.code, sentence, Severity.WEAK)
        elif words:
            first[words] = task


def _of_target(target: TargetText, tasks: list[tuple[str, list[str]]]) -> Iterator[Finding]:
    wanted = _words(target.text)
    if same := [code for code, words in tasks if _says_the_same(wanted, words)]:
        words = f"Gần trùng lời với nhiệm vụ {', '.join(same)}: làm xong việc là đạt chỉ tiêu?"
        yield Finding("target_equals_task", target.code, words, Severity.REMARK)
    if not _has_number(target.text):
        words = "Chỉ tiêu không có con số để đo."
        yield Finding("target_without_number", target.code, words, Severity.WEAK)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))[:_MOST_WORDS]


def _says_the_same(one: list[str], other: list[str]) -> bool:
    """Whether most words of the shorter text stand in the other in the same order."""
    fewest = min(len(one), len(other))
    if fewest < _FEWEST_WORDS:
        return one == other
    if len(set(one) & set(other)) < _SAME * len(set(min(one, other, key=len))):
        return False
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= _SAME * fewest


def _has_number(text: str) -> bool:
    """A number that is neither a year, a date nor the number of a document."""
    words = re.sub(r"\d+/[\w/-]+|\b(?:19|20)\d\d\b|(?:ngày|tháng|quý|khoản|điều|số) \d+", " ", text)
    return bool(re.search(r"\d", words))


def _of_areas(plan: PlanText) -> Iterator[Finding]:
    with_tasks = {task.group.split(".")[0] for task in plan.tasks}
    for place, (code, title, appendix_title) in enumerate(plan.areas, start=1):
        if code not in with_tasks:
            words = f"Lĩnh vực “{title}” không có nhiệm vụ nào trong phụ lục."
            yield Finding("area_without_tasks", f"Lĩnh vực {place}", words, Severity.WEAK)
        elif appendix_title and _bare(title) != _bare(appendix_title):
            words = f"Tên lĩnh vực trong phụ lục khác lời văn: “{appendix_title}”, “{title}”."
            yield Finding("area_named_two_ways", f"Lĩnh vực {place}", words, Severity.REMARK)


def _bare(title: str) -> str:
    return " ".join(title.split()).rstrip(" .:;")


def _of_numbers(plan: PlanText) -> Iterator[Finding]:
    yield from _gaps([(f"Mục {code}", _ROMAN.get(code)) for code in plan.section_codes])
    tops = dict.fromkeys(code for code, _, _ in plan.areas if code)
    yield from _gaps([(f"Phụ lục, mục {code}", _ROMAN.get(code)) for code in tops])
    groups: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for task in plan.tasks:
        groups[task.group].append((task.code, task.number))
    last = 0
    for numbered in groups.values():
        # numbers begin anew in each group, or run on through the whole table
        yield from _gaps(numbered, last if numbered[0][1] == last + 1 else 0)
        last = numbered[-1][1] or last


def _gaps(numbered, last: int = 0) -> Iterator[Finding]:
    """Numbers that are left out, come twice or go back; `numbered` as (place, number or None)."""
    for place, number in numbered:
        words = ""
        if number is None:
            continue
        if number == last:
            words = f"Số thứ tự {place} dùng hai lần."
        elif number < last:
            words = f"Số thứ tự {place} đứng sau một số lớn hơn."
        elif number > last + 1:
            words = f"Trước {place} thiếu {number - last - 1} số thứ tự."
        if words:
            yield Finding("numbering_gap", place, words, Severity.REMARK)
        last = number


def _of_spellings(tasks: tuple[TaskText, ...]) -> Iterator[Finding]:
    """A unit that is written in more than one way; only the first letter's case may differ."""
    spellings: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for task in tasks:
        for kind, unit, text in (*task.lead, *task.collab):
            if kind in ("unit", "group") and unit:
                written = text[:1].upper() + text[1:]
                spellings[unit].setdefault(written, []).append(task.code)
    for unit, ways in spellings.items():
        if len(ways) > 1:
            told = "; ".join(
                f"“{way}” ({', '.join(dict.fromkeys(at))})" for way, at in ways.items()
            )
            words = f"Một đơn vị viết {len(ways)} cách: {told}."
            yield Finding("unit_spelled_two_ways", unit, words, Severity.REMARK)
