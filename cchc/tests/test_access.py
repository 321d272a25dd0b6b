"""Every address x every identity x every method; an address without an entry fails."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.db import close_old_connections, connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from cchc import files
from cchc.access import ACCESS, access_for
from cchc.models import SavedView
from cchc.tests.access_expected import EXPECTED, IDENTITIES
from cchc.tests.headers import lacking
from conftest import at
from indicators.models import Indicator
from reports import writing
from reports.models import Report, ReportFile, ReportTemplate
from reports.pages.report import find_period
from reports.to_docx import TEMPLATE
from tasks import bringing_in
from tasks.models import (
    Area,
    CalendarFeed,
    Contribution,
    Directive,
    Document,
    Extension,
    Plan,
    Reminder,
    Task,
    UrgeLetter,
)
from tasks.tests.plan_import_files import excel_file, joined_rows
from tasks.tests.story import citation, report

SAFE = ("GET", "HEAD")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SHARES = 6  # tests that the addresses are dealt out to, for several workers


STEPS = ("submit", "return", "approve", "issue", "sign", "correct", "statistics")
NARROW = {"reports:plan_pdf": "?linh-vuc=4", "reports:plan_xlsx": "?linh-vuc=4"}  # two tasks


def named_patterns(resolver=None, namespace=""):
    """(name, arguments) of every address of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_patterns(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", list(pattern.pattern.converters)


PATTERNS = dict(named_patterns())
PATTERNS.pop("admin:None")  # the admin's own "no such page"
ADMIN = sorted(name for name in PATTERNS if name.startswith("admin:"))
OURS = sorted(set(PATTERNS) - set(ADMIN))


@pytest.fixture
def arguments(minh, thu, quang, assignment_of):
    return site_arguments(minh, thu, quang, assignment_of)


def site_arguments(minh, thu, quang, assignment_of, *, other="TTCBTH", draft="cchc-2026-2030"):
    """What stands in the addresses: work and documents of Minh's centre; `other` is a unit beside it,
    `draft` the code that the next plan gets."""
    work = assignment_of("I.2/2024")
    upload = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n%%EOF", "application/pdf")
    report(work, minh, at(2024, 3, 1), cite=(citation(upload=upload),))
    indicator = work.task.plan.indicators.get(code="CT5.2")
    document = Document.objects.latest("pk")
    contribution = Contribution.objects.create(
        assignment=assignment_of("I.1/2024"),
        unit=minh.unit,
        wanted="Số liệu",
        due_on=date(2024, 12, 20),
        asked_by=minh,
        asked_at=at(2024, 12, 1),
    )
    asked = {
        "due_on": work.due_on,
        "wanted_on": work.due_on + timedelta(30),
        "reason": "Chờ ý kiến",
    }
    extension = Extension.objects.create(
        assignment=work, asked_by=minh, asked_at=at(2024, 3, 1), **asked
    )
    urged = urged_and_directed(assignment_of("I.3/2024"), thu, quang)
    feed = CalendarFeed.objects.create(user=minh, made_at=at(2024, 3, 1))
    # the office's own Word template
    ours = SimpleUploadedFile("mau.docx", TEMPLATE.read_bytes())
    template = ReportTemplate.objects.create(
        unit=work.task.plan.unit,
        file=files.store(ours, by=thu, at=at(2024, 3, 1)),
        by=thu,
        at=at(2024, 3, 1),
    )
    edited = edited_report(work.task.plan, minh.unit, thu)
    # a file of a report
    edited |= {"reports:report_file": [issued_report(work.task.plan, document.file, thu).pk]}
    return (
        {
            # saved views
            **dict.fromkeys(
                ("saved_view", "saved_view_rename", "saved_view_delete"), [kept_by(minh).pk]
            ),
            "tasks:update": [work.pk],
            "tasks:verify": [work.pk],
            "tasks:return": [work.pk],
            "tasks:task": [work.task.code],
            "tasks:occurrence": [work.task.code, "2024"],
            # units change, contributions
            "tasks:unit_change": [other],
            "tasks:choose": [work.task.code, "2024"],
            "tasks:contribution_answer": [contribution.pk],
            "tasks:document_file": [document.pk],
            "tasks:calendar_feed": [feed.secret],
            "tasks:approve": [work.pk],
            "tasks:extend": [work.pk],
            "tasks:extension": [extension.pk],
            "tasks:trigger": [work.task.code],
            "tasks:trigger_check": [work.task.code],
            "tasks:stop": [work.pk],
            "tasks:remind": [work.pk],
            "tasks:report_to_leaders": [work.pk],
            "tasks:urge_letter_new": [work.unit.code],
            "tasks:direct": [work.task.code, "2024"],
            # the office's own Word template
            "reports:office_template_file": [template.pk],
            # the days of a period, the outlines
            "reports:period_days": ["nam-2024"],
            "reports:outline": ["nam"],
            # the year's plan
            "reports:annual_plan_docx": [work.task.plan.code, 2025],
            "indicators:indicator": [indicator.code],
            "indicators:measure": [indicator.code, 2024],
            # indices of area VIII
            "indicators:index": ["par"],
            "indicators:index_record": ["par", 2023],
        }
        | of_a_draft(work.task.plan, draft)
        | of_an_import(thu)
        | urged
        | edited
        | {"reports:report": ["nam-2024"]}
        | {f"reports:report_{kind}": ["quy-1-2024"] for kind in ("pdf", "docx", "xlsx")}
    )


def kept_by(person):
    return SavedView.objects.create(
        user=person, name="Quá hạn", path="/ke-hoach/?trang-thai=qua-han", created_at=at(2024, 3, 1)
    )


def of_a_draft(plan, code):
    """The pages of a plan under work, with one task of one area."""
    years = {"first_year": 2026, "last_year": 2030, "recurring_from": 2026}
    draft = Plan.objects.create(
        code=code,
        unit=plan.unit,
        coordinator=plan.coordinator,
        subject="Cải cách hành chính giai đoạn 2026-2030",
        issuer=plan.issuer,
        signer_title=plan.signer_title,
        signer=plan.signer,
        status=Plan.Status.DRAFT,
        follows=plan,
        **years,
    )
    area = Area.objects.create(plan=draft, number=1, title="Chỉ đạo, điều hành", appendix_code="I")
    Task.objects.create(plan=draft, area=area, code="I.1", position=1, number=1, text="Việc")
    names = ("page", "finding", "begin", "close", "reopen", "edit", "order")
    target = {"code": "CT1", "position": 1, "text": "Chỉ tiêu", "kind": "milestone"}
    Indicator.objects.create(plan=draft, operator="done_by", **target)
    targets = {f"targets:{name}": [draft.code] for name in ("list", "order", "new")}
    targets |= {"targets:edit": [draft.code, "CT1"]}
    return (
        targets
        | {f"tasks:plan_{name}": [draft.code] for name in names}
        | {
            "tasks:plan_area": [draft.code, 1],
            "tasks:plan_task_new": [draft.code, 1],
            "tasks:plan_task": [draft.code, "I.1"],
            # a plan goes on in the next term
            "indicators:plan_roll_over": [plan.code],
            "tasks:roll_over": [draft.code],
            "roll_over:keep": [draft.code],
            "roll_over:task": [draft.code, "I.1"],
            "tasks:carry_over": [plan.code],
        }
    )


def of_an_import(thu):
    """A plan's file of the same office that nobody has looked through."""
    upload = SimpleUploadedFile("phu-luc.xlsx", excel_file(joined_rows()))
    held = bringing_in.bring_in(upload=upload, by=thu, at=at(2024, 3, 1))
    names = ("tasks:plan_import", "tasks:plan_import_file", "indicators:plan_import_write")
    return dict.fromkeys(names, [held.pk])


def urged_and_directed(work, thu, quang):
    """A phiếu đôn đốc and a directive to Minh's centre, neither answered yet."""
    letter = UrgeLetter.objects.create(
        unit=work.unit,
        year=2024,
        number=UrgeLetter.objects.count() + 1,
        issued_on=date(2024, 12, 12),
        answer_by=date(2024, 12, 20),
        by=thu,
        at=at(2024, 12, 12),
    )
    given = {"rung": "letter", "due_on": work.due_on, "letter": letter, "at": letter.at}
    reminder = Reminder.objects.create(assignment=work, by=thu, **given)
    directive = Directive.objects.create(
        task=work.task, year=2024, unit=work.unit, words="Làm ngay.", by=quang, at=letter.at
    )
    return {
        "tasks:urge_letter": [letter.pk],
        "reports:urge_letter_docx": [letter.pk],
        "tasks:answer_reminder": [reminder.pk],
        "tasks:directive_answer": [directive.pk],
        "tasks:directive_close": [directive.pk],
    }


def edited_report(plan, unit, thu):
    """The draft of 2024, and what Minh's centre was asked for."""
    period = find_period(plan, "nam-2024")
    draft = writing.begin_report(period=period, by=thu, at=at(2024, 12, 10))
    section = draft.sections.get(position=2)
    asked = writing.ask_unit(
        section=section,
        unit=unit,
        wanted="Kết quả kiểm tra",
        due_on=date(2024, 12, 18),
        by=thu,
        at=at(2024, 12, 12),
    )
    acts = ("save", "add", "hide", "show", "take", "keep")
    return (
        {f"reports:passage_{act}": [section.pk] for act in acts}
        | {"reports:section_ask": [section.pk]}
        | {f"reports:{name}": ["nam-2024"] for name in ("editor", "begin", *STEPS)}
        | {f"reports:contribution{name}": [asked.pk] for name in ("", "_take")}
    )


def issued_report(plan, stored, thu) -> ReportFile:
    """A report of quý I that is issued: its files are kept, so nothing is made anew here."""
    issued = Report.objects.create(
        period=find_period(plan, "quy-1-2024"),
        status=Report.Status.ISSUED,
        snapshot={},
        number="05/BC-VP",
        issued_on=date(2024, 3, 18),
        issued_year=2024,
        created_by=thu,
        created_at=at(2024, 3, 15),
    )
    kinds = ReportFile.Kind.values
    made = [ReportFile.objects.create(report=issued, kind=kind, file=stored) for kind in kinds]
    return made[0]


@pytest.fixture
def identities(minh, hung, thu, quang, an):
    people = [None, minh, hung, thu, quang, an]
    return dict(zip(IDENTITIES, people, strict=True))


def test_every_address_is_in_the_table_and_the_table_has_no_other():
    assert {name for name in OURS if access_for(name) is None} == set(), "closed to everybody"
    assert set(ACCESS) - {"admin:*"} == set(OURS)
    assert set(EXPECTED) == set(OURS), "access_expected.py must say what each address answers"


@pytest.mark.parametrize("share", range(SHARES))
@time_machine.travel(at(2024, 12, 16), tick=False)
def test_the_table_holds(share, arguments, identities):
    """Each address on the same office: what a POST of it wrote is taken back."""
    wrong = []
    for name in OURS[share::SHARES]:
        with transaction.atomic():
            wrong += wrong_answers(name, arguments.get(name, []), identities)
            transaction.set_rollback(True)
    assert not wrong, "(address, who, method, answered, expected)\n" + "\n".join(map(str, wrong))


def wrong_answers(name, arguments, identities):
    url = reverse(name, args=arguments) + NARROW.get(name, "")
    for place, (identity, person) in enumerate(identities.items()):
        client = Client()
        for method in METHODS:
            if person and (method == "GET" or name == "logout"):
                client.force_login(person)
            with connection.execute_wrapper(only_reads(url) if method in SAFE else as_it_is):
                answer = client.generic(method, url)
            answered = answer.status_code
            finish(answer)
            if bare := lacking(answer):
                yield url, identity, method, answered, bare
            if answered != expected(name, method, place):
                yield url, identity, method, answered, expected(name, method, place)


def as_it_is(execute, sql, params, many, context):
    return execute(sql, params, many, context)


def only_reads(url):
    """A page that is looked at changes nothing, whoever looks; but that it was looked at, once a
    minute, may be in the session."""

    def refuse(execute, sql, params, many, context):
        changes = sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE")
        assert not changes or "django_session" in sql, f"{url}: {sql}"
        return execute(sql, params, many, context)

    return refuse


def finish(answer):
    """Close the file of a download as a server does, but leave the test's own connection open."""
    request_finished.disconnect(close_old_connections)
    answer.close()
    request_finished.connect(close_old_connections)


def expected(name, method, place) -> int:
    got, post, *others = EXPECTED[name]
    if method in ("GET", "HEAD"):
        return got[place]
    if method == "POST":
        return post[place]
    if others:
        return others[0][place]
    shut = got[place] == post[place] and got[place] in (302, 403)
    return got[place] if shut else 405


@pytest.mark.parametrize("identity", IDENTITIES)
def test_only_the_administrator_enters_the_admin(identity, identities):
    client = Client()
    person = identities[identity]
    if person:
        client.force_login(person)
    lists = [name for name in ADMIN if name.endswith(("index", "_changelist", "_add"))]
    answers = [client.get(reverse(name)) for name in lists]
    assert not any(map(lacking, answers))
    codes = {answer.status_code for answer in answers}
    # 403 for the administrator: lists that nobody adds to by hand
    expected = {"stranger": {302}, "administrator": {200, 403}}.get(identity, {403})
    assert codes == expected


def test_counts_are_printed(record_property):
    record_property(
        "URLs x roles",
        f"{len(OURS)} addresses x {len(IDENTITIES)} identities x {len(METHODS)} methods",
    )
