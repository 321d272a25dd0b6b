"""The acts behind the pages: who may, what is kept, what is written."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from cchc.models import AuditEvent
from conftest import at
from indicators.bringing_in import write_plan
from tasks import bringing_in
from tasks.actions import Stale
from tasks.bringing_in import Answer, Incomplete, Meaning
from tasks.import_state import read_state
from tasks.models import Plan, UnitAlias
from tasks.plan_import import keeping
from tasks.plan_import.appendix import read_appendix
from tasks.plan_import.body import read_body
from tasks.plan_import.measuring import read_measure
from tasks.plan_import.tables import read_document
from tasks.tests.plan_import_files import HEAD, excel_file, fixture, source, word_file

NOW = at(2026, 1, 5)
TITLES = ("KẾ HOẠCH", "Cải cách hành chính giai đoạn 2026-2030")
GOOD = ("Ban hành Kế hoạch năm", "Kế hoạch", "Phòng HC-QT", "", "Quý I hàng năm")


def appendix_of(*rows) -> SimpleUploadedFile:
    body = [[str(n), *row] for n, row in enumerate(rows, start=1)]
    area = ["I", "Chỉ đạo, điều hành", "", "", "", ""]
    return SimpleUploadedFile("phu-luc.xlsx", excel_file([list(HEAD), area, *body], title=TITLES))


@pytest.fixture
def held(opened, thu):
    return bringing_in.bring_in(upload=appendix_of(GOOD), by=thu, at=NOW)


def head_of(held, **changed) -> Answer:
    head = read_state(held).head | {
        "issuer": "Văn phòng",
        "signer": "Nguyễn Văn A",
        "signer_title": "CHÁNH VĂN PHÒNG",
    }
    return Answer("head", "", head | changed)


def test_what_was_read_comes_back_from_its_json_as_it_was():
    lines, pages = source()
    document = read_document(word_file(lines, pages, head_table=True), "ke-hoach.docx")
    appendix = read_appendix(document)
    body = read_body(document, appendix)
    assert keeping.from_json(keeping.as_json(appendix, body)) == (appendix, body)


def test_only_a_coordinator_brings_a_plan_in(hung, quang, an, opened):
    for person in (hung, quang, an):
        with pytest.raises(PermissionDenied):
            bringing_in.bring_in(upload=appendix_of(GOOD), by=person, at=NOW)


def test_only_the_coordinators_of_its_office_answer_and_write(held, hung, quang):
    for person in (hung, quang):
        told = {"held": held, "by": person, "at": NOW, "seen": 1}
        with pytest.raises(PermissionDenied):
            bringing_in.answer(**told, answers=[head_of(held)])
        with pytest.raises(PermissionDenied):
            write_plan(**told)


def test_what_was_read_never_changes(held, thu):
    held.refresh_from_db()
    before = held.read
    held = bringing_in.answer(held=held, by=thu, at=NOW, seen=1, answers=[head_of(held)])
    held.refresh_from_db()
    assert held.read == before and held.version == 2


def test_an_answer_that_has_not_seen_the_last_one_is_stale(held, thu):
    bringing_in.answer(held=held, by=thu, at=NOW, seen=1, answers=[head_of(held)])
    with pytest.raises(Stale):
        bringing_in.answer(held=held, by=thu, at=NOW, seen=1, answers=[head_of(held, signer="B")])
    with pytest.raises(Stale):
        write_plan(held=held, by=thu, at=NOW, seen=1)


def test_an_incomplete_plan_says_what_and_where(held, thu):
    with pytest.raises(Incomplete) as refusal:
        write_plan(held=held, by=thu, at=NOW, seen=1)
    assert {gap.place for gap in refusal.value.gaps} == {"dau"}
    assert str(refusal.value) == "Còn 3 chỗ phải xem lại; chưa ghi gì."


def test_a_plan_written_is_not_answered_about_any_more(held, thu):
    held = bringing_in.answer(held=held, by=thu, at=NOW, seen=1, answers=[head_of(held)])
    plan = write_plan(held=held, by=thu, at=NOW, seen=2)
    assert write_plan(held=held, by=thu, at=NOW, seen=2) == plan
    with pytest.raises(bringing_in.NotAllowed):
        bringing_in.answer(held=held, by=thu, at=NOW, seen=3, answers=[Answer("rows", "1", {})])
    assert AuditEvent.objects.get(verb="plan_brought_in").detail["tasks"] == 1


def test_a_second_plan_of_the_same_years_has_a_code_of_its_own(held, thu):
    years = {"first_year": 2021, "last_year": 2025, "recurring_from": 2021}
    held = bringing_in.answer(held=held, by=thu, at=NOW, seen=1, answers=[head_of(held, **years)])
    assert write_plan(held=held, by=thu, at=NOW, seen=2).code == "cchc-2021-2025-2"


def test_a_later_meaning_takes_the_place_of_the_first(held, thu):
    for seen, kind in enumerate(("all", "chosen"), start=1):
        answers = [Answer("rows", "1", {"n": kind})]
        meanings = [Meaning("Các  Đơn vị", kind, None)]
        bringing_in.answer(held=held, by=thu, at=NOW, seen=seen, answers=answers, meanings=meanings)
    assert [(a.words, a.kind) for a in UnitAlias.objects.all()] == [("cac don vi", "chosen")]


def test_an_import_writes_no_plan_until_it_is_told_to(held):
    assert Plan.objects.count() == 1


@pytest.mark.parametrize("target", fixture("indicators.json"), ids=lambda target: target["code"])
def test_targets_are_measured_as_their_words_say(target):
    found = read_measure(target["text"], "Đến năm 2025:", 2025)
    if target["code"] == "CT4":  # a ratio that the central level sets: no word for it
        assert (found.kind, found.value) == ("qualitative", None)
        return
    assert (found.kind, found.operator, found.value_unit, found.deadline_year) == (
        target["kind"],
        target["operator"],
        target["value_unit"],
        target["deadline_year"],
    )
    assert found.value == target["value"] and found.exclusion == target["exclusion"]
