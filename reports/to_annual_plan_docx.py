"""The draft of a year's plan as Word: word_template/ke-hoach-nam.docx filled with its values.

The plan's words are values, never a template (reports/to_docx.py, TemplateEnvironment).
"""

from reports.annual_plan import AnnualPlan
from reports.to_docx import TEMPLATES, fill_and_describe

TEMPLATE = TEMPLATES / "ke-hoach-nam.docx"


def annual_plan_docx(draft: AnnualPlan) -> bytes:
    return fill_and_describe(
        TEMPLATE,
        {
            "title": f"{draft.title.capitalize()} {draft.subject}",
            "author": f"{draft.letterhead.agency} {draft.letterhead.superior}".strip(),
            "subject": "Dự thảo kế hoạch năm",
            "keywords": ", ".join(draft.marks),
        },
        draft.drafted_on,
        draft=draft,
    )
