"""A province invented for measuring: departments and communes, each with its plan, its people and
six years of work. The same seed gives the same rows; an office is as large in a small province as
in a large one, so that what one office's page costs can be compared.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from random import Random

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse

from cchc import audit
from cchc.models import Unit, User
from cchc.text import fold
from indicators.loading import load_indicators
from reports.periods import open_periods
from reports.scale_history import Life, at, live
from reports.scale_office import DIVISIONS, Office, make_office, make_unit, make_user, wordings
from tasks import rules
from tasks.citing import document_key
from tasks.loading import read
from tasks.models import (
    Area,
    Assignment,
    Directive,
    Document,
    Evidence,
    Extension,
    Notice,
    Plan,
    Product,
    ProgressUpdate,
    Reminder,
    Solution,
    Task,
    TaskUnit,
)
from tasks.pages.plan_table import roman
from tasks.workflow import Act, NotAllowed, State

UNTIL = date(2026, 11, 20)  # the last day of the story
YEARS = (2021, 2026)
OFFICES = 130  # thirty departments, a hundred communes; further plans are the last ones' second
PARTS = 667  # its assignments
BATCH = 2000
SYMBOLS = {
    "Kế hoạch": "KH",
    "Quyết định": "QĐ",
    "Báo cáo": "BC",
    "Văn bản": "CV",
    "Quy trình": "QT",
}


def refuse_beside_real_work():
    if User.objects.exists() or ProgressUpdate.objects.exists():
        raise NotAllowed(
            "Cơ sở dữ liệu này đã có người dùng hoặc công việc thật; dữ liệu đo quy mô chỉ tạo trong "
            "cơ sở dữ liệu trống (DATA_DIR hoặc DATABASE_URL riêng). Chưa ghi gì."
        )


@transaction.atomic
def seed(*, fixtures: Path, assignments: int, seed: int, until: date = UNTIL) -> int:
    """The province with so many assignments. Returns how many acts were told."""
    refuse_beside_real_work()
    root = make_unit("TINH", "Ủy ban nhân dân tỉnh", "UBND tỉnh", None, 0, Unit.Kind.OFFICE)
    password = make_password(read(fixtures, "demo.json")["password"])
    words = read(fixtures, "plan.json")
    offices, acts, left, last = [], 0, assignments, None
    User.objects.bulk_create(
        [make_user(root, "tinh.lanhdao", User.Role.LEADER, Random(seed), password)]
    )
    User.objects.bulk_create(
        [make_user(None, "tinh.quantri", User.Role.ADMINISTRATOR, Random(seed), password)]
    )
    for number in count():
        if left <= 0:
            break
        if number < OFFICES:
            offices.append(make_office(root, number, Random(f"{seed}/{number}"), password))
        office = offices[number] if number < OFFICES else offices[OFFICES * 2 - 1 - number]
        rng = Random(f"{seed}/plan {number}")
        plan = Writer(office, words, number, until, rng)
        acts += plan.write(min(left, PARTS), fixtures)
        left -= PARTS
        last = plan.plan
    moment = at(until, Random(seed))
    audit.record(by=None, verb="scale_seeded", target=last, at=moment, seed=seed, made=assignments)
    return acts


class Writer:
    """Writes one office's plan with all that was done on it."""

    def __init__(self, office: Office, words: dict, number: int, until: date, rng: Random):
        self.office, self.words, self.rng, self.until = office, words, rng, until
        self.coordinator = office.teams[office.divisions[0].pk].coordinator
        second = number >= OFFICES
        self.plan = Plan.objects.create(
            code=f"quy-mo-{number + 1:03}",
            unit=office.unit,
            coordinator=office.divisions[0],
            subject=("Kiểm soát thủ tục hành chính" if second else "Cải cách hành chính")
            + f" giai đoạn {YEARS[0]}-{YEARS[1]} của {office.unit.name}",
            number=f"{number + 1}/KH",
            issuer=office.unit.name,
            signer_title="NGƯỜI ĐỨNG ĐẦU",
            signer=office.leader.full_name,
            first_year=YEARS[0],
            last_year=YEARS[1],
            recurring_from=YEARS[0],
            frame=words["frame"],
            has_demo_data=True,
        )

    def write(self, parts: int, fixtures: Path) -> int:
        tasks, leads = self._tasks()
        moment = at(date(YEARS[0], 1, 4), self.rng)
        slots = [
            (
                Assignment(
                    task=task, unit=unit, year=year, period=period.code, due_on=period.due_on,
                    first_due_on=period.due_on, waits_for=rule.event or "",
                    state=State.WAITING if rule.event else State.NEW, opened_at=moment,
                )
            )
            for task in tasks
            for rule in [rules.rule_of(task)]
            for year in self.plan.years()
            for period in rules.periods_in(task, year)
            for unit in leads[task.position]
        ]  # fmt: skip
        slots = slots[:parts]
        lives = [
            live(a, a.task, self.office.teams[a.unit_id], len(self.products[a.task_id]), self.until,
                 self.rng)
            for a in slots
        ]  # fmt: skip
        Assignment.objects.bulk_create(slots, batch_size=BATCH)
        acts = ProgressUpdate.objects.bulk_create(
            [
                ProgressUpdate(assignment=life.assignment, **act)
                for life in lives
                for act in life.acts
            ],
            batch_size=BATCH,
        )
        self._prove(lives, acts)
        self._around(lives)
        load_indicators(fixtures, plan=self.plan, at=moment)
        open_periods(self.plan, by=None, at=moment)
        return len(acts)

    def _said(self, text: str) -> str:
        """The plan's words, said by this office."""
        text = text.replace("Trung tâm Công báo và Tin học", DIVISIONS[5])
        text = re.sub(
            r"Trung tâm Phục vụ - [Kk]iểm soát (TTHC|thủ tục hành chính)", DIVISIONS[4], text
        )
        text = re.sub(r"Văn phòng UBND tỉnh( Quảng Ngãi)?", self.office.unit.name, text)
        return re.sub(r"Văn phòng(?! Chính phủ)", self.office.unit.name, text)

    def _tasks(self) -> tuple[list[Task], dict[int, list[Unit]]]:
        """The tasks with their products and parties; who leads each, by its position."""
        areas = Area.objects.bulk_create(
            Area(plan=self.plan, appendix_code=roman(a["number"]), appendix_title=a["title"],
                 number=a["number"], title=a["title"])
            for a in self.words["areas"]
        )  # fmt: skip
        areas = {area.number: area for area in areas}
        Solution.objects.bulk_create(
            Solution(area=areas[a["number"]], position=n, text=self._said(text))
            for a in self.words["areas"]
            for n, text in enumerate(a["solutions"], start=1)
        )
        numbers = {number: count(1) for number in areas}
        tasks, leads, wanted = [], {}, wordings(self.words)
        for position, wording in enumerate(wanted, start=1):
            number = next(numbers[wording.area])
            leads[position] = sorted(
                self.rng.sample(self.office.divisions, wording.leads), key=lambda u: u.position
            )
            task = Task(
                plan=self.plan,
                area=areas[wording.area],
                code=f"{roman(wording.area)}.{number}",
                position=position,
                number=number,
                text=self._said(wording.text),
                product_text="; ".join(self._said(text) for text in wording.products),
                lead_text=", ".join(unit.short_name for unit in leads[position]),
                collab_text="Các phòng, ban, đơn vị trực thuộc",
                deadline_text=wording.deadline,
                lead_len=wording.lead_len,
            )
            task.deadline_kind = rules.rule_of(task).kind
            cells = (task.code, task.text, task.product_text, task.lead_text, task.collab_text)
            task.search = fold(" ".join((*cells, task.deadline_text)))
            tasks.append(task)
        Task.objects.bulk_create(tasks)
        self._products_and_parties(tasks, leads, wanted)
        return tasks, leads

    def _products_and_parties(self, tasks, leads, wanted):
        self.products = {task.pk: [] for task in tasks}
        made = Product.objects.bulk_create(
            Product(
                task=task, position=n, text=self._said(text), is_measure=text.startswith("100%")
            )
            for task, wording in zip(tasks, wanted, strict=True)
            for n, text in enumerate(wording.products, start=1)
        )
        for product in made:
            self.products[product.task_id].append(product)
        Part, Kind = TaskUnit.Part, TaskUnit.Kind
        TaskUnit.objects.bulk_create(
            TaskUnit(task=task, part=part, position=n, kind=kind, unit=unit, text=text)
            for task in tasks
            for part, n, kind, unit, text in (
                *(
                    (Part.LEAD, n, Kind.UNIT, unit, unit.short_name)
                    for n, unit in enumerate(leads[task.position], start=1)
                ),
                (Part.COLLAB, 1, Kind.ALL, None, task.collab_text),
            )
        )

    def _prove(self, lives: list[Life], acts: list[ProgressUpdate]):
        """One document for each piece of work that was sent, cited for all its products."""
        place, cited = 0, []
        for life in lives:
            if life.proof is not None:
                cited.append((life, acts[place + life.proof]))
            place += len(life.acts)
        documents = [self._document(life, act) for life, act in cited]
        Document.objects.bulk_create(documents, batch_size=BATCH)
        Evidence.objects.bulk_create(
            (
                Evidence(update=act, document=document, product=product)
                for (life, act), document in zip(cited, documents, strict=True)
                for product in (act.act != Act.STOP and self.products[life.assignment.task_id])
                or [None]
            ),
            batch_size=BATCH,
        )

    def _document(self, life, act) -> Document:
        task, unit = life.assignment.task, self.office.unit
        what = next((p.text for p in self.products[task.pk]), task.opening()[0])
        kind = next((kind for kind in SYMBOLS if what.startswith(kind)), "Báo cáo")
        number = f"{next(self.office.numbers)}/{SYMBOLS[kind]}-{unit.code}"
        summary = f"{what}: {task.opening()[0]}, năm {life.assignment.year}"[:500]
        signer = self.office.leader.full_name
        return Document(
            unit=life.assignment.unit, number=number, issued_on=life.issued_on, kind=kind,
            summary=summary, issuer=unit.name, signer=signer,
            key=document_key(number, unit.name),
            search=fold(" ".join((number, kind, summary, unit.name, signer))),
            created_by_id=act.by_id, created_at=act.recorded_at,
        )  # fmt: skip

    def _around(self, lives: list[Life]):
        """Requests for more time, rungs of đôn đốc, directives and notices."""
        rows = {model: [] for model in (Extension, Reminder, Directive, Notice)}
        for life in lives:
            for row in self._of(life):
                rows[type(row)].append(row)
        for model, made in rows.items():
            model.objects.bulk_create(made, batch_size=BATCH)

    def _of(self, life: Life) -> Iterator:
        a, team = life.assignment, life.team
        if life.granted:
            before, after, moment = life.granted
            yield Extension(
                assignment=a, due_on=before, wanted_on=after, asked_by=team.head,
                reason="Chờ số liệu của các đơn vị phối hợp.", asked_at=moment - timedelta(days=1),
                decision=Extension.Decision.GRANTED, granted_on=after, decided_by=team.leader,
                decided_at=moment,
            )  # fmt: skip
        told = f"{a.task.code}/{a.period_code}"
        page = reverse("tasks:occurrence", args=[a.task.code, a.period_code])
        if a.state == State.PENDING:
            yield self._notice(
                team.verifier, Notice.Kind.REVIEW, f"{a.unit.short_name} gửi xác nhận {told}",
                f"sent:{a.pk}", reverse("tasks:review"), life.moment,
            )  # fmt: skip
        elif a.state == State.DONE and a.year == self.until.year:
            words = f"{told} đã được xác nhận hoàn thành"
            moment = life.moment
            yield self._notice(
                team.member, Notice.Kind.PLAN, words, f"x:{a.pk}", page, moment, moment
            )
        elif a.state in (State.NEW, State.DOING) and a.due_on:
            yield from self._urged(life, told, page)

    def _urged(self, life, told, page) -> Iterator:
        a, team = life.assignment, life.team
        moment = at(self.until - timedelta(self.rng.randint(1, 10)), self.rng)
        if a.due_on < self.until:
            words = f"{told} quá hạn từ ngày {a.due_on:%d/%m/%Y}"
            yield self._notice(team.member, Notice.Kind.DUE, words, f"due:{a.pk}", page, moment)
            if self.rng.random() < 0.5:
                yield Reminder(
                    assignment=a, rung=Reminder.Rung.NOTE, due_on=a.due_on, at=moment,
                    words="Đề nghị đơn vị khẩn trương hoàn thành.", by=self.coordinator,
                )  # fmt: skip
        elif life.acts and self.rng.random() < 0.04:
            yield Extension(
                assignment=a, due_on=a.due_on, wanted_on=a.due_on + timedelta(20),
                reason="Chờ số liệu của các đơn vị phối hợp.", asked_by=team.head, asked_at=moment,
            )  # fmt: skip
        if a.blocked and self.rng.random() < 0.3:
            yield Directive(
                task=a.task, year=a.year, period=a.period, unit=a.unit, by=team.leader, at=moment,
                words="Giao đơn vị chủ động làm việc với cơ quan liên quan, báo cáo kết quả.",
                due_on=self.until + timedelta(7),
            )  # fmt: skip

    def _notice(self, user, kind, words, key, path, created_at, read_at=None) -> Notice:
        return Notice(
            user=user, kind=kind, words=words, path=path, key=key, created_at=created_at,
            read_at=read_at,
        )  # fmt: skip
