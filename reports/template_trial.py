"""An office's Word template, tried on an invented report: what it prints, or what is wrong with it."""

import re
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from reports.sample import bare_report, sample_report
from reports.to_docx import report_docx

TOO_MUCH = (
    "Điền thử mẫu này tốn quá nhiều thời gian hoặc bộ nhớ nên đã dừng; bỏ bớt vòng lặp hoặc ảnh rồi "
    "chọn lại tệp."
)


class BadTemplate(Exception):
    """Why the template is not kept; str() is the sentence for the person."""


def printed_by(content: bytes) -> str:
    """The words of the invented report in this template, squeezed; of everything that a template
    can do wrong it says what it was."""
    try:
        report_docx(bare_report(), BytesIO(content))
        made = report_docx(sample_report(), BytesIO(content))
        return squeezed(_words(made))
    except UndefinedError as error:
        raise BadTemplate(
            f"Mẫu hỏi “{_name_in(error)}” mà báo cáo không có; xem tên các chỗ điền ở mẫu của "
            "phần mềm."
        ) from error
    except SecurityError as error:
        raise BadTemplate(
            f"Mẫu dùng một phép không được phép ({error}): chỉ điền giá trị, lặp, điều kiện và các "
            "bộ lọc có sẵn."
        ) from error
    except TemplateSyntaxError as error:
        raise BadTemplate(f"Chỗ điền viết sai: {error.message}.") from error
    except MemoryError as error:
        raise BadTemplate(TOO_MUCH) from error
    except Exception as error:  # a file that Word would not open either, or a wrong kind of value
        raise BadTemplate(
            f"Không điền thử được vào mẫu này ({type(error).__name__}); mở bằng Word, lưu lại dạng "
            ".docx rồi chọn lại tệp."
        ) from error


def _name_in(error: UndefinedError) -> str:
    """ "'PeriodReport object' has no attribute 'x'", "'x' is undefined" """
    names = re.findall(r"'([^']+)'", str(error))
    return names[-1] if names else str(error)


def _words(content: bytes) -> str:
    """Of the body, headers and footers."""
    document = Document(BytesIO(content))
    roots = [document.element.body]
    for section in document.sections:
        roots += [section.header._element, section.first_page_header._element]
        roots += [section.footer._element, section.first_page_footer._element]
    return " ".join("".join(t.text or "" for t in root.iter(qn("w:t"))) for root in roots)


def squeezed(text: str) -> str:
    """Without spaces and capitals: a template may set either as it likes."""
    return "".join(text.split()).casefold()
