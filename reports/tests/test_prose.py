from datetime import date

import pytest

from reports import prose
from reports.words import Cited


def cited(number="14/KH-VP", kind="Kế hoạch", summary="Về kiểm soát TTHC", **fields):
    return Cited(
        **{
            "key": number,
            "number": number,
            "issued_on": date(2024, 2, 19),
            "kind": kind,
            "summary": summary,
            "issuer": "Văn phòng UBND tỉnh",
        }
        | fields
    )


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 1, 5), "05/01/2026"),
        (date(2024, 2, 19), "19/02/2024"),
        (date(2024, 6, 29), "29/6/2024"),
        (date(2024, 3, 5), "05/3/2024"),
        (date(2024, 10, 1), "01/10/2024"),
    ],
)
def test_only_days_under_ten_and_the_first_two_months_take_a_zero(day, words):
    assert prose.prose_date(day) == words


def test_a_document_is_cited_in_full_once_and_briefly_after():
    citations = prose.Citations()
    assert citations.cite(cited()) == (
        "Kế hoạch số 14/KH-VP ngày 19/02/2024 của Văn phòng UBND tỉnh về kiểm soát TTHC"
    )
    assert citations.cite(cited()) == "Kế hoạch số 14/KH-VP"


def test_the_same_number_of_another_day_is_another_document():
    citations = prose.Citations()
    citations.cite(cited())
    assert "ngày 20/3/2025" in citations.cite(cited(issued_on=date(2025, 3, 20)))


@pytest.mark.parametrize(
    ("summary", "goes_on"),
    [
        ("Về kiểm soát TTHC", "về kiểm soát TTHC"),
        ("V/v rà soát văn bản", "về việc rà soát văn bản"),
        ("Kế hoạch kiểm soát TTHC năm 2024", "về kiểm soát TTHC năm 2024"),
        ("Ban hành Kế hoạch kiểm soát TTHC.", "về việc ban hành Kế hoạch kiểm soát TTHC"),
        ("UBND tỉnh giao nhiệm vụ", "về UBND tỉnh giao nhiệm vụ"),
        ("", ""),
    ],
)
def test_the_subject_goes_on_after_the_number(summary, goes_on):
    assert prose.about(cited(summary=summary)) == goes_on


@pytest.mark.parametrize(
    ("number", "kind"),
    [("189/BC-VP", "Báo cáo"), ("77/QĐ-VP", "Quyết định"), ("1720/TTr-VP", "Tờ trình")],
)
def test_a_type_that_nobody_gave_is_read_from_the_symbol(number, kind):
    assert prose.short_citation(cited(number=number, kind="")) == f"{kind} số {number}"


@pytest.mark.parametrize(
    ("result", "said"),
    [
        ("Đã ban hành Kế hoạch.", "Phòng A đã ban hành Kế hoạch."),
        ("Rà soát 41 văn bản", "Phòng A đã rà soát 41 văn bản"),
        ("Duy trì, nâng cấp trang tin", "Phòng A đã duy trì, nâng cấp trang tin"),
        ("Công tác theo dõi tốt", "Phòng A: Công tác theo dõi tốt"),
        ("318 phản ánh được xử lý", "Phòng A: 318 phản ánh được xử lý"),
        ("Phòng A đã xong", "Phòng A đã xong"),
    ],
)
def test_the_unit_becomes_the_subject_of_its_own_words(result, said):
    assert prose.sentence("Phòng A", result) == said


def test_lines_become_one_paragraph():
    assert prose.one_paragraph("- Rà soát 41 văn bản\n- Phát hiện 14\n\nĐạt 100%.\nXong") == (
        "Rà soát 41 văn bản; phát hiện 14; đạt 100%. Xong"
    )
