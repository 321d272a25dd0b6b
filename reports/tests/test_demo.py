"""The demo tells a plausible story through the same actions, and only into an empty house."""

import io
from datetime import date
from io import StringIO

import docx
import openpyxl
import pytest
from django.core.management import call_command

from cchc.models import Unit, User
from reports import issuing
from reports.building import build_report
from reports.freezing import frozen_report
from reports.models import Report, SectionRequest, StatisticValue
from tasks.buckets import Bucket
from tasks.ledger import read_year
from tasks.models import Assignment, Evidence, ProgressUpdate
from tasks.rebuilding import differences
from tasks.workflow import State


def run(command) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


@pytest.fixture
def quick_files(monkeypatch):
    """Files of the right kind that take no time to make."""
    word, excel = io.BytesIO(), io.BytesIO()
    docx.Document().save(word)
    openpyxl.Workbook().save(excel)
    monkeypatch.setattr(issuing, "report_docx", lambda *_: word.getvalue())
    monkeypatch.setattr(issuing, "report_xlsx", lambda *_: excel.getvalue())
    monkeypatch.setattr(issuing, "report_pdf", lambda *_: b"%PDF-1.7\n%%EOF")


def test_the_demo_covers_what_a_year_can_bring(unopened, client, quick_files):
    """One telling, five questions: it takes seconds."""
    run("seed_demo")
    unopened.refresh_from_db()
    assert unopened.has_demo_data
    _every_state_and_bucket_is_there(unopened)
    _nobody_verified_their_own_unit()
    _accounts_of_each_role_are_named()
    _every_page_says_that_it_is_a_demo(client)
    _reports_stand_at_every_step(unopened)


def _every_state_and_bucket_is_there(plan):
    everything = Assignment.objects.filter(task__plan=plan)
    expected = {State.DONE, State.PENDING, State.RETURNED, State.DOING, State.NEW, State.WAITING}
    assert expected <= set(everything.values_list("state", flat=True))
    assert everything.filter(blocked=True).exists()
    counts = read_year(plan, 2024, date(2024, 12, 16)).counts
    assert counts[Bucket.DONE_ON_TIME] > 10 and counts[Bucket.DONE_LATE]
    assert counts[Bucket.OPEN_OVERDUE] and counts[Bucket.WAITING]
    served = Evidence.objects.filter(update__assignment__task__code="I.3").values("document")
    assert served.count() > served.distinct().count(), "one document for two products"
    assert not differences(everything)


def _nobody_verified_their_own_unit():
    for act in ProgressUpdate.objects.filter(act="verify").select_related("by", "assignment"):
        assert act.by.unit_id != act.assignment.unit_id


def _accounts_of_each_role_are_named():
    shown = run("demo_accounts")
    for role in User.Role:
        assert role.label in shown
    assert "cchc-minh-hoa-2025" in shown


def _every_page_says_that_it_is_a_demo(client):
    client.force_login(User.objects.get(username="lanhdao"))
    for url in ("/", "/ke-hoach/", "/chi-tieu/", "/cho-xac-nhan/", "/them/"):
        assert "Dữ liệu minh họa" in client.get(url).content.decode()


def _reports_stand_at_every_step(plan):
    reports = {
        report.period.code: report
        for report in Report.objects.select_related("period__plan").prefetch_related("files")
    }
    steps = {code: report.status for code, report in reports.items()}
    assert set(steps.values()) == set(Report.Status)
    assert steps["nam-2023"] == steps["quy-1-2024"] == steps["nam-2024"] == "issued"
    year = reports["nam-2024"]
    assert (year.number, year.issued_on) == ("219/BC-VP", date(2024, 12, 18))
    assert {file.kind for file in year.files.all()} == {"docx", "pdf", "xlsx"}
    kept = frozen_report(year)
    assert kept.demo, "the mark is frozen with the report"
    assert kept.last_year_source == "Báo cáo số 212/BC-VP ngày 20/12/2023"
    assert "tự kiểm tra" in "".join(p.text for s in kept.sections for p in s.paragraphs)
    draft = build_report(reports["nam-2025"].period, date(2025, 12, 19), reports["nam-2025"])
    standing = [p for section in draft.sections for p in section.paragraphs if p.version]
    assert len(standing) == 2 and any(p.offer for p in standing)
    assert SectionRequest.objects.get().answered_at and StatisticValue.objects.count() == 8


def test_where_people_are_nothing_is_told(plan, lan):
    assert "giữ nguyên" in run("seed_demo")
    assert not ProgressUpdate.objects.exists() and Unit.objects.count() == 5


def test_without_demo_people_no_account_is_printed(plan, lan):
    assert run("demo_accounts") == ""
