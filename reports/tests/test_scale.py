"""The invented province: small here, but as consistent as a large one."""

import hashlib
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cchc.models import User
from reports.scale import UNTIL
from tasks.ledger import read_year
from tasks.models import Assignment, Document, Evidence, Plan, ProgressUpdate
from tasks.rebuilding import differences
from tasks.workflow import REPORTING, Act, State

CODE, SEVERAL = "quy-mo-001", 60


def seeded(**options) -> str:
    out = StringIO()
    call_command("seed_scale", assignments=SEVERAL, stdout=out, **options)
    return out.getvalue()


def digest() -> str:
    """Of what was done, by whom and in which words."""
    rows = [
        *Assignment.objects.filter(task__plan__code=CODE).values_list(
            "task__code", "unit__code", "year", "period", "due_on", "state", "done_on", "version"
        ),
        *ProgressUpdate.objects.order_by("pk").values_list(
            "act", "state", "effective_on", "recorded_at", "by__username", "result"
        ),
        *Document.objects.order_by("pk").values_list("number", "issued_on", "summary"),
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_a_small_province_is_consistent(db):
    seeded(seed=1)
    plan = Plan.objects.get(code=CODE)
    work = Assignment.objects.filter(task__plan=plan)
    assert work.count() == SEVERAL and differences(work) == []
    assert set(work.values_list("state", flat=True)) >= {State.DONE, State.DOING}
    for year in plan.years():
        ledger = read_year(plan, year, UNTIL)
        assert sum(ledger.row_counts.values()) == len(ledger.rows) > 0
        assert ledger.recorded_later == 0
    for done in work.filter(state=State.DONE).prefetch_related("updates"):
        assert_proven(done)


def assert_proven(work):
    """In order, sent with a document of the day on which it was done, verified by somebody else."""
    acts = list(work.updates.all())
    assert [act.seq for act in acts] == list(range(1, len(acts) + 1))
    assert all(a.recorded_at < b.recorded_at for a, b in pairwise(acts))
    sent, verified = [act for act in acts if act.act == Act.SUBMIT][-1], acts[-1]
    cited = Evidence.objects.filter(update=sent).select_related("document")
    assert {piece.document.issued_on for piece in cited} == {work.done_on}
    assert verified.act == Act.VERIFY
    assert verified.by_id not in {act.by_id for act in acts if act.act in REPORTING}


def test_a_seed_tells_its_own_story_again(db):
    told = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            seeded(seed=seed)
            told.append(digest())
            transaction.set_rollback(True)
    assert told[0] == told[1] != told[2]


def test_a_database_in_which_people_work_is_left_alone(minh):
    with pytest.raises(CommandError, match="chỉ tạo trong cơ sở dữ liệu trống"):
        seeded(seed=1)
    assert User.objects.count() == 1 and not Plan.objects.filter(code=CODE).exists()
