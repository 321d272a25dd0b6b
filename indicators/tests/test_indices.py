import json
import uuid
from datetime import date
from decimal import Decimal
from shutil import copytree

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from cchc.models import AuditEvent
from conftest import at
from indicators.actions import record_measurement
from indicators.index_actions import NotConfirmed, newest_result, record_result
from indicators.index_loading import load_indices
from indicators.index_reading import points, read_indices, version_for
from indicators.models import ComponentScore, Index, IndexResult, Measurement
from indicators.pages.index_page import index_page
from indicators.reading import read_indicators
from tasks.actions import Stale
from tasks.citing import Citation
from tasks.models import Document
from tasks.workflow import NotAllowed

pytestmark = pytest.mark.django_db
PUBLISHED = date(2024, 1, 20)
NOW = at(2024, 1, 22)
CITED = Citation("64/QĐ-UBND", PUBLISHED, "Công bố Chỉ số CCHC năm 2023", "UBND tỉnh")
# of PAR INDEX from 2022: eight components, together 84
EIGHT = {
    code: (Decimal(own), Decimal(appraised))
    for code, own, appraised in (
        ("1", "10", "9.5"), ("2", "9", "8.5"), ("3", "13", "11"), ("4", "9", "9"),
        ("5", "12", "11.25"), ("6", "9.5", "8.75"), ("7", "14", "12"), ("8", "15", "14"),
    )
}  # fmt: skip


def D(text):
    return Decimal(text)


@pytest.fixture
def tell(plan, thu):
    """tell("par", 2023, rank=3, ranked=21): as the coordinator would, over the newest row."""

    def record(code="par", year=2023, **values):
        index = Index.objects.get(code=code)
        newest = newest_result(plan, index, year)
        told = {"by": thu, "at": NOW, "published_on": PUBLISHED}
        told["seen"] = newest.pk if newest else None
        return record_result(plan=plan, index=index, year=year, **(told | values))

    return record


def line(plan, code, year=2023, as_of=date(2024, 12, 16)):
    (found,) = read_indices(plan, year, as_of, code=code)
    return found


# the criteria are data


def test_four_indices_are_loaded_with_their_criteria(plan):
    assert [i.short_name for i in Index.objects.all()] == ["PAR INDEX", "SIPAS", "PAPI", "PCI"]
    par = version_for(Index.objects.get(code="par"), 2023)
    assert [c.max_score for c in par.components.all()] == [None] * 8  # not known, not invented
    assert [c.area for c in par.components.all()] == list(range(1, 9))
    papi = version_for(Index.objects.get(code="papi"), 2023)
    assert [c.max_score for c in papi.components.all()] == [10] * 8 and papi.max_score == 80
    pci = version_for(Index.objects.get(code="pci"), 2023)
    assert len(pci.components.all()) == 10 and not pci.adds_up  # weighted
    assert version_for(Index.objects.get(code="sipas"), 2023).components.count() == 0
    assert all("Cần đối chiếu" in v.source for v in (par, papi, pci))


def test_a_year_is_judged_by_the_criteria_that_began_by_then(plan):
    par = Index.objects.get(code="par")
    assert version_for(par, 2021).from_year == 2021
    assert version_for(par, 2022).from_year == version_for(par, 2030).from_year == 2022
    assert version_for(par, 2020) is None


@pytest.fixture
def changed(tmp_path):
    """The fixtures with another name for PAPI's first component."""
    copytree(settings.BASE_DIR / "fixtures", tmp_path / "f")
    path = tmp_path / "f" / "indices.json"
    wanted = json.loads(path.read_text(encoding="utf-8"))
    wanted[2]["versions"][0]["components"][0]["name"] = "Tên khác"
    path.write_text(json.dumps(wanted), encoding="utf-8")
    return path.parent


def test_criteria_that_nobody_used_may_still_be_corrected(plan, changed):
    made = load_indices(changed, plan=plan, at=NOW)
    assert dict(made) == {"index_version": 1}
    version = version_for(Index.objects.get(code="papi"), 2023)
    assert version.components.first().name == "Tên khác"
    assert not load_indices(changed, plan=plan, at=NOW)


def test_criteria_once_used_are_never_changed(plan, changed, tell):
    tell("papi", score=D("41.86"))
    with pytest.raises(CommandError, match="đã có kết quả ghi theo"):
        call_command("load_plan", fixtures=changed, verbosity=0)
    version = version_for(Index.objects.get(code="papi"), 2023)
    assert version.components.first().name == "Tham gia của người dân ở cấp cơ sở"


def test_loading_ties_the_target_to_its_index_and_keeps_what_a_person_decided(plan):
    assert plan.indicators.get(code="CT2").index.code == "par"
    assert plan.indicators.filter(index=None).count() == 10


# recording


def test_a_result_keeps_its_components_and_criteria(plan, tell, thu):
    row = tell(score=D(84), rank=4, ranked=21, components=EIGHT, citation=CITED)
    assert (row.version.from_year, row.unit, row.document.unit) == (2022, plan.unit, thu.unit)
    found = line(plan, "par").newest
    assert (found.value, found.place, found.total) == ("84/100 điểm", "hạng 4/21", D(84))
    assert not found.differs
    event = AuditEvent.objects.get(verb="index_result_recorded")
    assert event.by == thu


def test_the_offices_rank_is_recorded_once_for_index_and_target(plan, tell):
    row = tell(rank=3, ranked=21, score=D("87.5"), citation=CITED)
    (target,) = read_indicators(plan, 2023, date(2024, 12, 16), code="CT2")
    assert (target.current.value, target.current.document) == ("hạng 3/21", row.document)
    assert target.current.measured_on == PUBLISHED
    assert "Theo kết quả PAR INDEX năm 2023." in target.current.note
    assert target.index == "par"
    tell(rank=3, ranked=21, score=D("87.4"), citation=CITED)  # the rank is as it was
    assert Measurement.objects.count() == 1
    tell(rank=4, ranked=21, score=D("87.4"), citation=CITED)
    (target,) = read_indicators(plan, 2023, date(2024, 12, 16), code="CT2")
    assert target.current.value == "hạng 4/21" and Measurement.objects.count() == 2


def test_target_and_index_are_written_together_or_not_at_all(plan, tell, monkeypatch):
    def fails(**told):
        raise RuntimeError

    monkeypatch.setattr("indicators.index_actions.follow_index", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(rank=3, ranked=21, citation=CITED)
    assert not IndexResult.objects.exists() and not Document.objects.exists()
    assert not Measurement.objects.exists()


def test_a_rank_measured_otherwise_is_named(plan, tell, thu):
    tell(rank=3, ranked=21)
    target = plan.indicators.get(code="CT2")
    newest = Measurement.objects.get()
    record_measurement(
        indicator=target, year=2023, by=thu, at=NOW, seen=newest.pk, measured_on=PUBLISHED,
        rank=5, ranked=21,
    )  # fmt: skip
    page = index_page(plan, Index.objects.get(code="par"), 2023, date(2024, 12, 16))
    assert page.disagreements == ("Năm 2023: chỉ số ghi hạng 3/21, chỉ tiêu CT2 ghi hạng 5/21.",)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"code": "papi", "score": D("80.001")}, "Điểm không thể lớn hơn 80."),
        ({"code": "papi", "score": D(-1)}, "Điểm không thể lớn hơn 80."),
        ({"code": "papi"}, "Ghi điểm hoặc thứ hạng."),
        ({"code": "papi", "rank": 3}, "Thứ hạng phải có tổng số"),
        ({"code": "papi", "rank": 64, "ranked": 63}, "Thứ hạng bắt đầu từ 1"),
        ({"code": "papi", "rank": 0, "ranked": 63}, "Thứ hạng bắt đầu từ 1"),
        ({"score": D(80)}, "Chỉ tiêu CT2 lấy thứ hạng ở đây"),
        ({"code": "papi", "score": D(40), "components": {"1": (None, D("10.1"))}}, "Thành phần 1:"),
        (
            {"code": "papi", "score": D(40), "components": {"9": (None, D(1))}},
            "không có thành phần",
        ),
        ({"rank": 1, "ranked": 9, "components": {"1": (D("100.5"), None)}}, "Thành phần 1:"),
        ({"year": 2020, "rank": 1, "ranked": 9}, "chỉ có các năm 2021-2025"),
        ({"rank": 1, "ranked": 9, "published_on": date(2024, 1, 23)}, "không thể công bố"),
        ({"rank": 1, "ranked": 9, "published_on": date(2022, 12, 31)}, "không thể công bố"),
    ],
)
def test_what_cannot_be_is_refused(plan, tell, values, message):
    with pytest.raises(NotAllowed, match=message):
        tell(**values)
    assert not IndexResult.objects.exists() and not Measurement.objects.exists()


def test_a_sum_that_differs_from_the_score_must_be_confirmed(plan, tell):
    given = {"score": D("84.5"), "rank": 4, "ranked": 21, "components": EIGHT}
    with pytest.raises(NotConfirmed, match="là 84, khác điểm 84,5"):
        tell(**given)
    tell(**given, confirmed=True)
    assert line(plan, "par").newest.differs


def test_weighted_or_incomplete_components_need_not_add_up(plan, tell):
    seven = {code: pair for code, pair in EIGHT.items() if code != "8"}
    tell(score=D(99), rank=1, ranked=21, components=seven)
    ten = {str(code): (None, D(9)) for code in range(1, 11)}
    tell("pci", score=D("65.1"), components=ten)
    assert not line(plan, "pci").newest.differs


def test_only_the_coordinator_records(plan, tell, request):
    for who in ("lan", "minh", "hung", "quang", "an"):
        with pytest.raises(PermissionDenied):
            tell("papi", score=D(40), by=request.getfixturevalue(who))


def test_a_correction_that_has_not_seen_the_newest_is_stale(plan, tell):
    first = tell("papi", score=D(40))
    second = tell("papi", score=D(41))
    with pytest.raises(Stale):
        tell("papi", score=D(42), seen=first.pk)
    assert line(plan, "papi").newest.pk == second.pk
    assert IndexResult.objects.count() == 2  # the corrected one stays


def test_the_same_form_sent_twice_is_one_result(plan, tell):
    form = {"score": D(84), "rank": 4, "ranked": 21, "components": EIGHT, "citation": CITED}
    form |= {"form_key": uuid.uuid4(), "seen": None}
    assert tell(**form).pk == tell(**form).pk
    assert IndexResult.objects.count() == Measurement.objects.count() == 1
    with pytest.raises(Stale):
        tell(**form | {"score": D(84), "components": {}})


# reading


def test_a_result_is_not_known_before_it_was_published(plan, tell):
    tell("papi", score=D("41.86"), rank=34, ranked=61)
    assert line(plan, "papi", as_of=date(2024, 1, 19)).newest is None
    assert line(plan, "papi", as_of=PUBLISHED).newest.words == "41,86/80 điểm, hạng 34/61"


def test_points_are_written_with_a_comma_and_no_more_decimals_than_they_have():
    assert [points(D(p)) for p in ("40.980", "87.125", "100", "0")] == [
        "40,98",
        "87,125",
        "100",
        "0",
    ]
    assert points(None) == ""


def test_the_most_points_lost_come_first(plan, tell):
    eight = {str(code): (None, D(code)) for code in range(1, 9)}  # of 10 each
    tell("papi", score=D(36), components=eight)
    rows = index_page(plan, Index.objects.get(code="papi"), 2023, date(2024, 12, 16)).rows
    assert [row.line.lost for row in rows] == [9, 8, 7, 6, 5, 4, 3, 2]


def test_without_maxima_what_the_appraisal_took_off_decides(plan, tell):
    tell(score=D(84), rank=4, ranked=21, components=EIGHT)
    page = index_page(plan, Index.objects.get(code="par"), 2023, date(2024, 12, 16))
    assert not page.maxima_known
    assert [row.line.code for row in page.rows] == ["3", "7", "8", "5", "6", "1", "2", "4"]
    first = page.rows[0]
    assert first.line.cut == 2 and first.area.title == "Cải cách thủ tục hành chính (TTHC)"
    assert [task.code for task in first.area.tasks] == [f"III.{n}" for n in range(1, 6)]
    assert all(o.year == 2023 for t in first.area.tasks for o in t.occurrences[-1:])
    eighth = next(row for row in page.rows if row.line.code == "8")
    assert (eighth.area.tasks, eighth.area.solutions) == ((), 2)


def test_a_page_of_an_index_costs_the_same_for_one_row_and_for_many(
    plan, tell, django_assert_num_queries
):
    par = Index.objects.get(code="par")
    tell(score=D(84), rank=4, ranked=21, components=EIGHT)
    with django_assert_num_queries(11):
        index_page(plan, par, 2024, date(2024, 12, 16))
    for year in (2021, 2022, 2022, 2023):
        components = EIGHT if year > 2021 else {}
        tell(year=year, score=D(84), rank=4, ranked=21, components=components)
    with django_assert_num_queries(11):
        index_page(plan, par, 2024, date(2024, 12, 16))


# what the database itself refuses


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": None, "rank": None, "ranked": None},
        {"score": -1},
        {"rank": 22},
        {"rank": 0},
        {"ranked": None},
        {"rank": None},
    ],
)
def test_a_result_that_cannot_be_is_refused_by_the_database(plan, tell, wrong):
    row = tell(score=D(84), rank=4, ranked=21)
    row.pk, row.form_key = None, uuid.uuid4()
    row.save()  # taken
    row.pk, row.form_key = None, uuid.uuid4()
    for name, value in wrong.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_one_form_is_one_result_in_the_database(plan, tell):
    row = tell(score=D(84), rank=4, ranked=21, form_key=uuid.uuid4())
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


@pytest.mark.parametrize(
    "wrong", [{"self_scored": -1}, {"appraised": -1}, {"self_scored": None, "appraised": None}, {}]
)
def test_points_that_cannot_be_are_refused_by_the_database(plan, tell, wrong):
    row = tell(score=D(84), rank=4, ranked=21, components=EIGHT)
    score = row.scores.first()
    again = ComponentScore(result=row, component=score.component, self_scored=1, appraised=1)
    if wrong:
        score.delete()
    for name, value in wrong.items():
        setattr(again, name, value)
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()  # without `wrong`: a second score of the same component
