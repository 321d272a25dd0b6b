"""Excel's own charts beside our tables: they follow the figures in the cells.

Told apart without colour: each series has its pattern, each bar its number.
"""

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.fill import ColorChoice, PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Font, Paragraph, ParagraphProperties
from openpyxl.worksheet.worksheet import Worksheet

from reports.sheets import FONT

INK = "1A2530"
# a solid colour, or one of Excel's patterns
SOLID = ("33404D", "FFFFFF")
BUCKETS = ("6F8FAE", "wdUpDiag", "E4EAF0", "33404D", "wdDnDiag", "diagCross", "pct20")
WIDTH_CM = 24
NO_ZERO = "#,##0;-#,##0;"  # no number where there is no bar


def bar_chart(
    sheet: Worksheet, title: str, *, head: int, rows: int, columns: range, at: str, fills, stacked
):
    """Of a table: `head` is its row of names, then `rows` rows; labels stand left of `columns`."""
    chart = BarChart()
    chart.type = "bar"
    chart.grouping = "stacked" if stacked else "clustered"
    chart.overlap = 100 if stacked else 0
    chart.gapWidth = 50
    chart.title = title
    chart.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=_letters(1200, bold=True))
    for run in chart.title.tx.rich.p[0].r:
        run.rPr = _letters(1200, bold=True)
    last = head + rows
    chart.add_data(
        Reference(sheet, min_col=columns[0], max_col=columns[-1], min_row=head, max_row=last),
        titles_from_data=True,
    )
    labels = columns[0] - 1
    chart.set_categories(Reference(sheet, min_col=labels, min_row=head + 1, max_row=last))
    for series, fill in zip(chart.series, fills, strict=False):
        series.graphicalProperties = _look(fill)
        series.dLbls = _numbers(stacked)
    chart.x_axis.scaling.orientation = "maxMin"  # the first row on top
    chart.y_axis.crosses = "max"
    chart.y_axis.number_format = "0"
    chart.y_axis.majorGridlines = None
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False
        axis.txPr = _rich(1000)
    chart.legend.position = "b"
    chart.legend.txPr = _rich(1000)
    chart.width, chart.height = WIDTH_CM, max(8.0, 3.5 + rows * 1.1)
    sheet.add_chart(chart, at)
    sheet.page_setup.fitToHeight = 1  # table and picture on one page


def _look(fill: str) -> GraphicalProperties:
    line = LineProperties(solidFill=INK, w=9525)
    if len(fill) == 6 and all(c in "0123456789ABCDEF" for c in fill):
        return GraphicalProperties(solidFill=fill, ln=line)
    pattern = PatternFillProperties(
        prst=fill, fgClr=ColorChoice(srgbClr=INK), bgClr=ColorChoice(srgbClr="FFFFFF")
    )
    return GraphicalProperties(pattFill=pattern, ln=line)


def _numbers(stacked: bool) -> DataLabelList:
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    labels.numFmt = NO_ZERO if stacked else "#,##0"
    labels.txPr = _rich(900)
    labels.position = "ctr" if stacked else "outEnd"
    if stacked:
        labels.spPr = GraphicalProperties(solidFill="FFFFFF")
    return labels


def _rich(size: int) -> RichText:
    properties = ParagraphProperties(defRPr=_letters(size))
    return RichText(p=[Paragraph(pPr=properties, endParaRPr=_letters(size))])


def _letters(size: int, bold=False) -> CharacterProperties:
    return CharacterProperties(sz=size, b=bold, latin=Font(typeface=FONT), solidFill=INK)
