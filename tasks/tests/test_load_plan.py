"""Loading the plan twice changes nothing; a plan whose words differ is not touched."""

import json
import shutil
from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from cchc.models import AuditEvent, Unit
from cchc.text import fold
from conftest import at
from tasks import loading
from tasks.models import Area, Plan, Product, Solution, Task, TaskUnit

FIXTURES = settings.BASE_DIR / "fixtures"


@pytest.fixture
def plan(unopened):
    """Here no year is opened yet."""
    return unopened


def load(fixtures=FIXTURES, **options):
    out = StringIO()
    call_command("load_plan", fixtures=fixtures, stdout=out, **options)
    return out.getvalue().strip()


def everything():
    """Every row of our own tables, keys too."""
    labels = ("cchc", "tasks", "indicators", "reports")
    models = [m for label in labels for m in apps.get_app_config(label).get_models()]
    rows = {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}
    linked = apps.get_model("indicators", "Indicator").tasks.through
    return rows | {linked._meta.label: list(linked.objects.order_by("pk").values())}


@pytest.fixture
def own_fixtures(tmp_path):
    """A copy of the fixtures, and a way to change it."""
    folder = tmp_path / "fixtures"
    shutil.copytree(FIXTURES, folder)

    def change(name, how):
        path = folder / name
        content = json.loads(path.read_text(encoding="utf-8"))
        how(content)
        path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    return folder, change


def test_the_command_says_what_it_made(nothing_loaded):
    assert load() == (
        "Đã nạp kế hoạch “Cải cách hành chính giai đoạn 2021-2025”: 5 đơn vị, 8 lĩnh vực, "
        "31 nhiệm vụ giải pháp, 25 nhiệm vụ cụ thể, 11 chỉ tiêu."
    )


def test_loading_twice_changes_nothing(plan):
    before = everything()
    assert load() == (
        "Kế hoạch “Cải cách hành chính giai đoạn 2021-2025” đã có đủ, không thay đổi gì."
    )
    assert everything() == before


def test_loading_is_on_record_once(plan):
    load()
    event = AuditEvent.objects.get(verb="plan_loaded")
    assert event.by is None
    assert event.target_id == plan.pk
    made = event.detail["made"]
    assert made == {
        "unit": 5,
        "plan": 1,
        "area": 8,
        "solution": 31,
        "task": 25,
        "product": 31,
        "taskunit": 55,
    }


def test_the_units_are_those_that_the_plan_names(plan):
    office = plan.unit
    assert (office.code, office.kind, office.path) == ("VP", "office", "/VP/")
    assert plan.coordinator.code == "HCQT"
    below = Unit.objects.below(office)
    assert {unit.code: (unit.kind, unit.path) for unit in below} == {
        "HCQT": ("unit", "/VP/HCQT/"),
        "TTPVKS": ("unit", "/VP/TTPVKS/"),
        "TTCBTH": ("unit", "/VP/TTCBTH/"),
        "NCTH": ("group", "/VP/NCTH/"),
    }
    assert not Unit.objects.below(below.get(code="NCTH")).exists()


def test_search_finds_a_task_by_any_of_its_cells_without_accents(plan):
    task = Task.objects.get(code="VII.4")
    cells = [getattr(task, cell) for cell in loading.CELLS]
    assert task.search == fold(" ".join(["VII.4", *cells]))
    for words in ("vii.4", "giam sat va dieu hanh", "dua vao hoat dong", "nam 2022"):
        assert words in task.search


def test_what_a_person_corrected_stays(plan, an):
    Unit.objects.filter(code="TTCBTH").update(name="Trung tâm Tin học", short_name="TTTH")
    Plan.objects.update(number="15/KH-VP", issued_on=at(2021, 12, 30).date(), status="closed")
    Task.objects.filter(code="II.3").update(
        rule_text="Hàng năm",
        rule_note="Theo ý kiến HCQT",
        deadline_kind="recurring",
        rule_confirmed_by=an,
        rule_confirmed_on=at(2024, 1, 5).date(),
        lead_len=6,
        completion="any",
    )
    chosen = TaskUnit.objects.get(task__code="II.4", part="lead", kind="chosen")
    chosen.kind, chosen.unit = "unit", Unit.objects.get(code="TTPVKS")
    chosen.save()
    TaskUnit.objects.create(
        task=chosen.task,
        part="lead",
        position=3,
        kind="unit",
        unit=Unit.objects.get(code="TTCBTH"),
        text="Trung tâm Công báo và Tin học",
    )
    before = everything()
    load()
    assert everything() == before


def test_what_is_missing_is_made_again(plan):
    Product.objects.filter(task__code="I.3", position=4).delete()
    Solution.objects.filter(area__number=8).delete()
    load()
    assert (
        Product.objects.get(task__code="I.3", position=4).text == "Kế hoạch rà soát, đánh giá TTHC"
    )
    assert Solution.objects.filter(area__number=8).count() == 2
    assert AuditEvent.objects.filter(verb="plan_loaded").count() == 2


def tamper_subject():
    Plan.objects.update(subject="Cải cách hành chính")


def tamper_frame():
    plan = Plan.objects.get()
    plan.frame["section_I"]["items"][0]["bullets"][0] += " nữa"
    plan.save()


def tamper_area():
    Area.objects.filter(number=3).update(title="Cải cách TTHC")


def tamper_solution():
    Solution.objects.filter(area__number=1, position=1).update(text="Việc khác")


def tamper_cell():
    Task.objects.filter(code="V.3").update(deadline_text="Năm 2023")


def tamper_product():
    Product.objects.filter(task__code="I.1").update(text="Kế hoạch")


def tamper_party():
    TaskUnit.objects.filter(task__code="I.1", part="lead").update(text="Phòng Tổng hợp")


def tamper_more():
    area = Area.objects.get(number=8)
    Task.objects.create(
        plan=area.plan, area=area, code="VIII.1", position=26, number=1, text="Thêm"
    )


def tamper_indicator():
    indicator = apps.get_model("indicators", "Indicator").objects.get(code="CT5.2")
    indicator.text = indicator.text.replace("80%", "60%")
    indicator.save()


@pytest.mark.parametrize(
    ("tamper", "place"),
    [
        (tamper_subject, "Kế hoạch cchc-2021-2025: “trích yếu”"),
        (tamper_frame, "Kế hoạch cchc-2021-2025: “lời văn ngoài phụ lục”"),
        (tamper_area, "Lĩnh vực 3: “lĩnh vực”"),
        (tamper_solution, "Lĩnh vực 1, gạch đầu dòng 1"),
        (tamper_cell, "Nhiệm vụ V.3: “thời gian hoàn thành”"),
        (tamper_product, "Nhiệm vụ I.1, sản phẩm 1"),
        (tamper_party, "Nhiệm vụ I.1, đơn vị thứ 1 của phần chủ trì"),
        (tamper_more, "Nhiệm vụ VIII.1 có trong dữ liệu"),
        (tamper_indicator, "Chỉ tiêu CT5.2: “chỉ tiêu”"),
    ],
)
def test_a_plan_whose_words_differ_is_refused_whole(plan, tamper, place):
    tamper()
    Solution.objects.filter(area__number=2, position=3).delete()  # would be made, but for the rest
    before = everything()
    with pytest.raises(CommandError) as refusal:
        load()
    assert place in str(refusal.value)
    assert "chỉ thay đổi bằng văn bản sửa đổi; chưa ghi gì" in str(refusal.value)
    assert everything() == before


def test_a_changed_fixture_is_refused_too(plan, own_fixtures):
    folder, change = own_fixtures

    def other_words(content):
        content["tasks"][0]["text"] = "Ban hành Kế hoạch khác"

    change("plan.json", other_words)
    with pytest.raises(CommandError, match="Nhiệm vụ I.1"):
        load(folder)


def test_another_plan_has_its_own_rows(plan, own_fixtures):
    folder, change = own_fixtures
    change("plan.json", lambda content: content.update(code="cchc-thu-hai"))
    load(folder)
    other = Plan.objects.get(code="cchc-thu-hai")
    assert other.tasks.count() == plan.tasks.count() == 25
    assert Unit.objects.count() == 5


def test_loading_costs_as_many_queries_for_one_task_as_for_all(
    nothing_loaded, own_fixtures, django_assert_max_num_queries
):
    """Two for each kind of row; only new units are made one by one."""
    folder, change = own_fixtures
    with django_assert_max_num_queries(25):
        made = loading.load_plan(folder, at=at(2021, 12, 31))[1]
    assert made["task"] == 25
    change("plan.json", lambda content: content.update(code="mot-viec", tasks=content["tasks"][:1]))
    with django_assert_max_num_queries(25):
        made = loading.load_plan(folder, at=at(2021, 12, 31))[1]
    assert made["task"] == 1
