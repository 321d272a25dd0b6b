"""What was submitted stays as it was: text, figures, files; and next year compares itself with it."""

import hashlib
import json
import re
from dataclasses import replace
from datetime import date

import time_machine
from django.urls import reverse

from cchc.models import Unit
from conftest import at
from reports import issuing, writing
from reports.building import build_report
from reports.freezing import freeze, frozen_report, thaw
from reports.material import FROM_THE_BOOKS, last_year_of
from reports.models import Report
from reports.tests.flow_scene import (
    DECEMBER,
    draft,
    fresh,
    issued,
    issued_without_files,
    submitted,
    tiny,
)
from reports.tests.scene import citation, finish, slot, year_of
from tasks.buckets import Bucket
from tasks.models import Task

NAMES = ("reports:report_docx", "reports:report_pdf", "reports:report_xlsx")


def test_what_is_kept_is_the_same_again(report):
    kept = freeze(report)
    assert freeze(thaw(json.loads(json.dumps(kept)))) == kept
    shown = replace(
        report,
        sections=tuple(replace(s, paragraphs=tuple(s.printed)) for s in report.sections),
    )
    assert thaw(kept) == shown


def change_everything_behind(lan, quang):
    """A late paper of the window, another name of a unit, other words of the plan."""
    late = slot("VI.1/2024", "HCQT")
    paper = citation(late, "77/KH-VP", date(2024, 6, 3), "Kế hoạch mới ghi", "Kế hoạch")
    finish(late, paper, by=lan, verifier=quang, result="Ghi muộn.", when=at(2025, 2, 3))
    Unit.objects.filter(code="TTPVKS").update(name="Trung tâm Tên Mới", short_name="TT Tên Mới")
    Task.objects.filter(code="I.2").update(text="Lời văn mới của nhiệm vụ", lead_len=2)


def pages_of(client):
    found = client.get(reverse("reports:report", args=["nam-2024"])).context["report"]
    kept = {name: client.get(reverse(name, args=["nam-2024"])) for name in NAMES}
    return found, {name: b"".join(answer.streaming_content) for name, answer in kept.items()}


def test_an_issued_report_stays_whatever_changes_behind_it(
    client, played, lan, thu, quang, monkeypatch
):
    monkeypatch.setattr(issuing, "build_report", tiny)
    with time_machine.travel(DECEMBER, tick=False):
        report = issued(draft(played, thu), thu, quang)
        client.force_login(thu)
        before, files = pages_of(client)
    with time_machine.travel(at(2025, 3, 1), tick=False):
        change_everything_behind(lan, quang)
        client.force_login(quang)
        after, same = pages_of(client)
        page = client.get(reverse("reports:report", args=["nam-2024"])).content.decode()
        live = build_report(report.period, date(2025, 3, 1))
    assert after == before and same == files
    held = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert set(held.values()) == set(report.files.values_list("file__sha256", flat=True))
    assert "Trung tâm Tên Mới" not in page and "Lời văn mới của nhiệm vụ" not in page
    assert "Từ khi trình, sổ theo dõi đã có cập nhật mới" in page and re.search(r">nay \d+<", page)
    assert live != before and freeze(live) != report.snapshot


def test_a_submitted_report_is_read_from_what_was_kept(played, lan, thu, quang):
    report = submitted(draft(played, thu), thu)
    kept = report.snapshot
    change_everything_behind(lan, quang)
    report = fresh(report)
    assert (
        report.snapshot == kept and freeze(replace(frozen_report(report), status="draft")) == kept
    )
    assert frozen_report(report).status == "submitted"


def test_what_was_left_out_is_not_kept(played, thu):
    report = draft(played, thu)
    preview = build_report(report.period, DECEMBER.date(), report)
    told_of = next(section for section in preview.sections if section.paragraphs)
    section, paragraph = report.sections.get(pk=told_of.pk), told_of.paragraphs[0]
    told = {"key": paragraph.key, "base": paragraph.text, "seen_version": 0}
    writing.hide_passage(section=section, by=thu, at=DECEMBER, **told)
    kept = json.dumps(submitted(report, thu).snapshot, ensure_ascii=False)
    assert '"hidden"' not in kept and paragraph.text not in kept


def doctored(report: Report, on_time: int) -> None:
    """As if the frozen report had said so: the books say something else."""
    snapshot = report.snapshot
    for line in snapshot["figures"]:
        if line["bucket"] == Bucket.DONE_ON_TIME:
            line["occurrences"] = on_time
    Report.objects.filter(pk=report.pk).update(snapshot=snapshot)


def test_next_year_compares_itself_with_what_was_issued(client, played, thu, quang):
    next_year = year_of(played, 2025)
    before = last_year_of(next_year)
    assert (before.year, before.source) == (2024, FROM_THE_BOOKS)
    report = draft(played, thu)
    assert last_year_of(next_year).source == FROM_THE_BOOKS
    report = issued_without_files(report, thu, quang, number=5)
    doctored(report, 91)
    first = last_year_of(next_year)
    assert first.counts[Bucket.DONE_ON_TIME] == 91
    assert first.source == "Báo cáo số 05/BC-VP ngày 18/12/2024"

    second = issuing.correct(report=fresh(report), changes="Sửa.", by=thu, at=DECEMBER)
    submitted(second, thu)
    assert last_year_of(next_year) == first  # until the correction is issued itself
    moved = issuing.return_report(
        report=second, seen_revision=2, reason="Sửa nữa.", by=quang, at=DECEMBER
    )
    second = issued_without_files(moved, thu, quang, number=9)
    doctored(second, 92)
    now = last_year_of(next_year)
    assert now.counts[Bucket.DONE_ON_TIME] == 92 and "09/BC-VP" in now.source

    with time_machine.travel(at(2025, 12, 16), tick=False):
        client.force_login(quang)
        answer = client.get(reverse("reports:report", args=["nam-2025"]))
    row = answer.context["it"].figures.rows[0]
    assert row.last_year.number == 92
    assert row.last_year.href.startswith(reverse("reports:report", args=["nam-2024"]))
    assert "theo <a href=" in answer.content.decode()
