"""From the fixtures to the plan's rows.

Loading creates what is missing and changes nothing that is there: units are renamed, and a task's
reading (`rule_text`, the units behind "có liên quan") is corrected, by people. The plan's words are
not theirs to correct: a plan in force changes only by amendment, so a stored text that differs
from the fixture stops the load, and nothing is written.
"""

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

from django.db import transaction

from cchc import audit
from cchc.models import Unit
from cchc.text import fold
from tasks.models import Area, Plan, Product, Solution, Task, TaskUnit
from tasks.rules import rule_of

# Words of the plan. `number` and `date_text` are not: văn thư gives them after the signing.
PLAN_WORDS = ("subject", "issuer", "signer_title", "signer", "frame")
AREA_WORDS = ("title", "appendix_code", "appendix_title")
CELLS = ("text", "product_text", "lead_text", "collab_text", "deadline_text")


class TextDiffers(Exception):
    """The stored plan is not the fixture's; str() is the sentence for the person."""

    def __init__(self, what: str):
        super().__init__(
            f"{what}. Kế hoạch đang hiệu lực chỉ thay đổi bằng văn bản sửa đổi; chưa ghi gì."
        )


def read(fixtures_dir: Path, name: str):
    return json.loads((Path(fixtures_dir) / name).read_text(encoding="utf-8"))


@transaction.atomic
def load_plan(fixtures_dir: Path, *, by=None, at: datetime) -> tuple[Plan, Counter]:
    """The plan of `fixtures_dir`, and how many rows of each kind had to be made."""
    wanted = read(fixtures_dir, "plan.json")
    made = Counter()
    units = load_units(read(fixtures_dir, "units.json"), made)
    plan = _load_plan_row(wanted, units, made)
    areas = _load_areas(plan, wanted["areas"], made)
    tasks = _load_tasks(plan, areas, wanted["tasks"], made)
    _load_products(plan, tasks, wanted["tasks"], made)
    _load_parties(plan, tasks, wanted["tasks"], units, made)
    if made:
        audit.record(by=by, verb="plan_loaded", target=plan, at=at, made=dict(made))
    return plan, made


def load_units(wanted: list[dict], made: Counter) -> dict[str, Unit]:
    """Units by code. Parents stand before their children in the fixture."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    for fields in wanted:
        if fields["code"] in units:
            continue
        parent = units[fields["parent"]] if fields["parent"] else None
        path = Unit.path_for(fields["code"], parent)
        unit = Unit.objects.create(**fields | {"parent": parent, "path": path})
        units[unit.code] = unit
        made["unit"] += 1
    return units


def load_rows(model, stored: dict, wanted: dict, words, made: Counter, place) -> dict:
    """Compare the `words` of what is stored, create the rest; both dicts go by the same keys.

    `wanted` has fields for rows to be made, `place(key)` says in Vietnamese where a text stands.
    """
    for key in stored:
        if key not in wanted:
            raise TextDiffers(f"{place(key)} có trong dữ liệu mà không có trong tệp kế hoạch")
    for key, row in stored.items():
        for word in words:
            if getattr(row, word) != wanted[key][word]:
                name = model._meta.get_field(word).verbose_name
                raise TextDiffers(f"{place(key)}: “{name}” đang lưu khác với tệp kế hoạch")
    fresh = {key: model(**fields) for key, fields in wanted.items() if key not in stored}
    if fresh:
        made[model._meta.model_name] += len(fresh)
    for key, row in zip(fresh, model.objects.bulk_create(fresh.values()), strict=True):
        stored[key] = row
    return stored


def _load_plan_row(wanted, units, made) -> Plan:
    code = wanted["code"]
    fields = {key: value for key, value in wanted.items() if key not in ("areas", "tasks")}
    fields |= {"unit": units[wanted["unit"]], "coordinator": units[wanted["coordinator"]]}
    stored = {plan.code: plan for plan in Plan.objects.filter(code=code)}
    return load_rows(
        Plan, stored, {code: fields}, PLAN_WORDS, made, lambda code: f"Kế hoạch {code}"
    )[code]


def _load_areas(plan, wanted, made) -> dict[int, Area]:
    areas = load_rows(
        Area,
        {area.number: area for area in plan.areas.all()},
        {
            fields["number"]: {key: fields[key] for key in ("number", *AREA_WORDS)} | {"plan": plan}
            for fields in wanted
        },
        AREA_WORDS,
        made,
        lambda number: f"Lĩnh vực {number}",
    )
    solutions = Solution.objects.filter(area__plan=plan).select_related("area")
    load_rows(
        Solution,
        {(s.area.number, s.position): s for s in solutions},
        {
            (fields["number"], position): {
                "area": areas[fields["number"]],
                "position": position,
                "text": text,
            }
            for fields in wanted
            for position, text in enumerate(fields["solutions"], start=1)
        },
        ("text",),
        made,
        lambda key: f"Lĩnh vực {key[0]}, gạch đầu dòng {key[1]}",
    )
    return areas


def _load_tasks(plan, areas, wanted, made) -> dict[str, Task]:
    rows = {}
    for position, fields in enumerate(wanted, start=1):
        fields = {k: v for k, v in fields.items() if k not in ("products", "lead", "collab")}
        fields |= {"plan": plan, "area": areas[fields["area"]], "position": position}
        words = [fields["code"], *(fields[cell] for cell in CELLS)]
        fields["search"] = fold(" ".join(words))
        fields["deadline_kind"] = rule_of(Task(**fields)).kind
        rows[fields["code"]] = fields
    return load_rows(
        Task,
        {task.code: task for task in plan.tasks.all()},
        rows,
        CELLS,
        made,
        lambda code: f"Nhiệm vụ {code}",
    )


def _load_products(plan, tasks, wanted, made):
    stored = Product.objects.filter(task__plan=plan).select_related("task")
    load_rows(
        Product,
        {(product.task.code, product.position): product for product in stored},
        {
            (fields["code"], position): product
            | {"task": tasks[fields["code"]], "position": position}
            for fields in wanted
            for position, product in enumerate(fields["products"], start=1)
        },
        ("text",),
        made,
        lambda key: f"Nhiệm vụ {key[0]}, sản phẩm {key[1]}",
    )


def _load_parties(plan, tasks, wanted, units, made):
    """Who is named in the lead and collaborating cells. A person may have added chosen units after
    those the plan names, so further rows are left alone."""
    rows = {}
    for fields in wanted:
        for part in TaskUnit.Part.values:
            for position, party in enumerate(fields[part], start=1):
                rows[fields["code"], part, position] = {
                    "task": tasks[fields["code"]],
                    "part": part,
                    "position": position,
                    "kind": party["kind"],
                    "unit": units[party["unit"]] if "unit" in party else None,
                    "text": party["text"],
                }
    stored = TaskUnit.objects.filter(task__plan=plan).select_related("task")
    by_key = {(party.task.code, party.part, party.position): party for party in stored}
    load_rows(
        TaskUnit,
        {key: party for key, party in by_key.items() if key in rows},
        rows,
        ("text",),
        made,
        lambda key: f"Nhiệm vụ {key[0]}, đơn vị thứ {key[2]} của phần {_PART_NAMES[key[1]]}",
    )


_PART_NAMES = {TaskUnit.Part.LEAD: "chủ trì", TaskUnit.Part.COLLAB: "phối hợp"}
