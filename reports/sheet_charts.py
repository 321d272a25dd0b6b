"""Excel's own charts beside our tables: they follow the figures in the cells.

Told apart without colour: each series has its pattern, each bar its number.
"""

from reports.sheets import FONT, Sheet

INK = "#1A2530"
# a solid colour, or one of Excel's patterns
SOLID = ("#33404D", "#FFFFFF")
BUCKETS = (
    "#6F8FAE",
    "wide_upward_diagonal",
    "#E4EAF0",
    "#33404D",
    "wide_downward_diagonal",
    "outlined_diamond",
    "percent_20",
)
PIXELS = 96 / 2.54  # in a centimetre
WIDTH_CM = 24
NO_ZERO = "#,##0;-#,##0;"  # no number where there is no bar


def bar_chart(sheet: Sheet, title: str, *, rows: int, series: int, fills, stacked: bool):
    """Of the table above, and below it: labels in the first column, then the series' columns."""
    chart = sheet.book.workbook.add_chart(
        {"type": "bar", "subtype": "stacked"} if stacked else {"type": "bar"}
    )
    head = sheet.head_row
    for column, fill in zip(range(1, 1 + series), fills, strict=False):
        chart.add_series(
            {
                "name": [sheet.name, head, column],
                "categories": [sheet.name, head + 1, 0, head + rows, 0],
                "values": [sheet.name, head + 1, column, head + rows, column],
                "border": {"color": INK, "width": 0.75},
                "gap": 50,
                "overlap": 100 if stacked else 0,
                "data_labels": _numbers(stacked),
                **_ground(fill),
            }
        )
    chart.set_title({"name": title, "name_font": _letters(12, bold=True)})
    # a bar chart lies on its side: y has the labels, x the figures
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": _letters(10)})
    chart.set_x_axis(
        {"num_format": "0", "num_font": _letters(10), "major_gridlines": {"visible": False}}
    )
    chart.set_legend({"position": "bottom", "font": _letters(10)})
    height = max(8.0, 3.5 + rows * 1.1)
    chart.set_size({"width": round(WIDTH_CM * PIXELS), "height": round(height * PIXELS)})
    sheet.page.insert_chart(sheet.next_row + 1, 0, chart, {"description": title})
    sheet.page.fit_to_pages(1, 1)  # table and picture on one page


def _ground(fill: str) -> dict:
    if fill.startswith("#"):
        return {"fill": {"color": fill}}
    return {"pattern": {"pattern": fill, "fg_color": INK, "bg_color": "#FFFFFF"}}


def _numbers(stacked: bool) -> dict:
    told = {"value": True, "font": _letters(9)}
    if stacked:
        return told | {"num_format": NO_ZERO, "position": "center", "fill": {"color": "#FFFFFF"}}
    return told | {"num_format": "#,##0", "position": "outside_end"}


def _letters(size: int, bold=False) -> dict:
    return {"name": FONT, "size": size, "bold": bold, "color": INK}
