from datetime import date

import pytest

from conftest import at
from indicators.models import Measurement
from reports import outline
from reports.building import build_report
from reports.models import PeriodKind
from reports.prose import NO_RESULT
from reports.tests.conftest import DATA_DAY
from reports.tests.scene import citation, finish, slot, year_of
from tasks.buckets import Bucket
from tasks.ledger import read_window
from tasks.models import Assignment


def text_of(report, key):
    (section,) = (section for section in report.sections if section.key == key)
    return "\n".join(paragraph.text for paragraph in section.paragraphs)


def whole_text(report):
    return "\n".join(text_of(report, section.key) for section in report.sections)


def line_of(report, code):
    (line,) = (line for area in report.areas for line in area.lines if line.code == code)
    return line


@pytest.mark.parametrize("kind", PeriodKind)
def test_every_task_of_the_plan_has_a_heading(plan, kind):
    outline.require_sound(plan, outline.default_outline(kind))


def test_the_head_is_the_offices(report):
    head = report.letterhead
    assert (head.superior, head.agency, head.place) == (
        "UBND TỈNH QUẢNG NGÃI",
        "VĂN PHÒNG",
        "Quảng Ngãi",
    )
    assert head.number_line.endswith("/BC-VP")
    assert report.recipients[-1] == "- Lưu: VT, HCQT."


def test_the_signer_is_the_one_leader_of_that_title(played, quang):
    assert build_report(year_of(played, 2024), DATA_DAY).signer == "Đỗ Quang"
    quang.title = "Phó Chánh Văn phòng"
    quang.save(update_fields=["title"])
    assert build_report(year_of(played, 2024), DATA_DAY).signer == ""


def test_the_window_is_that_of_the_decree(report):
    assert (report.start, report.end) == (date(2023, 12, 15), DATA_DAY)
    assert "từ ngày 15/12/2023 đến ngày 14/12/2024" in text_of(report, "mo-dau")
    assert report.is_closed


def test_before_the_data_day_the_report_ends_on_the_day_looked_at(played):
    report = build_report(year_of(played, 2024), date(2024, 3, 1))
    assert report.end == date(2024, 3, 1)
    assert not report.is_closed
    assert "14/KH-VP" in whole_text(report)
    assert "58/KH-UBND" not in whole_text(report)


def test_results_stand_under_their_headings_with_the_document_cited(report):
    assert text_of(report, "II.1.b") == (
        "Phòng Hành chính - Quản trị đã rà soát 41 văn bản quy phạm pháp luật do Văn phòng tham "
        "mưu; phát hiện 14 văn bản hết hiệu lực một phần (Báo cáo số 188/BC-VP ngày 20/11/2024 của "
        "Văn phòng UBND tỉnh về kết quả kiểm tra, rà soát văn bản quy phạm pháp luật năm 2024)."
    )
    assert "318/318 phản ánh" in text_of(report, "II.2.d")
    assert "31/KH-VP" in text_of(report, "II.4")
    assert "1.204 tin, bài" in text_of(report, "II.6")


def test_each_result_names_its_sources(report):
    (section,) = (section for section in report.sections if section.key == "II.1.c")
    (source,) = section.paragraphs[0].sources
    assert (source.code, source.period_code, source.unit) == ("II.5", "2024", "TT PV-KSTTHC")
    assert source.day == date(2024, 11, 22)


def test_what_is_late_says_by_how_many_days(report):
    assert "quá hạn 12 ngày so với thời hạn ngày 31/3/2024" in text_of(report, "I.1")
    assert text_of(report, "III.2") == (
        "- Trung tâm Phục vụ - Kiểm soát TTHC: 01 phần việc hoàn thành quá hạn "
        "(nhiệm vụ I.3, quá hạn 12 ngày)."
    )


def test_what_nobody_verified_is_not_told(report):
    assert "KHÔNG ĐƯỢC NÓI" not in whole_text(report)
    assert "199/BC-VP" not in whole_text(report)
    assert line_of(report, "VII.2").results == ()
    assert line_of(report, "VII.2").status == "Chờ xác nhận"


def test_a_heading_without_results_says_so_and_is_a_gap(report):
    assert text_of(report, "I.2") == text_of(report, "II.5") == NO_RESULT
    assert {"I.2", "II.5"} <= {section.key for section in report.gaps}
    assert "I.1" not in {section.key for section in report.gaps}


def test_a_document_after_the_data_day_belongs_to_the_next_report(report, played):
    assert "210/KH-VP" not in whole_text(report)
    assert (
        "Phòng HCQT: Kế hoạch số 210/KH-VP ngày 20/12/2024, đúng hạn 30/12/2024; "
        "kết quả thuộc báo cáo năm 2025"
    ) in line_of(report, "I.1").notes
    following = build_report(year_of(played, 2025), date(2025, 12, 20))
    assert "Kế hoạch số 210/KH-VP ngày 20/12/2024" in text_of(following, "I.1")
    (line,) = (
        line
        for area in following.areas
        for line in area.lines
        if line.code == "I.1" and line.period_code == "2025"
    )
    assert line.notes == (
        "Kỳ 2024: Phòng HCQT: Kế hoạch số 210/KH-VP ngày 20/12/2024, đúng hạn 30/12/2024; "
        "thuộc kỳ báo cáo này",
    )


def test_each_result_is_told_in_one_report_only(played):
    reports = [build_report(year_of(played, year), date(2026, 1, 1)) for year in (2023, 2024, 2025)]
    for number in ("201/KH-VP", "14/KH-VP", "210/KH-VP"):
        assert sum(number in whole_text(report) for report in reports) == 1


def test_the_figures_are_the_ledgers_and_add_up(report, played):
    ledger = read_window(played, date(2023, 12, 15), DATA_DAY)
    assert [line.label for line in report.figures] == [bucket.label for bucket in Bucket]
    assert [line.occurrences for line in report.figures] == list(ledger.counts.values())
    assert [line.rows for line in report.figures] == list(ledger.row_counts.values())
    assert sum(line.occurrences for line in report.figures) == report.total
    assert sum(line.rows for line in report.figures) == report.row_total == len(ledger.rows)
    assert text_of(report, "III.1").startswith(
        "Tính đến ngày 14/12/2024, trong năm có 23 nhiệm vụ: 06 hoàn thành đúng hạn, "
        "01 hoàn thành quá hạn, 13 đang thực hiện trong hạn, 02 chưa phát sinh, "
        "01 chưa xác định thời hạn."
    )
    assert "02 nhiệm vụ đã hoàn thành từ năm trước (V.1 và V.3)" in text_of(report, "III.1")


def test_targets_are_told_with_their_figures_and_verdicts(played, thu):
    figures = {
        "CT2": {"rank": 3, "ranked": 21},
        "CT5.2": {"numerator": 2201, "denominator": 2974},
        "CT5.6": {"numerator": 2941, "denominator": 3232},
    }
    for code, found in figures.items():
        Measurement.objects.create(
            indicator=played.indicators.get(code=code),
            year=2024,
            measured_on=date(2024, 12, 1),
            recorded_by=thu,
            recorded_at=at(2024, 12, 1),
            **found,
        )
    report = build_report(year_of(played, 2024), DATA_DAY)
    lines = {line.code: line for line in report.targets}
    assert (lines["CT5.6"].result, lines["CT5.6"].verdict) == ("91% (2.941/3.232)", "Đạt")
    assert lines["CT5.2"].verdict == "Chưa đạt mức của năm 2025"
    assert lines["CT3"].result == "chưa có số liệu"
    assert "hạng 3/21, đạt" in text_of(report, "II.7")
    assert "03 chỉ tiêu đã có số liệu: 02 đạt, 01 chưa đạt" in text_of(report, "III.1")


def test_every_task_of_the_plan_stands_in_the_appendix(report):
    lines = [line for area in report.areas for line in area.lines]
    assert len(lines) == 25
    assert [len(area.lines) for area in report.areas] == [3, 5, 5, 2, 3, 2, 5]
    assert line_of(report, "V.1").status == "Đã xong từ năm trước"
    assert line_of(report, "I.3").timing == "quá hạn 12 ngày"


def test_difficulties_and_proposals_of_open_work_are_told(report):
    assert "chưa được bố trí kinh phí nâng cấp đường truyền" in text_of(report, "III.3")
    assert "Đề nghị UBND tỉnh bố trí kinh phí" in text_of(report, "V")


def test_next_years_tasks_and_what_is_left_are_the_way_ahead(report):
    text = text_of(report, "IV")
    assert (
        "Năm 2025, tổ chức thực hiện 22 nhiệm vụ theo Kế hoạch (Phụ lục về nhiệm vụ kỳ tới)" in text
    )
    assert "- Chậm nhất ngày 31/3/2025: 02 nhiệm vụ (I.2, I.3)." in text
    assert "hoàn thành 15 nhiệm vụ của năm 2024" in text
    assert len(report.next_tasks) == 22


def test_after_the_plans_last_year_the_way_ahead_is_a_gap(played):
    report = build_report(year_of(played, 2025), date(2025, 12, 20))
    assert report.next_tasks == ()
    assert "Kế hoạch kết thúc năm 2025" in text_of(report, "IV")
    assert "IV" in {section.key for section in report.gaps}


def test_a_plan_without_any_work_still_makes_a_report(plan):
    Assignment.objects.all().delete()
    report = build_report(year_of(plan, 2024), DATA_DAY)
    assert report.total == 0
    assert text_of(report, "I.1") == NO_RESULT


def test_the_number_of_queries_does_not_grow(
    played, hoa, thu, django_assert_num_queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(24) as first:
        build_report(year_of(played, 2024), date(2025, 1, 10))
    for code, unit in (("II.2", "TTCBTH"), ("VI.2", "TTCBTH")):
        assignment = slot(f"{code}/2024", unit)
        document = citation(assignment, f"{code}/BC-VP", date(2024, 10, 1), "Kết quả", "Báo cáo")
        finish(assignment, document, by=hoa, verifier=thu, result="Đã xong.")
    with django_assert_num_queries(len(first)):
        build_report(year_of(played, 2024), date(2025, 1, 10))


@pytest.mark.parametrize("year", [2021, 2022, 2023])
def test_years_before_the_office_kept_its_books_say_that_nothing_is_confirmed(played, year):
    report = build_report(year_of(played, year), date(2024, 6, 1))
    assert text_of(report, "II.2.c") == NO_RESULT
