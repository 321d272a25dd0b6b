"""What each kind of report tells of a played year, and where."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction

from cchc.models import User
from conftest import at, make_user
from reports.building import build_report
from reports.chapters import Chapters
from reports.material import gather
from reports.models import PeriodKind, PeriodRule, Report
from reports.outline import outline_for
from reports.pages.report import find_period
from reports.periods import open_ad_hoc, open_periods
from reports.tests.scene import citation, finish, play_2024, slot
from tasks.models import Plan

CODES = {
    "quy-1-2024": date(2024, 3, 20),
    "6-thang-2024": date(2024, 6, 20),
    "quy-3-2024": date(2024, 9, 20),
    "9-thang-2024": date(2024, 9, 20),
    "nam-2024": date(2024, 12, 20),
    "nam-2025": date(2025, 12, 19),
    "tong-ket-2025": date(2025, 12, 19),
    "dot-xuat-2024-1": date(2024, 4, 5),
}
# which of the scene's documents a report cites
TOLD = {
    "quy-1-2024": {"201/KH-VP", "14/KH-VP", "31/KH-VP", "22/KH-VP"},
    "6-thang-2024": {"201/KH-VP", "14/KH-VP", "31/KH-VP", "22/KH-VP", "58/KH-UBND"},
    "quy-3-2024": set(),
    "9-thang-2024": {"201/KH-VP", "14/KH-VP", "31/KH-VP", "22/KH-VP", "58/KH-UBND"},
    "nam-2024": {
        "201/KH-VP", "14/KH-VP", "31/KH-VP", "22/KH-VP", "58/KH-UBND",
        "188/BC-VP", "189/BC-VP", "195/BC-VP", "201/BC-VP", "150/BC-VP",
    },
    "nam-2025": {"210/KH-VP"},
    "tong-ket-2025": {
        "210/KH-VP", "14/KH-VP", "31/KH-VP", "22/KH-VP", "58/KH-UBND", "188/BC-VP", "189/BC-VP",
        "195/BC-VP", "201/BC-VP", "150/BC-VP", "1530/QĐ-UBND", "77/QĐ-VP",
    },
    "dot-xuat-2024-1": {"14/KH-VP", "31/KH-VP", "22/KH-VP"},
}  # fmt: skip
EVERY = set().union(*TOLD.values())


def play(plan) -> None:
    """The scene; besides, II.2 done by three units and one document that proves two tasks."""
    role = User.Role
    lan = make_user("lan", "Nguyễn Thị Lan", role.MEMBER, "HCQT")
    minh = make_user("minh", "Trần Văn Minh", role.MEMBER, "TTPVKS")
    hoa = make_user("hoa", "Lê Thị Hoa", role.MEMBER, "TTCBTH")
    thu = make_user("thu", "Phạm Minh Thu", role.COORDINATOR, "HCQT", "Trưởng phòng")
    quang = make_user("quang", "Đỗ Quang", role.LEADER, "VP", "Chánh Văn phòng")
    play_2024(lan=lan, minh=minh, hoa=hoa, thu=thu, quang=quang)
    for unit, by, verifier in (("HCQT", lan, quang), ("TTPVKS", minh, thu), ("TTCBTH", hoa, thu)):
        work = slot("II.2/2024", unit)
        document = citation(work, "150/BC-VP", date(2024, 10, 2), "Công tác soạn thảo", "Báo cáo")
        finish(work, document, by=by, verifier=verifier, result="Tham mưu 05 văn bản.")
    work = slot("II.5/2024", "HCQT")
    document = citation(
        work,
        "188/BC-VP",
        date(2024, 11, 20),
        "Kết quả kiểm tra, rà soát văn bản quy phạm pháp luật năm 2024",
        "Báo cáo",
    )
    finish(work, document, by=lan, verifier=quang, result="Theo dõi thi hành pháp luật.")
    PeriodRule.objects.filter(kind=PeriodKind.NINE_MONTHS).update(is_used=True)
    open_periods(plan, by=thu, at=at(2024, 1, 2))
    open_ad_hoc(
        plan=plan,
        subject="Kết quả thực hiện Công văn số 12/UBND-NC",
        data_from=date(2024, 1, 1),
        data_to=date(2024, 3, 31),
        units_due_on=date(2024, 4, 3),
        due_on=date(2024, 4, 5),
        by=thu,
        at=at(2024, 4, 1),
    )


@pytest.fixture(scope="module")
def told(django_db_setup, django_db_blocker):
    """Every kind of report once, and the annual one's paragraphs when II.4's is left out. Plain
    values: made once, the rows behind them are rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_plan", verbosity=0)
        call_command("open_year", all=True, verbosity=0)
        call_command("open_report_periods", verbosity=0)
        plan = Plan.objects.select_related("unit", "coordinator").get()
        play(plan)
        made = {code: build_report(find_period(plan, code), day) for code, day in CODES.items()}
        made["again"] = build_report(find_period(plan, "nam-2024"), CODES["nam-2024"])
        material = gather(find_period(plan, "nam-2024"), CODES["nam-2024"])
        headings = outline_for(material.period)
        silent = {f"viec:{slot('II.4/2024', 'HCQT').pk}"}
        chapters = Chapters(material, headings, silent)
        made["silent"] = [p.text for n in range(len(headings)) for p in chapters.under(n)]
        transaction.set_rollback(True)
    return made


def text_of(report, key) -> str:
    (section,) = (section for section in report.sections if section.key == key)
    return "\n".join(paragraph.text for paragraph in section.paragraphs)


def whole_text(report) -> str:
    return "\n".join(p.text for section in report.sections for p in section.paragraphs)


@pytest.mark.parametrize("code", CODES)
def test_a_report_tells_the_documents_of_its_window_and_no_others(told, code):
    text = whole_text(told[code])
    assert {number for number in EVERY if f"số {number}" in text} == TOLD[code]


@pytest.mark.parametrize("code", CODES)
def test_nothing_unverified_is_told_in_any_kind(told, code):
    text = whole_text(told[code])
    assert "KHÔNG ĐƯỢC NÓI" not in text and "199/BC-VP" not in text


@pytest.mark.parametrize("code", CODES)
def test_each_paragraph_has_its_own_key_and_every_result_its_source(told, code):
    for section in told[code].sections:
        keys = [paragraph.key for paragraph in section.paragraphs]
        assert len(keys) == len(set(keys)) and all(len(key) <= 60 for key in keys)
        for paragraph in section.paragraphs:
            if paragraph.key.startswith(("viec:", "nhiem-vu:", "nhom:")):
                assert paragraph.sources


def test_built_twice_it_is_the_same(told):
    assert told["again"] == told["nam-2024"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("quy-1-2024", "công tác cải cách hành chính quý I năm 2024"),
        ("6-thang-2024", "công tác cải cách hành chính 6 tháng đầu năm 2024"),
        ("9-thang-2024", "công tác cải cách hành chính 9 tháng năm 2024"),
        ("tong-ket-2025", "công tác cải cách hành chính giai đoạn 2021-2025"),
        ("dot-xuat-2024-1", "kết quả thực hiện Công văn số 12/UBND-NC"),
    ],
)
def test_the_first_and_the_last_sentence_name_the_report(told, code, name):
    assert f"báo cáo {name}".replace("báo cáo công", "báo cáo kết quả công") in text_of(
        told[code], "mo-dau"
    )
    assert text_of(told[code], "ket").startswith(f"Trên đây là báo cáo {name}")
    assert text_of(told[code], "ket").endswith("kính báo cáo./.")


def test_results_stand_where_the_outline_puts_them(told):
    year = told["nam-2024"]
    assert "14/KH-VP" in text_of(year, "I.1") and "31/KH-VP" in text_of(year, "II.4")
    assert "188/BC-VP" in text_of(year, "II.1.b") and "189/BC-VP" in text_of(year, "II.1.c")
    assert "195/BC-VP" in text_of(year, "II.2.d") and "201/BC-VP" in text_of(year, "II.6")


def test_a_document_is_cited_in_full_where_it_first_stands(told):
    year, full = told["nam-2024"], "Báo cáo số 188/BC-VP ngày 20/11/2024 của Văn phòng UBND tỉnh"
    assert full in text_of(year, "II.1.b")
    assert "(Báo cáo số 188/BC-VP)" in text_of(year, "II.1.c")
    assert whole_text(year).count("ngày 20/11/2024") == 1


def test_a_paragraph_left_out_is_no_first_mention(told):
    full = "Báo cáo số 188/BC-VP ngày 20/11/2024 của Văn phòng UBND tỉnh"
    assert sum(full in text for text in told["silent"]) == 2, "in itself, and where it is printed"
    assert not any("(Báo cáo số 188/BC-VP)" in text for text in told["silent"])


def test_several_units_are_a_list_under_one_sentence(told):
    lines = text_of(told["nam-2024"], "II.1.a").split("\n")
    assert lines[0] == (
        "Thực hiện nhiệm vụ “Nâng cao chất lượng công tác soạn thảo văn bản quy phạm pháp luật”, "
        "03 đơn vị đã có kết quả:"
    )
    assert lines[1].startswith("- Phòng Hành chính - Quản trị đã tham mưu 05 văn bản (Báo cáo số")
    assert lines[2].startswith("- Trung tâm Phục vụ - Kiểm soát TTHC đã tham mưu 05 văn bản (Báo")
    assert len(lines) == 4


def test_within_the_year_the_window_is_counted_before_the_year(told):
    quarter = text_of(told["quy-1-2024"], "III.1").split("\n")
    assert quarter[0].startswith("Trong kỳ có ") and "đến hạn hoặc có kết quả" in quarter[0]
    assert quarter[1].startswith("Tính đến ngày 14/3/2024, trong năm có ")
    assert text_of(told["quy-3-2024"], "III.1").startswith("Trong kỳ có 00 nhiệm vụ đến hạn")
    assert not text_of(told["nam-2024"], "III.1").startswith("Trong kỳ")


def test_what_last_year_finished_in_its_last_fortnight_is_named(told):
    sentence = (
        "Báo cáo kỳ này còn gồm kết quả của 01 nhiệm vụ thuộc kế hoạch năm 2023, hoàn thành sau "
        "ngày chốt số liệu của báo cáo năm trước (I.1)."
    )
    for code in ("quy-1-2024", "6-thang-2024", "9-thang-2024", "nam-2024"):
        assert sentence in text_of(told[code], "III.1")
    for code in ("quy-3-2024", "tong-ket-2025", "dot-xuat-2024-1"):
        assert "Báo cáo kỳ này còn gồm" not in text_of(told[code], "III.1")


def test_the_same_period_of_last_year_is_compared_except_where_there_is_none(told):
    assert "So với cùng kỳ năm 2023" in text_of(told["quy-1-2024"], "III.1")
    assert "So với cùng kỳ năm 2023" in text_of(told["nam-2024"], "III.4")
    for code in ("tong-ket-2025", "dot-xuat-2024-1"):
        assert "cùng kỳ" not in whole_text(told[code])


def test_what_comes_is_told_by_its_day(told):
    quarter = text_of(told["quy-1-2024"], "IV").split("\n")
    assert quarter[-2].startswith("Quý II năm 2024, tổ chức thực hiện 01 nhiệm vụ")
    assert quarter[-1] == "- Chậm nhất ngày 31/3/2024: 01 nhiệm vụ (I.3)."
    half = text_of(told["6-thang-2024"], "IV")
    assert "6 tháng cuối năm 2024, tổ chức thực hiện" in half
    assert half.count("VII.4") == 1, "what comes is not also listed as unfinished"
    assert "Năm 2025, tổ chức thực hiện 22 nhiệm vụ" in text_of(told["nam-2024"], "IV")
    assert "Kế hoạch kết thúc năm 2025" in text_of(told["tong-ket-2025"], "IV")


def test_the_closing_report_counts_every_year_with_its_final_results(told):
    closing = told["tong-ket-2025"]
    years = text_of(closing, "III.4").split("\n")
    assert [line[: len("- Năm 2021")] for line in years] == [
        f"- Năm {y}" for y in range(2021, 2026)
    ]
    # with I.1, which came after its year's data day
    assert years[3].startswith("- Năm 2024: 10/22 nhiệm vụ hoàn thành")
    assert "Cả giai đoạn 2021-2025, cộng các năm có" in text_of(closing, "III.1")
    assert "riêng năm 2025 có" in text_of(closing, "III.1")


def test_the_closing_report_tells_a_task_once_with_its_newest_result(told):
    closing = told["tong-ket-2025"]
    assert text_of(closing, "I.1").split("\n")[0] == (
        "Nhiệm vụ I.1 “Ban hành Kế hoạch cải cách hành chính hàng năm”: hoàn thành 02 phần việc các "
        "năm 2023 và 2024. Kết quả gần nhất: Phòng Hành chính - Quản trị đã ban hành Kế hoạch cải "
        "cách hành chính năm 2025 của Văn phòng (Kế hoạch số 210/KH-VP ngày 20/12/2024 của Văn phòng "
        "UBND tỉnh về cải cách hành chính năm 2025)."
    )
    assert "hoàn thành 01 phần việc năm 2024, quá hạn. Kết quả" in text_of(closing, "I.1")


def test_the_frozen_report_of_last_year_gives_its_figures(played, thu):
    before = find_period(played, "quy-1-2023")
    report = build_report(find_period(played, "quy-1-2024"), date(2024, 3, 20))
    buckets = [line.bucket for line in report.figures]
    figures = [{"bucket": b, "occurrences": n} for b, n in zip(buckets, range(7), strict=True)]
    Report.objects.create(
        period=before,
        status="issued",
        number="05/BC-VP",
        issued_on=date(2023, 3, 20),
        issued_year=2023,
        snapshot={"figures": figures},
        created_by=thu,
        created_at=at(2023, 3, 20),
    )
    report = build_report(find_period(played, "quy-1-2024"), date(2024, 3, 20))
    assert "So với cùng kỳ năm 2023 (21 nhiệm vụ)" in text_of(report, "III.1")
    assert report.last_year_source == "Báo cáo số 05/BC-VP ngày 20/3/2023"
    assert [line.last_year for line in report.figures] == list(range(7))
