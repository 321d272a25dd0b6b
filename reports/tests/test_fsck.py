"""manage.py fsck: whatever no longer fits together is told in a sentence, and nothing is changed."""

import os
import time
from datetime import date
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from cchc import files
from cchc.models import AuditEvent, StoredFile
from cchc.stores import Away, Folder
from conftest import at
from reports import checking
from reports.models import Report, ReportPeriod
from tasks.citing import Citation
from tasks.models import Assignment, Document
from tasks.tests.story import report

PDF = b"%PDF-1.7 minh chung\n%%EOF\n"


@pytest.fixture
def kept(assignment_of, minh, settings) -> Folder:
    """Two documents with the same content, one file."""
    work = assignment_of("III.5/2024")
    for number in (1, 2):
        upload = SimpleUploadedFile(f"Quyết định {number}.pdf", PDF)
        cited = Citation(f"{number}/QĐ-VP", date(2024, 2, 1), "Về việc", "Văn phòng", upload=upload)
        report(work, minh, at(2024, 3, number), cite=(cited,))
        work.refresh_from_db()
    assert StoredFile.objects.count() == 2 and Document.objects.count() == 2
    return Folder(settings.MEDIA_ROOT)


def run(**options) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("fsck", stdout=out, **options)
    except CommandError as error:
        return error.returncode, f"{out.getvalue()}{error}"
    return 0, out.getvalue()


@pytest.fixture
def quick(monkeypatch):
    """Without the totals of every year, which another test reads."""
    monkeypatch.setattr(checking, "differing_totals", lambda at: iter(()))


def the_file(kept):
    return kept.path(StoredFile.objects.first().sha256)


def test_all_is_well_after_ordinary_work(kept):
    code, said = run()
    assert code == 0 and said.count("đúng.") == 6 and "sai" not in said


def test_a_missing_and_a_changed_file_are_named(kept, quick):
    the_file(kept).write_bytes(PDF.replace(b"minh", b"mimh"))
    code, said = run()
    assert code == 1 and said.count("nội dung trong kho đã bị đổi") == 2
    the_file(kept).unlink()
    code, said = run(sweep=True)
    assert code == 1 and said.count("không còn trong kho") == 2 and "“Quyết định 1.pdf”" in said
    assert "2 chỗ không khớp" in said and StoredFile.objects.count() == 2


def test_a_wrong_size_is_named(kept, quick):
    StoredFile.objects.filter(name="Quyết định 2.pdf").update(size=1)
    code, said = run()
    assert code == 1 and f"kho có {len(PDF)} byte, sổ ghi 1" in said


def test_strays_are_told_and_only_swept_when_asked(kept, quick):
    stray = kept.path("a" * 64)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"khong ai nhac den")
    half = kept.staging / "dang-do"
    half.write_bytes(b"x")
    assert run()[0] == 0  # younger than an hour
    for path in (stray, half):
        os.utime(path, (time.time() - 7200,) * 2)
    code, said = run()
    assert code == 1 and "a" * 64 in said and "dang-do" in said and stray.exists()
    code, said = run(sweep=True)
    assert code == 0 and said.count("Đã xóa") == 2
    assert not stray.exists() and not half.exists() and the_file(kept).exists()
    assert run()[0] == 0


def test_a_broken_chain_and_a_state_without_history_are_told(kept, quick):
    run()  # seals
    AuditEvent.objects.filter(verb="assignment_report").update(verb="assignment_verify")
    Assignment.objects.filter(task__code="III.5", year=2024).update(products_issued=7)
    code, said = run()
    assert code == 1 and "không đúng với dấu niêm" in said
    assert "products_issued ghi 7" in said and "2 chỗ không khớp" in said


def test_totals_that_are_not_their_parts_are_told(kept, monkeypatch):
    whole = checking.ledger.read_year

    def losing_one(plan, year, day, **narrowed):
        view = whole(plan, year, day, **narrowed)
        if year == 2024 and not narrowed:
            lost = next(row for row in view.rows if row.year == year)
            object.__setattr__(view, "rows", tuple(row for row in view.rows if row != lost))
            view.row_counts["trong-han"] = view.row_counts.get("trong-han", 0) + 5
        return view

    monkeypatch.setattr(checking.ledger, "read_year", losing_one)
    monkeypatch.setattr(checking.Plan, "years", lambda self: [2024])
    told = list(checking.differing_totals(at(2024, 12, 16)))
    assert len(told) == 3 and all("năm 2024" in line for line in told)
    assert "cộng các lĩnh vực" in told[0] and "cộng các nhóm" in told[1] and "sổ đọc" in told[2]


def test_an_issued_report_without_its_files_is_told(kept, quick, thu):
    period = ReportPeriod.objects.first()
    Report.objects.create(
        period=period, status="issued", number="05/BC-VP", issued_on=date(2024, 12, 20),
        issued_year=2024, created_by=thu, created_at=at(2024, 12, 20), snapshot={},
    )  # fmt: skip
    code, said = run()
    assert code == 1 and said.count("Báo cáo số 05/BC-VP") == 3 and "Phụ lục Excel" in said


def test_a_store_that_is_away_is_trouble_not_a_trace(kept, quick, monkeypatch):
    def gone():
        raise Away("no answer")

    monkeypatch.setattr(files, "_store", gone)
    code, said = run()
    assert code == 1 and said.count("Kho tệp không trả lời") == 2
