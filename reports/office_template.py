"""The Word template of an office: its own, where it brought one, else ours.

A template that an office brings is tried on an invented report before it is kept: what it must
print is looked for in the result, and whatever it asks for that a report does not have is refused
by name. Old ones stay: the newest row counts.
"""

import re
import tempfile
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from cchc import audit, children, files
from cchc.models import Unit
from reports.models import ReportTemplate
from reports.sample import HIDDEN, sample_report
from reports.template_trial import TOO_MUCH, BadTemplate, squeezed
from reports.to_docx import TEMPLATE
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
_CHILD = Path(__file__).with_name("template_child.py")
TRIAL_MEMORY = 1024 * 1024 * 1024  # bytes of address space, the program itself being half of it


def kept_template(unit: Unit) -> ReportTemplate | None:
    """The office's own, when it uses one."""
    newest = ReportTemplate.objects.filter(unit=unit).select_related("file", "by").first()
    return newest if newest and newest.file else None


def template_of(unit: Unit) -> Path | BytesIO:
    kept = kept_template(unit)
    return BytesIO(files.read(kept.file)) if kept else TEMPLATE


def keep_template(*, plan: Plan, upload, by, at: datetime) -> ReportTemplate:
    """The office's template from now on. The one in use brought again changes nothing."""
    _require_writer(by, plan)
    check_template(upload)
    kept = kept_template(plan.unit)
    if kept and kept.file.sha256 == files.digest_of(upload):
        return kept
    upload.seek(0)
    with transaction.atomic():
        try:
            stored = files.store(upload, by=by, at=at)
        except files.NotKept as trouble:
            raise BadTemplate(str(trouble)) from trouble
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
    printed = _printed_by(content)
    if squeezed(HIDDEN) in printed:
        raise BadTemplate(
            "Mẫu in cả những đoạn người soạn đã bỏ: dùng section.printed, không dùng "
            "section.paragraphs."
        )
    missing = [
        f"{name} ({mark})"
        for (name, mark), wanted in zip(MUST_PRINT, _wanted(), strict=True)
        if not all(squeezed(words) in printed for words in wanted)
    ]
    if missing:
        raise BadTemplate(f"Mẫu còn thiếu chỗ điền: {'; '.join(missing)}. Thêm rồi chọn lại tệp.")


def _printed_by(content: bytes) -> str:
    """A template can ask for more time and memory than there is: it is tried by a child."""
    with tempfile.TemporaryDirectory() as nowhere:
        told = children.ask(
            _CHILD,
            _CHILD.parents[1],
            children.CPU_SECONDS,
            TRIAL_MEMORY,
            content=content,
            wall=2 * children.WALL_SECONDS,
            env=dict.fromkeys(("DATA_DIR", "HOME", "TMPDIR"), nowhere)
            | {"DJANGO_SETTINGS_MODULE": "cchc.settings"},
        )
    if told is None or "refused" in told:
        raise BadTemplate(told["refused"] if told else TOO_MUCH)
    return told["printed"]


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


def _require_writer(by, plan: Plan) -> None:
    if not may_write(by, plan):
        raise PermissionDenied("Mẫu báo cáo do điều phối viên của kế hoạch quản lý.")
