"""A unit's work offline: its sheet goes out as Excel, comes back filled, is looked at, is written."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from cchc import clock, workbooks
from cchc.files import clean_name, digest_of
from reports import importing, roundtrip
from reports.downloads import download
from reports.to_sheet_xlsx import unit_xlsx
from reports.unit_sheet import build_unit_sheet, read_standing
from tasks.pages import my_work
from tasks.viewing import Viewing, viewing_of


def sheet_download(request):
    viewing = _today(request)
    rows = my_work.sort_for_work(my_work.read_rows(viewing, request.user))
    sheet = build_unit_sheet(
        viewing.plan, viewing.year, request.user, clock.now(), [row.assignment_id for row in rows]
    )
    return download(unit_xlsx(sheet), sheet.file_name, "xlsx")


def sheet_upload(request):
    """The form; with a file the preview, which writes nothing; with the preview's token the import."""
    viewing = _today(request)
    if request.method != "POST":
        return _show(request)
    if "token" in request.POST:
        return _import(request, viewing)
    upload = request.FILES.get("file")
    if upload is None:
        return _show(request, refused="Chưa chọn tệp Excel để nạp.")
    try:
        sheets = workbooks.read(upload)
        unit = request.user.unit
        keys = roundtrip.read_keys(sheets, unit=unit.code, plan=viewing.plan.code)
    except (workbooks.BadWorkbook, roundtrip.Refused) as refusal:
        return _show(request, refused=str(refusal))
    standing = read_standing(request.user, [row.assignment for row in keys.rows])
    return _preview(request, upload, keys, roundtrip.check(sheets, keys, standing))


def _today(request) -> Viewing:
    viewing = viewing_of(request)
    if viewing.is_past:
        raise PermissionDenied("Trang đang xem tình hình của một ngày đã qua: chỉ xem.")
    return viewing


def _preview(request, upload, keys, check):
    name = clean_name(upload.name)
    token = ""
    if check.changes and not check.errors:
        upload.seek(0)
        token = importing.sign(
            check.changes, user=request.user, file_name=name, sha256=digest_of(upload)
        )
    return _show(request, check=check, keys=keys, file_name=name, token=token)


def _import(request, viewing):
    try:
        written, sent = importing.import_sheet(
            by=request.user, at=clock.now(), token=request.POST["token"]
        )
    except importing.BadToken as refusal:
        return _show(request, refused=str(refusal))
    except importing.ImportRefused as refusal:
        return _show(request, refusals=refusal.refusals, status=409)
    words = f"Đã ghi {written} phần việc từ tệp Excel"
    messages.success(request, f"{words}, gửi xác nhận {sent}." if sent else f"{words}.")
    return redirect(viewing.url("tasks:my_work"))


def _show(request, *, status=200, **context):
    check = context.get("check")
    if context.get("refused") or (check and check.errors):
        status = 422
    return render(
        request, "reports/sheet_upload.html", {"unit": request.user.unit} | context, status=status
    )
