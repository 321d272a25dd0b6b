"""The Word template of an office: its own, where it brought one, else ours.

A template that an office brings is tried on an invented report before it is kept: what it must
print is looked for in the result, and whatever it asks for that a report does not have is refused
by name. Old ones stay: the newest row counts.
"""

import re
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from docx import Document
from docx.oxml.ns import qn
from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

from cchc import audit, files
from cchc.models import Unit
from reports.models import ReportTemplate
from reports.sample import HIDDEN, bare_report, sample_report
from reports.to_docx import TEMPLATE, report_docx
from reports.writing import may_write
from tasks.models import Plan

# What every template must print: what it is, and the mark for it.
MUST_PRINT = (
    ("cơ quan chủ quản", "{{ report.letterhead.superior }}"),
    ("cơ quan ban hành", "{{ report.letterhead.agency }}"),
    ("số, ký hiệu", "{{ report.letterhead.number_line }}"),
    ("địa danh, ngày tháng", "{{ report.letterhead.date_line }}"),
    ("tên loại", "{{ report.title }}"),
    ("trích yếu", "{{ report.subject }}"),
    ("đề mục của các phần", "{{ section.heading }}"),
    ("nội dung của các phần", "{{ line }} trong section.printed, paragraph.lines"),
    ("nơi nhận", "{{ line }} trong report.recipients"),
    ("chức vụ người ký", "{{ report.signer_title }}"),
)
_HYPERLINK = "/hyperlink"


class BadTemplate(Exception):
    """Why the template is not kept; str() is the sentence for the person."""


def kept_template(unit: Unit) -> ReportTemplate | None:
    """The office's own, when it uses one."""
    newest = ReportTemplate.objects.filter(unit=unit).select_related("file", "by").first()
    return newest if newest and newest.file else None


def template_of(unit: Unit) -> Path:
    kept = kept_template(unit)
    return files.path_of(kept.file.sha256) if kept else TEMPLATE


def keep_template(*, plan: Plan, upload, by, at: datetime) -> ReportTemplate:
    """The office's template from now on. The one in use brought again changes nothing."""
    _require_writer(by, plan)
    check_template(upload)
    kept = kept_template(plan.unit)
    if kept and kept.file.sha256 == files.digest_of(upload):
        return kept
    upload.seek(0)
    with transaction.atomic():
        stored = files.store(upload, by=by, at=at)
        kept = ReportTemplate.objects.create(unit=plan.unit, file=stored, by=by, at=at)
        told = {"name": stored.name, "sha256": stored.sha256}
        audit.record(by=by, verb="report_template_kept", target=kept, at=at, **told)
    return kept


@transaction.atomic
def drop_template(*, plan: Plan, by, at: datetime) -> None:
    """Back to ours."""
    _require_writer(by, plan)
    if kept_template(plan.unit) is None:
        return
    kept = ReportTemplate.objects.create(unit=plan.unit, file=None, by=by, at=at)
    audit.record(by=by, verb="report_template_dropped", target=kept, at=at)


def check_template(upload) -> None:
    """Refuse, saying what would do, what is no template that prints a whole report."""
    try:
        content_type = files.validate_upload(upload)
    except ValidationError as error:
        raise BadTemplate(" ".join(error.messages)) from error
    if content_type != files.KINDS[".docx"].content_type:
        raise BadTemplate("Mẫu báo cáo là tệp Word (.docx); hãy chọn lại tệp.")
    upload.seek(0)
    content = upload.read()
    upload.seek(0)
    _refuse_outside(content)
    printed = _tried(content)
    if _squeezed(HIDDEN) in printed:
        raise BadTemplate(
            "Mẫu in cả những đoạn người soạn đã bỏ: dùng section.printed, không dùng "
            "section.paragraphs."
        )
    missing = [
        f"{name} ({mark})"
        for (name, mark), wanted in zip(MUST_PRINT, _wanted(), strict=True)
        if not all(_squeezed(words) in printed for words in wanted)
    ]
    if missing:
        raise BadTemplate(f"Mẫu còn thiếu chỗ điền: {'; '.join(missing)}. Thêm rồi chọn lại tệp.")


def _wanted() -> list[list[str]]:
    """What the invented report must leave in the file, in the order of MUST_PRINT."""
    report = sample_report()
    head = report.letterhead
    return [
        [head.superior],
        [head.agency],
        [head.number_line],
        [head.date_line],
        [report.title],
        [report.subject],
        [section.heading for section in report.sections if section.heading],
        [line for section in report.sections for p in section.printed for line in p.lines],
        list(report.recipients),
        [report.signer_title],
    ]


def _tried(content: bytes) -> str:
    """The words of the invented report in this template, squeezed; of everything that a template
    can do wrong it says what it was."""
    try:
        report_docx(bare_report(), BytesIO(content))
        made = report_docx(sample_report(), BytesIO(content))
        return _squeezed(_words(made))
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
    except Exception as error:  # a file that Word would not open either, or a wrong kind of value
        raise BadTemplate(
            f"Không điền thử được vào mẫu này ({type(error).__name__}); mở bằng Word, lưu lại dạng "
            ".docx rồi chọn lại tệp."
        ) from error


def _name_in(error: UndefinedError) -> str:
    """ "'PeriodReport object' has no attribute 'x'", "'x' is undefined" """
    names = re.findall(r"'([^']+)'", str(error))
    return names[-1] if names else str(error)


def _refuse_outside(content: bytes) -> None:
    """A document may make Word fetch things when it is opened: the report goes to many people."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith((".rels", ".xml")):
                continue
            member = archive.read(name)
            if b"<!DOCTYPE" in member or b"<!ENTITY" in member:
                raise BadTemplate(
                    "Bên trong tệp có khai báo lạ; mở bằng Word, lưu lại rồi chọn lại."
                )
            if name.endswith(".rels") and any(
                b"External" in one and _HYPERLINK.encode() not in one
                for one in re.findall(rb"<Relationship\b[^>]*>", member)
            ):
                raise BadTemplate(
                    "Mẫu lấy nội dung từ bên ngoài (ảnh, mẫu hoặc đối tượng liên kết); hãy chèn hẳn "
                    "vào tệp rồi chọn lại."
                )


def _words(content: bytes) -> str:
    """Of the body, headers and footers."""
    document = Document(BytesIO(content))
    roots = [document.element.body]
    for section in document.sections:
        roots += [section.header._element, section.first_page_header._element]
        roots += [section.footer._element, section.first_page_footer._element]
    return " ".join("".join(t.text or "" for t in root.iter(qn("w:t"))) for root in roots)


def _squeezed(text: str) -> str:
    """Without spaces and capitals: a template may set either as it likes."""
    return "".join(text.split()).casefold()


def _require_writer(by, plan: Plan) -> None:
    if not may_write(by, plan):
        raise PermissionDenied("Mẫu báo cáo do điều phối viên của kế hoạch quản lý.")
