"""The annual report as Word: the office's own template, filled with the report's values.

The template (word_template/bao-cao-nam.docx) is edited in Word: layout and fixed words are its
own. It may use the values of `report` and the filters below, and nothing else of the program.
"""

from io import BytesIO
from pathlib import Path

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from cchc.templatetags.cchc import dmy, number, percent
from reports.annual import AnnualReport
from reports.prose import prose_date

BLANK = "Kế hoạch để trống"
TEMPLATES = Path(__file__).parent / "word_template"
TEMPLATE = TEMPLATES / "bao-cao-nam.docx"


def annual_docx(report: AnnualReport, template: Path = TEMPLATE) -> bytes:
    return fill(template, report=report, blank=BLANK)


def fill(template: Path, **values) -> bytes:
    """The template with these values in it."""
    document = DocxTemplate(template)
    document.render(values, _environment())
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _environment() -> SandboxedEnvironment:
    """A person edits the template, so it can't reach into the program; a name that does not exist
    stops the making of the file instead of leaving a hole in it."""
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    environment.filters |= {
        "dmy": dmy,
        "lines": "\n".join,
        "next_line": lambda text: f"\n{text}" if text else "",
        "number": number,
        "percent": percent,
        "prose_date": prose_date,
    }
    return environment
