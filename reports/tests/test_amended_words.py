"""A report tells a task in the words that held at its data day, whatever amended it since."""

from dataclasses import replace
from datetime import date

from conftest import at
from reports.building import build_report
from reports.tests.scene import year_of
from tasks.amending import TaskChange, amend
from tasks.foreseeing import Decision
from tasks.plan_words import read_words

NEW = "Lời văn sau khi sửa đổi"


def amended(plan, thu, code, **words):
    """By a decision in force from 02/01/2025, after the data day of 2024 (14/12)."""
    task = plan.tasks.get(code=code)
    signed, since = date(2024, 12, 30), date(2025, 1, 2)
    decision = Decision("99/QĐ-VP", signed, since, "Sửa đổi Kế hoạch", plan.issuer)
    change = TaskChange(task, words and replace(read_words(task), **words) or None)
    told = {"by": thu, "at": at(2025, 1, 6, int(code[-1])), "reason": "Theo chỉ đạo"}
    amend(plan=plan, decision=decision, changes=[change], **told)
    return task


def told_of(report, code):
    """Everywhere the report says what the task is: the table, what is late, what comes next."""
    table = [line.text for area in report.areas for line in area.lines if line.code == code]
    late = [line.opening for line in report.late if line.code.partition("/")[0] == code]
    return table, late, [(one.text, one.deadline) for one in report.next_tasks if one.code == code]


def test_the_old_words_are_printed_of_the_days_before_an_amendment(plan, thu):
    task = plan.tasks.get(code="I.2")
    before = told_of(build_report(year_of(plan, 2024), date(2025, 1, 10)), "I.2")
    amended(plan, thu, "I.2", text=NEW, deadline_text="Trước 15/6 hàng năm")
    dropped = amended(plan, thu, "I.3")
    report = build_report(year_of(plan, 2024), date(2025, 1, 10))
    assert told_of(report, "I.2") == before
    table, late, following = before
    assert set(table) == {task.text} and late and following == [(task.text, "Quý I hàng năm")]
    assert told_of(report, "I.3")[2], "dropped since: at the time it was to come next year"
    of_2025 = build_report(year_of(plan, 2025), date(2026, 1, 10))
    assert NEW in told_of(of_2025, "I.2")[0] and dropped.text
