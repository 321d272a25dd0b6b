"""Other offices' tables: other columns, other words, other ways to number and to group."""

import textwrap

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from tasks.plan_import.appendix import read_appendix
from tasks.plan_import.products import split_products
from tasks.plan_import.tables import Cell, Document, Grid, GridRow, Refused, read_document
from tasks.tests.plan_import_files import excel_file, joined_rows, packed, word_file

W = nsdecls("w")


def rows_of(content: bytes, name="bang.docx"):
    return read_appendix(read_document(content, name))


def told(appendix) -> list[tuple[str, str, str]]:
    return [(row.code, row.text, row.deadline_text) for row in appendix.rows]


def notes(appendix) -> list[str]:
    return [note.code for note in appendix.notes]


def test_columns_in_another_order_and_other_words():
    appendix = rows_of(
        word_file(
            tables=[
                [
                    ["STT", "Nội dung công việc", "Thời hạn", "Cơ quan chủ trì"]
                    + ["Cơ quan phối hợp", "Kết quả, sản phẩm", "Ghi chú"],
                    ["A", "CẢI CÁCH THỂ CHẾ", "", "", "", "", ""],
                    ["1", "Rà soát văn bản", "Quý IV", "Sở Tư pháp", "Các sở", "Báo cáo", "x"],
                    ["2", "Công bố văn bản", "Quý I", "Sở Tư pháp", "", "Quyết định", ""],
                    ["B", "TÀI CHÍNH CÔNG", "", "", "", "", ""],
                    ["1", "Giao tự chủ", "Năm 2026", "Sở Tài chính", "", "Quyết định", ""],
                ]
            ]
        )
    )
    assert told(appendix) == [
        ("A.1", "Rà soát văn bản", "Quý IV"),
        ("A.2", "Công bố văn bản", "Quý I"),
        ("B.1", "Giao tự chủ", "Năm 2026"),
    ]
    row = appendix.rows[0]
    assert (row.lead_text, row.collab_text, row.product_text) == ("Sở Tư pháp", "Các sở", "Báo cáo")
    assert [group.title for group in appendix.groups] == ["CẢI CÁCH THỂ CHẾ", "TÀI CHÍNH CÔNG"]


def test_groups_without_numbers():
    appendix = rows_of(
        word_file(
            tables=[
                [
                    ["TT", "Nhiệm vụ", "Cơ quan chủ trì", "Thời gian thực hiện"],
                    ["", "Lĩnh vực thể chế", "", ""],
                    ["1", "Rà soát văn bản", "Phòng A", "Hàng năm"],
                    ["2", "Công bố văn bản", "Phòng A", "Hàng năm"],
                    ["", "Lĩnh vực tài chính công", "", ""],
                    ["3", "Giao tự chủ", "Phòng B", "Năm 2026"],
                ]
            ]
        )
    )
    assert [(g.code, g.title, g.written) for g in appendix.groups] == [
        ("I", "Lĩnh vực thể chế", ""),
        ("II", "Lĩnh vực tài chính công", ""),
    ]
    assert [row.code for row in appendix.rows] == ["I.1", "I.2", "II.3"]
    assert {"group_without_number", "column_missing"} <= set(notes(appendix))


@pytest.mark.parametrize("around", [False, True], ids=["1 over 1.1", "I over 1 over 1.1"])
def test_two_level_numbering(around):
    table = [
        ["TT", "Nội dung", "Sản phẩm", "Chủ trì", "Phối hợp", "Thời gian hoàn thành"],
        ["1", "Cải cách thể chế", "", "", "", ""],
        ["1.1", "Rà soát văn bản", "Báo cáo", "Phòng A", "", "Hàng năm"],
        ["1.2", "Công bố văn bản", "Quyết định", "Phòng A", "", "Hàng năm"],
        ["2", "Tài chính công", "", "", "", ""],
        ["2.1", "Giao tự chủ", "Quyết định", "Phòng B", "", "Năm 2026"],
    ]
    if around:
        table.insert(1, ["I", "NHIỆM VỤ TRỌNG TÂM", "", "", "", ""])
    appendix = rows_of(word_file(tables=[table]))
    before = "I." if around else ""
    assert [row.code for row in appendix.rows] == [
        f"{before}{code}" for code in ("1.1", "1.2", "2.1")
    ]
    assert [row.group for row in appendix.rows] == [f"{before}{code}" for code in ("1", "1", "2")]
    assert appendix.groups[-1].parent == before.strip(".")


def test_a_header_of_two_rows_and_column_numbers():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2026"])
    sheet.append(["TT", "Nhiệm vụ", "Sản phẩm", "Đơn vị thực hiện", None, "Thời hạn"])
    sheet.append([None, None, None, "Chủ trì", "Phối hợp", None])
    sheet.append(["(1)", "(2)", "(3)", "(4)", "(5)", "(6)"])
    sheet.append(["I. Cải cách thể chế"])
    sheet.append([1, "Rà soát", 1, "Phòng A", "Phòng B", "Quý I"])
    sheet.append([2, "Công bố", "Quyết định", None, "Phòng C", "Quý II"])
    for area in ("A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3", "A5:F5", "D6:D7"):
        sheet.merge_cells(area)
    sheet["C6"].number_format = "0%"
    appendix = rows_of(packed(book), "bang.xlsx")
    assert [(g.code, g.title) for g in appendix.groups] == [("I", "Cải cách thể chế")]
    assert told(appendix) == [("I.1", "Rà soát", "Quý I"), ("I.2", "Công bố", "Quý II")]
    assert [row.lead_text for row in appendix.rows] == ["Phòng A", "Phòng A"]
    assert [row.collab_text for row in appendix.rows] == ["Phòng B", "Phòng C"]
    assert appendix.rows[0].products[0].is_measure
    assert appendix.columns[3:5] == ("Đơn vị thực hiện Chủ trì", "Đơn vị thực hiện Phối hợp")
    assert appendix.title_lines == ("KẾ HOẠCH CẢI CÁCH HÀNH CHÍNH NĂM 2026",)


def test_a_table_without_groups_is_one_group_and_it_is_said():
    appendix = rows_of(
        excel_file(
            [
                ["STT", "Nhiệm vụ", "Sản phẩm", "Chủ trì", "Hạn hoàn thành"],
                ["1", "Rà soát", "Báo cáo", "Phòng A", "Quý I"],
                ["2", "Công bố", "Quyết định", "Phòng A", "Quý II"],
            ]
        ),
        "bang.xlsx",
    )
    assert [row.code for row in appendix.rows] == ["I.1", "I.2"]
    assert "no_groups" in notes(appendix)


def test_a_task_cell_merged_over_its_products_is_one_task():
    document = docx.Document()
    table = document.add_table(rows=4, cols=4)
    words = [
        ["TT", "Nhiệm vụ", "Sản phẩm", "Đơn vị chủ trì"],
        ["1", "Rà soát văn bản", "Kế hoạch", "Phòng A"],
        ["", "", "Báo cáo", ""],
        ["2", "Công bố văn bản", "Quyết định", "Phòng B"],
    ]
    for row, cells in zip(table.rows, words, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    for column in (0, 1, 3):
        table.cell(1, column).merge(table.cell(2, column))
        table.cell(1, column).text = words[1][column]
    appendix = rows_of(packed(document))
    assert [row.code for row in appendix.rows] == ["I.1", "I.2"]
    assert [product.text for product in appendix.rows[0].products] == ["Kế hoạch", "Báo cáo"]
    assert appendix.rows[0].lead_text == "Phòng A"


def test_without_a_usable_table_the_reason_is_said():
    with pytest.raises(Refused, match="Tệp không có bảng nào"):
        rows_of(word_file(["KẾ HOẠCH", "Cải cách hành chính năm 2026"]))
    with pytest.raises(Refused, match="chỉ thấy cột: Đơn vị chủ trì"):
        rows_of(word_file(tables=[[["TT", "Chỉ tiêu", "Cơ quan chủ trì"], ["1", "95%", "Sở A"]]]))
    with pytest.raises(Refused, match="không có nhiệm vụ nào"):
        rows_of(word_file(tables=[[["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì"]]]))


def run(words: str, wrap: str = "", hidden=False) -> str:
    props = "<w:rPr><w:vanish/></w:rPr>" if hidden else ""
    tag = "delText" if wrap == "del" else "t"
    text = f'<w:r>{props}<w:{tag} xml:space="preserve">{words}</w:{tag}></w:r>'
    return f'<w:{wrap} w:id="9" w:author="x">{text}</w:{wrap}>' if wrap else text


def test_inserted_text_counts_deleted_and_hidden_text_does_not():
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for cell, text in zip(table.rows[0].cells, ["Nhiệm vụ", "Sản phẩm", "Chủ trì"], strict=True):
        cell.text = text
    changed = run("Rà soát ") + run("hai ", "del") + run("ba ", "ins") + run("lần", hidden=True)
    paragraph = parse_xml(f"<w:p {W}>{changed}{run('văn bản')}</w:p>")
    cell = table.rows[1].cells[0]._tc
    cell.replace(cell.p_lst[0], paragraph)
    table.rows[1].cells[1].text = "Báo cáo"
    table.rows[1].cells[2].text = "Phòng A"
    table.rows[2].cells[0].text = "Việc đã xóa"
    properties = table.rows[2]._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:del", {qn("w:id"): "8", qn("w:author"): "x"}))
    found = read_document(packed(document), "bang.docx")
    assert [row.text for row in read_appendix(found).rows] == ["Rà soát ba văn bản"]
    assert len(found.notes) == 3


def test_numbers_and_dashes_that_word_itself_draws_are_read():
    document = docx.Document()
    table = document.add_table(rows=3, cols=4)
    head = ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì"]
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
    for row, text in zip(table.rows[1:], ["Rà soát", "Công bố"], strict=True):
        row.cells[0].paragraphs[0].style = "List Number"
        row.cells[1].text = text
        row.cells[2].text = "Kế hoạch rà soát"
        row.cells[2].paragraphs[0].style = "List Bullet"
        row.cells[2].add_paragraph("Báo cáo kết quả", style="List Bullet")
        row.cells[3].text = "Phòng A"
    appendix = rows_of(packed(document))
    assert [(row.code, row.written) for row in appendix.rows] == [("I.1", "1."), ("I.2", "2.")]
    assert appendix.rows[0].cells["product_text"] == "- Kế hoạch rà soát\n- Báo cáo kết quả"
    assert [product.text for product in appendix.rows[0].products] == [
        "Kế hoạch rà soát",
        "Báo cáo kết quả",
    ]


def test_hidden_rows_and_sheets_of_excel_are_left_out_and_it_is_said():
    book = openpyxl.Workbook()
    sheet = book.active
    for words in (
        ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì"],
        [1, "Rà soát", "Báo cáo", "A"],
        [2, "Việc bỏ", "Báo cáo", "A"],
    ):
        sheet.append(words)
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Nháp").sheet_state = "hidden"
    document = read_document(packed(book), "bang.xlsx")
    assert [row.text for row in read_appendix(document).rows] == ["Rà soát"]
    assert len(document.notes) == 2


@pytest.mark.parametrize(
    ("cell", "products"),
    [
        ("", []),
        ("-", []),
        ("Báo cáo kết quả thực hiện.", ["Báo cáo kết quả thực hiện"]),
        ("- Kế hoạch A; - Báo cáo B.", ["Kế hoạch A", "Báo cáo B"]),
        ("- Kế hoạch A\n+ phần một\n+ phần hai\n- Báo cáo B", None),
        ("a) Kế hoạch A;\nb) Báo cáo B", ["Kế hoạch A", "Báo cáo B"]),
        ("Gồm:\n1. Kế hoạch A\n2. Báo cáo B", ["Kế hoạch A", "Báo cáo B"]),
        ("Quyết định thành lập; báo cáo kết quả", ["Quyết định thành lập", "báo cáo kết quả"]),
        ("Kế hoạch\nBáo cáo kết quả", ["Kế hoạch", "Báo cáo kết quả"]),
        ("Kế hoạch rà soát,\nđánh giá TTHC", ["Kế hoạch rà soát, đánh giá TTHC"]),
        ("Kế hoạch, báo cáo của Văn phòng", ["Kế hoạch", "báo cáo của Văn phòng"]),
        ("Tờ trình và dự thảo Quyết định", ["Tờ trình", "dự thảo Quyết định"]),
        ("Kế hoạch kiểm tra, giám sát", ["Kế hoạch kiểm tra, giám sát"]),
        ("Các văn bản của UBND tỉnh, Chủ tịch UBND tỉnh", None),
        ("Đề án (kế hoạch, báo cáo kèm theo)", ["Đề án (kế hoạch, báo cáo kèm theo)"]),
    ],
)
def test_products_are_split_only_where_they_are_a_list(cell, products):
    found = [product.text for product in split_products(cell)]
    if products is None:
        products = {
            "C": ["Các văn bản của UBND tỉnh, Chủ tịch UBND tỉnh"],
            "-": ["Kế hoạch A + phần một + phần hai", "Báo cáo B"],
        }[cell[0]]
    assert found == products


def pages_of(*pages) -> Document:
    return Document(
        tuple(
            Grid(tuple(GridRow(n, tuple(map(Cell, row))) for n, row in enumerate(page, start=1)))
            for page in pages
        )
    )


def test_a_page_may_cut_any_row_of_the_real_plan_at_any_line():
    """Each cell wrapped to its column's width and cut at the same line, as paper does; the rest
    stands below a repeated header, in a new table, or in a new table without header."""
    widths = (4, 48, 24, 18, 16, 13)
    head, *rows = joined_rows()
    title = ["I", "Lĩnh vực", "", "", "", ""]
    for at, row in enumerate(rows):
        if not any(row[2:]):
            continue
        before, after = [title, *rows[:at][-1:]], rows[at + 1 :][:1]
        whole = squeezed(read_appendix(pages_of([head, *before, row, *after])))
        wrapped = [
            textwrap.wrap(text, width, break_on_hyphens=False)
            for text, width in zip(row, widths, strict=True)
        ]
        for line in range(1, max(map(len, wrapped))):
            above = [head, *before, [" ".join(lines[:line]) for lines in wrapped]]
            below = [[" ".join(lines[line:]) for lines in wrapped], *after]
            for pages in ([above + [head] + below], [above, [head, *below]], [above, below]):
                found = read_appendix(pages_of(*pages))
                assert squeezed(found) == whole, (row, line)


def squeezed(appendix) -> list[dict[str, str]]:
    return [
        {role: " ".join(text.split()) for role, text in row.cells.items()} for row in appendix.rows
    ]


def test_a_second_sentence_on_the_next_page_is_no_title():
    head = ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì"]
    appendix = read_appendix(
        pages_of(
            [head, ["I", "Thể chế", "", ""], ["1", "Rà soát văn bản.", "Báo cáo", "Phòng A"]],
            [head, ["", "Đồng thời, kiến nghị sửa đổi.", "", ""], ["2", "Công bố", "", "Phòng A"]],
        )
    )
    assert [row.text for row in appendix.rows] == [
        "Rà soát văn bản. Đồng thời, kiến nghị sửa đổi.",
        "Công bố",
    ]


def test_a_column_of_areas_and_rows_repeated_for_each_year():
    head = ["Mã", "Lĩnh vực", "Kỳ", "Nhiệm vụ cụ thể", "Đơn vị chủ trì", "Thời hạn"]
    appendix = read_appendix(
        pages_of(
            [
                head,
                ["I.1", "I. Thể chế", "2024", "Rà soát", "Phòng A", "Hàng năm"],
                ["I.1", "I. Thể chế", "2025", "Rà soát", "Phòng A", "Hàng năm"],
                ["II.1", "II. Tài chính", "2024", "Giao tự chủ", "Phòng A", "Hàng năm"],
            ]
        )
    )
    assert [(g.code, g.title) for g in appendix.groups] == [("I", "Thể chế"), ("II", "Tài chính")]
    assert [(row.code, row.text) for row in appendix.rows] == [
        ("I.1", "Rà soát"),
        ("II.1", "Giao tự chủ"),
    ]
    assert "row_repeated" in notes(appendix)


def test_borders_dragged_apart_do_not_move_a_cell_to_another_column():
    document = docx.Document()
    table = document.add_table(rows=3, cols=6)
    head, row, title = table.rows
    for cells in (head.cells, row.cells, title.cells):
        assert len(cells) == 6
    head.cells[1].merge(head.cells[2])
    row.cells[0].merge(row.cells[1])  # the border between TT and the task, dragged in one row
    title.cells[0].merge(title.cells[5])
    for cells, words in (
        (head, ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì", "Thời hạn"]),
        (title, ["I. CẢI CÁCH THỂ CHẾ"]),
        (row, ["1", "Rà soát", "Báo cáo", "Phòng A", "Quý I"]),
    ):
        for cell, text in zip(cells._tr.tc_lst, words, strict=True):
            cell.p_lst[0].add_r().text = text
    table._tbl.remove(title._tr)
    head._tr.addnext(title._tr)
    appendix = rows_of(packed(document))
    assert told(appendix) == [("I.1", "Rà soát", "Quý I")]
    assert appendix.groups[0].title == "CẢI CÁCH THỂ CHẾ"


def test_a_title_in_the_first_column_and_a_repeated_title():
    appendix = read_appendix(
        pages_of(
            [
                ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì"],
                ["Lĩnh vực 1: Thể chế", "", "", ""],
                ["1", "Rà soát", "Báo cáo", "Phòng A"],
                ["TT", "Nhiệm vụ", "Sản phẩm", "Chủ trì"],
                ["Lĩnh vực 1: Thể chế (tiếp theo)", "", "", ""],
                ["2", "Công bố", "Quyết định", "Phòng A"],
                ["Ghi chú: các đơn vị gửi báo cáo trước ngày 15/12", "", "", ""],
            ]
        )
    )
    assert [group.title for group in appendix.groups] == ["Lĩnh vực 1: Thể chế"]
    assert [row.code for row in appendix.rows] == ["I.1", "I.2"]
    assert notes(appendix)[-2:] == ["group_repeated", "remark"]
