"""A province: its own office, departments below it, each with people and a plan copied from the
real one. For the tests of many offices."""

from datetime import date

from cchc.models import Unit, User
from cchc.units import save_unit
from tasks import opening
from tasks.models import Area, Plan, Product, Task, TaskUnit

PASSWORD = "Mua-xuan-2024"
Role, Kind = User.Role, Unit.Kind


def unit(code, parent, name="", kind=Kind.UNIT, position=0) -> Unit:
    made = Unit(code=code, parent=parent, kind=kind, position=position)
    made.name, made.short_name = name or f"Đơn vị {code}", code
    save_unit(made)
    return made


def person(username, role, of: Unit) -> User:
    return User.objects.create_user(username, PASSWORD, full_name=username, role=role, unit=of)


def department(code, parent, name="", position=0) -> Unit:
    """An office with a coordinating division (code-P) and one more (code-Q), and a head, a member, a
    coordinator and a leader, named by the code in small letters."""
    office = unit(code, parent, name, Kind.OFFICE, position)
    coordinating = unit(f"{code}-P", office, position=1)
    other = unit(f"{code}-Q", office, position=2)
    small = code.lower()
    person(f"{small}.leader", Role.LEADER, office)
    person(f"{small}.coordinator", Role.COORDINATOR, coordinating)
    person(f"{small}.head", Role.HEAD, other)
    person(f"{small}.member", Role.MEMBER, other)
    return office


def province(*codes) -> dict[str, Unit]:
    """The root TINH with a leader and a coordinator, the office of the real plan (VP) and a
    department for each of `codes` below it."""
    root = unit("TINH", None, "Ủy ban nhân dân tỉnh", Kind.OFFICE)
    division = unit("TINH-P", root, position=1)
    person("tinh.leader", Role.LEADER, root)
    person("tinh.coordinator", Role.COORDINATOR, division)
    office = Unit.objects.get(code="VP")
    office.parent = root
    save_unit(office)
    below = {code: department(code, root, position=n) for n, code in enumerate(codes, start=2)}
    return {"TINH": root, "VP": office} | below


def copied_plan(office: Unit, code: str, *, tasks=6, mark="", years=(2022, 2025)) -> Plan:
    """The first tasks of the real plan for another office, its divisions leading by turns; `mark`
    stands in every text."""
    real = Plan.objects.get(code="cchc-2021-2025")
    units = list(office.children.order_by("position"))
    plan = Plan.objects.create(
        code=code,
        unit=office,
        coordinator=units[0],
        subject=f"Kế hoạch cải cách hành chính {mark}".strip(),
        issuer=office.name,
        signer_title="GIÁM ĐỐC",
        signer="Người ký",
        first_year=years[0],
        last_year=years[1],
        recurring_from=years[0],
        issued_on=date(years[0], 1, 5),
    )
    areas = {}
    chosen = real.tasks.select_related("area").prefetch_related("products").order_by("position")
    for n, task in enumerate(chosen[:tasks]):
        if task.area_id not in areas:
            areas[task.area_id] = _copy(task.area, Area, plan_id=plan.pk)
        text = f"{task.text} {mark}".strip()
        made = _copy(task, Task, plan_id=plan.pk, area_id=areas[task.area_id].pk, text=text)
        for product in task.products.all():
            _copy(product, Product, task_id=made.pk)
        lead = units[n % len(units)]
        TaskUnit.objects.create(
            task=made, part="lead", kind="unit", unit=lead, text=lead.name, position=0
        )
    return plan


def opened_plan(office, code, by: User, at, **told) -> Plan:
    plan = copied_plan(office, code, **told)
    for year in plan.years():
        opening.open_year(plan=plan, year=year, by=by, at=at)
    return plan


def _copy(row, model, **changed):
    kept = {
        f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields if not f.primary_key
    }
    return model.objects.create(**kept | changed)
