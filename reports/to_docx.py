"""The report as Word: the office's own template or ours, filled with the report's values.

Ours (word_template/bao-cao.docx) is edited in Word: layout and fixed words are its own. A template
may use the names that `values_of` gives and the filters below, and nothing else of the program.
"""

from datetime import date, datetime, time
from functools import cached_property
from io import BytesIO
from pathlib import Path

from docx.shared import Mm
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cchc.templatetags.cchc import dmy, number, percent
from reports import report_charts
from reports.attachments import by_kind
from reports.building import PeriodReport
from reports.prose import prose_date
from reports.rastering import pngs_of

BLANK = "Kế hoạch để trống"
TEMPLATES = Path(__file__).parent / "word_template"
TEMPLATE = TEMPLATES / "bao-cao.docx"
_DEEPEST = 4  # loops in each other
CHART_WIDTH = Mm(165)  # between the margins
_KEPT_FILTERS = ("first", "join", "last", "length", "lower", "replace", "trim", "upper")


class TemplateEnvironment(ImmutableSandboxedEnvironment):
    """A person edits the template, so it can't reach into the program nor use up its memory; a name
    that does not exist stops the making of the file instead of leaving a hole in it."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def __init__(self):
        super().__init__(autoescape=True, undefined=StrictUndefined)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _KEPT_FILTERS} | {
            "dmy": dmy,
            "lines": "\n".join,
            "next_line": lambda text: f"\n{text}" if text else "",
            "number": number,
            "percent": percent,
            "prose_date": prose_date,
        }

    def is_safe_callable(self, obj) -> bool:
        """Values and filters are enough; a call may ask for more memory than there is. (What does
        not exist is let through, to be refused by its name.)"""
        return isinstance(obj, StrictUndefined)

    def _parse(self, source, name, filename):
        """Loops in loops in loops multiply: a report's parts are four deep at most."""
        tree = super()._parse(source, name, filename)
        if _depth(tree) > _DEEPEST:
            raise TemplateSyntaxError("vòng lặp lồng nhau quá sâu", 1)
        return tree

    def call_binop(self, context, operator, left, right):
        raise SecurityError(f"a template does not calculate with {operator}")


def _depth(node: nodes.Node) -> int:
    inner = max((_depth(child) for child in node.iter_child_nodes()), default=0)
    return inner + isinstance(node, nodes.For)


def report_docx(report: PeriodReport, template: Path | BytesIO = TEMPLATE) -> bytes:
    document = DocxTemplate(template)
    document.render(values_of(report, document), TemplateEnvironment())
    _describe(document, _properties(report), report.as_of)
    return _bytes(document)


def values_of(report: PeriodReport, document: DocxTemplate) -> dict:
    charts = report_charts.charts_of(report, "Tinos Report")
    drawn = Drawn([chart for chart in charts.values() if chart])
    return {
        "report": report,
        "appendix": by_kind(report),
        "charts": {
            name: chart and Picture(chart, drawn, document) for name, chart in charts.items()
        },
        "blank": BLANK,
    }


class Drawn:
    """The report's charts as pictures, by title; drawn at once, when a template wants the first."""

    def __init__(self, charts: list[report_charts.Chart]):
        self._charts = charts

    @cached_property
    def pictures(self) -> dict[str, bytes]:
        titles = [chart.title for chart in self._charts]
        return dict(zip(titles, pngs_of(self._charts), strict=True))


class Picture:
    """A chart where the template wants it, with its words for who can't see it."""

    def __init__(self, chart: report_charts.Chart, drawn: Drawn, document: DocxTemplate):
        self._chart, self._drawn, self._document = chart, drawn, document
        self.title = chart.title

    def __html__(self) -> str:
        part = self._document.current_rendering_part
        inline = part.new_pic_inline(BytesIO(self._drawn.pictures[self.title]), width=CHART_WIDTH)
        inline.docPr.set("name", self.title)
        inline.docPr.set("descr", self._chart.alternative)
        return (
            f"</w:t></w:r><w:r><w:drawing>{inline.xml}</w:drawing></w:r>"
            '<w:r><w:t xml:space="preserve">'
        )


def fill(template: Path, **values) -> bytes:
    """The template with these values in it."""
    document = DocxTemplate(template)
    document.render(values, TemplateEnvironment())
    return _bytes(document)


def fill_and_describe(template: Path, properties: dict[str, str], made_on: date, **values) -> bytes:
    """`fill`, with the file's properties (title, author ...)."""
    document = DocxTemplate(template)
    document.render(values, TemplateEnvironment())
    _describe(document, properties, made_on)
    return _bytes(document)


def _describe(document: DocxTemplate, told: dict[str, str], made_on: date) -> None:
    """The file's properties, whatever the template left in them."""
    properties = document.core_properties
    for name, words in told.items():
        setattr(properties, name, words)
    properties.last_modified_by = properties.author
    properties.language = "vi-VN"
    properties.created = properties.modified = datetime.combine(made_on, time(0))


def _properties(report: PeriodReport) -> dict[str, str]:
    return {
        "title": f"{report.title.capitalize()} {report.subject}",
        "subject": f"Số liệu {report.period_words}",
        "author": f"{report.letterhead.agency} {report.letterhead.superior}".strip(),
        "keywords": ", ".join(report.marks),
    }


def _bytes(document: DocxTemplate) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()
