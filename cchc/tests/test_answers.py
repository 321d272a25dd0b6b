"""Answers that no view makes: refusals and breakages still carry every header and tell no trace."""

import errno
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from cchc import errors, files
from cchc.models import StoredFile, User
from cchc.tests.headers import lacking
from conftest import at
from reports import issuing
from reports.models import Report, ReportFile
from reports.pages.report import find_period
from tasks.models import Document, Notice, ProgressUpdate
from tasks.tests.story import fresh, send
from tasks.tests.test_my_work import address, document, typed
from tasks.workflow import State

TODAY = at(2024, 12, 16)
YEAR = 365 * 24 * 3600


class Https(Client):
    def generic(self, *given, **more):
        return super().generic(*given, **more | {"secure": True})


@pytest.fixture
def caller(minh):
    """Minh's browser, in the production profile; what breaks is answered, not raised."""
    client = Https(raise_request_exception=False)
    client.force_login(minh)
    return client


@pytest.fixture(autouse=True)
def as_in_production(settings):
    settings.DEBUG = False
    settings.SECURE_HSTS_SECONDS = YEAR


def raising(error):
    def fail(*args, **kwargs):
        raise error

    return fail


def number_on(answer) -> str:
    return answer.content.decode().partition("Mã: ")[2].partition("<")[0]


def asserted(answer, status, log) -> str:
    """A page of ours with all headers, no trace, and the number under which the log has it."""
    page = answer.content.decode()
    assert answer.status_code == status
    assert lacking(answer, secure=True) == []
    assert "Traceback" not in page and "line " not in page and "Lỗi bí mật" not in page
    number = number_on(answer)
    assert len(number) == 8
    assert any(number in line and "ERROR" in line for line in log.getvalue().splitlines())
    return page


@pytest.mark.parametrize(
    "status, path, method, more",
    [
        (400, "/?q=%00", "GET", {}),
        (400, "/", "GET", {"headers": {"host": "evil.example"}}),
        (404, "/khong-co/", "GET", {}),
        (405, "/dang-xuat/", "GET", {}),
        (405, "/", "TRACE", {}),
        (405, "/khong-co/", "TRACE", {}),
        (405, "/quan-tri/", "CONNECT", {}),
        (301, "/ke-hoach", "GET", {}),
    ],
)
def test_refusals_carry_every_header(caller, status, path, method, more):
    answer = caller.generic(method, path, **more)
    assert answer.status_code == status and lacking(answer, secure=True) == []


@pytest.mark.parametrize("code", ["cchc-2021-2025", "cchc-2026-2030", "khong-co"])
def test_an_address_that_does_not_exist_is_404_whatever_plan_it_marks(caller, code):
    assert caller.get(f"/khong-co/?ke-hoach={code}").status_code == 404


def test_a_forged_form_and_a_stranger_get_every_header(minh):
    client = Https(enforce_csrf_checks=True)
    for answer in (client.post("/dang-nhap/", {}), client.get("/")):
        assert answer.status_code in (302, 403)
        assert lacking(answer, secure=True) == []


def test_too_much_is_413(caller, settings, monkeypatch):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = caller.post(reverse("saved_view_new"), {"name": "x" * 2000})
    page = answer.content.decode()
    assert answer.status_code == 413 and lacking(answer, secure=True) == []
    assert "quá lớn" in page and "Quay lại" in page
    assert errors.bad_request(answer.wsgi_request, RequestDataTooBig()).status_code == 413


@pytest.mark.parametrize(
    "error, status, words",
    [
        (OperationalError("server closed the connection unexpectedly"), 503, "đang bận"),
        (OperationalError("database is locked"), 503, "đang bận"),
        (OperationalError("no such column: cchc_user.x"), 500, "gặp lỗi"),
        (OperationalError("database or disk is full"), 507, "hết chỗ"),
        (OSError(errno.ENOSPC, "No space left on device"), 507, "hết chỗ"),
        (ValueError("Lỗi bí mật"), 500, "gặp lỗi"),
    ],
)
def test_what_breaks_is_told_in_words_with_a_number(caller, log, error, status, words):
    with connection.execute_wrapper(raising(error)):
        answer = caller.get("/")
    assert words in asserted(answer, status, log)
    assert (answer.get("Retry-After") == "15") == (status != 500)


def test_an_error_of_an_error_still_has_a_page(caller, log, monkeypatch):
    monkeypatch.setattr(errors, "render_to_string", raising(ValueError("no such file")))
    with connection.execute_wrapper(raising(ValueError("Lỗi bí mật"))):
        answer = caller.get("/")
    assert answer.status_code == 500 and "Mã lỗi:" in answer.content.decode()


def test_the_health_page_tells_the_database_is_gone(db, client):
    with connection.execute_wrapper(raising(OperationalError("gone"))):
        answer = client.get("/suc-khoe/")
    assert answer.status_code == 503 and answer.json() == {"ok": False}


# Each part that a write leans on breaks once: nothing of the act is left, and the page says so.


@pytest.fixture
def work(assignment_of):
    return assignment_of("III.5/2024")


@pytest.fixture
def report_on_its_way(plan, thu, quang):
    """Approved by the leader; nobody has given it a number."""
    period = find_period(plan, "nam-2024")
    made = {"snapshot": {}, "created_by": thu, "created_at": TODAY}
    return Report.objects.create(period=period, status=Report.Status.APPROVED, **made)


def form_with_a_file(work):
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.4 x\n%%EOF", "application/pdf")
    return typed(work) | document(file=upload)


def nothing_done(work) -> bool:
    rows = (ProgressUpdate, Document, StoredFile)
    left = [model for model in rows if model.objects.exists()]
    return not left and fresh(work).version == work.version


@time_machine.travel(TODAY, tick=False)
@pytest.mark.parametrize(
    "error, status, words",
    [
        (OSError(errno.ENOSPC, "No space left"), 507, "hết chỗ"),
        (ConnectionError("Lỗi bí mật"), 503, "Kho tệp"),
    ],
)
def test_without_the_file_store_nothing_is_written(caller, work, monkeypatch, error, status, words):
    monkeypatch.setattr(files, "keep", raising(error))
    answer = caller.post(address(work), form_with_a_file(work))
    page = answer.content.decode()
    assert answer.status_code == status and words in page and "Lỗi bí mật" not in page
    assert "Đã thành lập Đoàn kiểm tra." in page and nothing_done(work)


@time_machine.travel(TODAY, tick=False)
@pytest.mark.parametrize("table", ["cchc_auditevent", "tasks_evidence", "tasks_document"])
def test_without_the_database_in_the_middle_nothing_is_written(caller, log, work, table):
    def breaks_there(execute, sql, params, many, context):
        if sql.startswith("INSERT") and table in sql:
            raise OperationalError("Lỗi bí mật")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(breaks_there):
        answer = caller.post(address(work), form_with_a_file(work))
    page = asserted(answer, 503, log)
    assert "gửi lại không bị ghi hai lần" in page and nothing_done(work)


@time_machine.travel(TODAY, tick=False)
def test_without_a_template_nothing_is_half_said(caller, log, work, monkeypatch):
    """The act is written, its answer breaks: the page does not say that nothing happened."""
    monkeypatch.setattr("django.template.base.Template.render", raising(ValueError("Lỗi bí mật")))
    answer = caller.post(address(work), typed(work, version=0))
    assert answer.status_code == 500 and "Mã lỗi" in answer.content.decode()
    assert nothing_done(work)


@time_machine.travel(TODAY, tick=False)
def test_without_the_renderer_a_report_gets_no_number(
    caller, log, report_on_its_way, thu, monkeypatch
):
    caller.force_login(thu)
    monkeypatch.setattr(issuing, "frozen_report", lambda report: None)
    monkeypatch.setattr(issuing, "finished", lambda *given: None)
    monkeypatch.setattr(issuing, "report_docx", raising(ValueError("Lỗi bí mật")))
    way = reverse("reports:issue", args=["nam-2024"])
    seen = {"version": report_on_its_way.version, "revision": report_on_its_way.revision}
    answer = caller.post(way, seen | {"number": 5, "issued_on": "16/12/2024"})
    asserted(answer, 500, log)
    report_on_its_way.refresh_from_db()
    assert report_on_its_way.status == Report.Status.APPROVED and not report_on_its_way.number
    assert not ReportFile.objects.exists()


@time_machine.travel(TODAY, tick=False)
def test_without_the_mail_server_work_goes_on_and_mails_wait(
    caller, minh, thu, work, monkeypatch, settings
):
    settings.SITE_URL = "https://cchc.example"
    User.objects.filter(pk=minh.pk).update(email="minh@example.vn")
    send(work, minh, TODAY.date(), when=TODAY)
    monkeypatch.setattr(
        "django.core.mail.backends.locmem.EmailBackend.open", raising(ConnectionRefusedError())
    )
    caller.force_login(thu)
    way = reverse("tasks:return", args=[work.pk])
    answer = caller.post(way, {"version": fresh(work).version, "reason": "Thiếu danh mục."})
    assert answer.status_code == 302 and fresh(work).state == State.RETURNED
    with pytest.raises(CommandError):
        call_command("send_notices", verbosity=0, stdout=StringIO(), stderr=StringIO())
    assert Notice.objects.filter(user=minh, urgent=True, mailed_at=None).exists()
