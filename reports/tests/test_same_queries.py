"""A page asks the database as often for the plan as it is as for one with ten times the tasks."""

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import at
from reports.tests.years import play_years
from tasks.models import (
    Assignment,
    Directive,
    Evidence,
    Extension,
    Product,
    ProgressUpdate,
    TaskUnit,
)

NOW = at(2024, 12, 16, 8)
TIMES = 10
TASK = reverse("tasks:occurrence", args=["III.3", "2024"])
# Of a page that is made; asked for again it takes four (cchc/tests/test_kept.py). The frame's are five
# for everybody (session, person, plan, the numbers in the menu and in the bell) and ten more for the
# coordinator: their office, the desk's queues, whose number stands in the menu too.
PAGES = {
    reverse("reports:dashboard"): {"minh": 18, "hung": 18, "thu": 30, "quang": 20, "an": 17},
    reverse("tasks:my_work"): {"minh": 14, "hung": 14, "thu": 24},
    reverse("tasks:desk"): {"thu": 16},
    reverse("tasks:plan"): {"minh": 13, "hung": 13, "thu": 23, "quang": 13, "an": 11},
    TASK: {"minh": 22, "hung": 22, "thu": 32, "quang": 22, "an": 16},
}


@pytest.fixture
def played(opened, lan, minh, hoa, thu, quang):
    play_years(lan=lan, minh=minh, hoa=hoa, thu=thu, quang=quang)


def copies_of(rows, **other):
    """Nine copies of each row, their primary keys by (number, old key); `other` makes a field of the
    copy from its old value and the number."""
    copies = {}
    for row in list(rows):
        for n in range(1, TIMES):
            fields = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields}
            fields |= {name: change(fields[name], n) for name, change in other.items()}
            copies[n, row.pk] = type(row)(**fields | {"id": None})
    made = type(row).objects.bulk_create(copies.values())
    return {key: copy.pk for key, copy in zip(copies, made, strict=True)}


def multiply(plan):
    """Each task nine times more, with its work and all that was done on it."""
    tasks = copies_of(
        plan.tasks.all(),
        code=lambda code, n: f"{code}-{n}",
        position=lambda position, n: position + 100 * n,
    )

    def new(pks):
        return lambda pk, n: pks[n, pk] if pk else None

    of_task = {"task_id": new(tasks)}
    products = copies_of(Product.objects.filter(task__plan=plan, task__in=_old(tasks)), **of_task)
    copies_of(TaskUnit.objects.filter(task__in=_old(tasks)), **of_task)
    copies_of(Directive.objects.filter(task__in=_old(tasks)), **of_task)
    work = copies_of(Assignment.objects.filter(task__in=_old(tasks)), **of_task)
    acts = copies_of(
        ProgressUpdate.objects.filter(assignment__in=_old(work)).order_by("pk"),
        assignment_id=new(work),
        form_key=lambda key, n: None,
    )
    copies_of(
        Evidence.objects.filter(update__in=_old(acts)),
        update_id=new(acts),
        product_id=new(products),
    )
    copies_of(Extension.objects.filter(assignment__in=_old(work)), assignment_id=new(work))


def _old(pks) -> list[int]:
    return [pk for n, pk in pks if n == 1]


def asked(client, user, address) -> int:
    client.force_login(user)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.usefixtures("made_anew")
@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("address", PAGES)
def test_the_same_queries_for_ten_times_the_tasks(
    client, request, opened, played, address, monkeypatch
):
    monkeypatch.setattr("tasks.views.report.ROWS_A_PAGE", 1000)  # no kind of row on another page
    people = {name: request.getfixturevalue(name) for name in PAGES[address]}
    few = {name: asked(client, user, address) for name, user in people.items()}
    multiply(opened)
    many = {name: asked(client, user, address) for name, user in people.items()}
    assert few == many == PAGES[address]
