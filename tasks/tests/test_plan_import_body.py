"""Texts of other offices' plans: under a decision, with other words, with nothing in it."""

from datetime import date

from tasks.plan_import.appendix import read_appendix
from tasks.plan_import.body import read_body
from tasks.plan_import.tables import Cell, Document, Grid, GridRow, Paragraph

TABLE = [
    ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì"],
    ["1", "Rà soát", "Báo cáo", "Phòng A"],
]


def grid(rows) -> Grid:
    return Grid(tuple(GridRow(n, tuple(map(Cell, words))) for n, words in enumerate(rows, start=1)))


def body_of(*parts):
    laid = [Paragraph(part) if isinstance(part, str) else grid(part) for part in parts]
    document = Document((*laid, grid(TABLE)))
    return read_body(document, read_appendix(document))


def test_a_plan_issued_under_a_decision():
    body = body_of(
        [["ỦY BAN NHÂN DÂN\nTỈNH QUẢNG NGÃI\nSố: 07/QĐ-UBND", "Quảng Ngãi, ngày 09/01/2026"]],
        "QUYẾT ĐỊNH",
        "Về việc ban hành Kế hoạch cải cách hành chính năm 2026",
        "Căn cứ Nghị quyết số 76/NQ-CP ngày 15/7/2021 của Chính phủ;",
        "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch.",
        [["Nơi nhận:\n- Như Điều 3;\n- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nNguyễn Văn A"]],
        "KẾ HOẠCH",
        "Cải cách hành chính năm 2026",
        "(Ban hành kèm theo Quyết định số 07/QĐ-UBND ngày 09/01/2026 của UBND tỉnh)",
        "I. MỤC TIÊU",
        "1. Mục tiêu chung",
        "Tiếp tục đẩy mạnh cải cách hành chính.",
        "2. Mục tiêu cụ thể",
        "a) Trên 95% người dân hài lòng.",
        "b) 100% hồ sơ được số hóa;",
        "II. NHIỆM VỤ",
        "1. Cải cách thể chế",
        "Rà soát văn bản.",
        "2. Tài chính công",
        "Giao tự chủ.",
        "III. TỔ CHỨC THỰC HIỆN",
        "1. Các sở thực hiện Kế hoạch này.",
    )
    assert (body.number, body.issued_on) == ("07/QĐ-UBND", date(2026, 1, 9))
    assert (body.subject, body.first_year) == ("Cải cách hành chính năm 2026", 2026)
    assert body.last_year == 2026
    assert body.issuer == "UBND tỉnh"
    assert (body.signer_title, body.signer) == ("TM. ỦY BAN NHÂN DÂN CHỦ TỊCH", "Nguyễn Văn A")
    assert body.frame["recipients"] == ["Như Điều 3;", "Lưu: VT."]
    assert [(t.code, t.source_ref, t.text) for t in body.targets] == [
        ("CT1.1", "Mục I, khoản 1, gạch đầu dòng 1", "Tiếp tục đẩy mạnh cải cách hành chính."),
        ("CT2.1", "Mục I, khoản 2, gạch đầu dòng 1", "Trên 95% người dân hài lòng."),
        ("CT2.2", "Mục I, khoản 2, gạch đầu dòng 2", "100% hồ sơ được số hóa;"),
    ]
    assert [(area.title, area.solutions) for area in body.areas] == [
        ("Cải cách thể chế", ("Rà soát văn bản.",)),
        ("Tài chính công", ("Giao tự chủ.",)),
    ]
    assert body.missing == ()


def test_what_cannot_be_read_is_named():
    body = body_of("Một trang giấy không có gì")
    assert body.missing == (
        "số, ký hiệu",
        "ngày ban hành",
        "cơ quan ban hành",
        "trích yếu",
        "giai đoạn",
        "người ký",
        "chỉ tiêu",
        "nhiệm vụ, giải pháp theo lĩnh vực",
    )


def test_numbers_of_other_documents_are_not_the_plans():
    body = body_of(
        "KẾ HOẠCH",
        "Cải cách hành chính giai đoạn 2026 - 2030",
        "Thực hiện Quyết định số 1256/QĐ-UBND ngày 22/12/2025 của UBND tỉnh, như sau:",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "- Nâng cao nhận thức,",
        "trách nhiệm.",
    )
    assert (body.number, body.issued_on) == ("", None)
    assert (body.first_year, body.last_year) == (2026, 2030)
    assert body.frame["section_I"]["items"][0]["bullets"] == ["Nâng cao nhận thức, trách nhiệm."]
