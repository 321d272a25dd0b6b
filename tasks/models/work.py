"""The work that comes out of the plan: assignments, what was reported on them, the proof."""

from functools import reduce
from operator import or_

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Cast, Concat

from cchc import permissions
from cchc.models import StoredFile, Unit
from tasks.models.plan import Product, Task
from tasks.workflow import Act, State


def ways_to_read(user, work: str = "") -> list[Q]:
    """By which of its rows a person reads what was written on work; one of them is enough. `work` is
    the way to it ("assignment__"). Asked one by one each finds its rows by an index."""
    if user.unit_id is None or user.role == permissions.ADMINISTRATOR:
        return []
    if not permissions.sees_all_work(user):
        return [permissions.own_work(user, f"{work}unit")]
    units = Unit.objects.filter(path__startswith=user.office_path)
    ways = [
        Q(**{f"{work}task__plan__unit__in": units}),
        Q(**{f"{work}unit__in": units}),  # its parts in the plan of an office above
    ]
    if user.role == permissions.COORDINATOR:
        above = units.filter(path__in=user.unit.ancestor_paths())
        ways.append(Q(**{f"{work}task__plan__coordinator__in": above}))
    return ways


def readable(user, work: str = "") -> Q:
    """Whose words, documents and files this person reads (access.ACCESS, in words). Of rows that are
    few already; a subquery of all that a leader reads would be the whole province's."""
    return reduce(or_, ways_to_read(user, work), Q(pk__in=[]))


def _reads_everything(user) -> bool:
    return permissions.sees_all_work(user) and user.office_is_all


class AssignmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(readable(user))

    def awaiting(self, user):
        """Sent for verification, in this person's queue and nobody else's."""
        waiting = self.visible_to(user).filter(state=State.PENDING)
        own = Q(unit__path__startswith=models.F("task__plan__coordinator__path"))
        above = user.unit.ancestor_paths() if user.unit else []
        in_hcqt = Q(task__plan__coordinator__path__in=above)
        if user.role == permissions.LEADER:
            return waiting.filter(own, task__plan__unit=user.office_id).exclude(in_hcqt)
        if user.role == permissions.COORDINATOR:
            at_home = Q(task__plan__coordinator__path__startswith=user.office_path)
            return waiting.filter(in_hcqt, at_home).exclude(own)
        return waiting.none()


class Assignment(models.Model):
    """One lead unit's part of one task in one period. `state`, `due_on`, `done_on`, `blocked` and
    `products_issued` are a cache of its updates, written only by tasks/actions.py."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    year = models.PositiveSmallIntegerField("năm")
    period = models.CharField("kỳ trong năm", max_length=4, blank=True)
    due_on = models.DateField("thời hạn", null=True, blank=True)
    first_due_on = models.DateField("thời hạn ban đầu", null=True, blank=True)
    waits_for = models.CharField("điều kiện phát sinh", max_length=300, blank=True)
    state = models.CharField("tình trạng", max_length=10, choices=State, default=State.NEW)
    done_on = models.DateField("ngày hoàn thành", null=True, blank=True)
    blocked = models.BooleanField("vướng mắc", default=False)
    products_issued = models.PositiveSmallIntegerField("sản phẩm đã ban hành", default=0)
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "phần việc"
        verbose_name_plural = "phần việc"
        ordering = ["task__position", "year", "period", "unit__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "unit", "year", "period"], name="one_slot_per_unit_and_period"
            ),
            models.CheckConstraint(
                name="done_on_goes_with_done",
                condition=Q(state="done", done_on__isnull=False)
                | (~Q(state="done") & Q(done_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="only_conditions_wait", condition=~Q(state="waiting") | ~Q(waits_for="")
            ),
            models.CheckConstraint(
                name="assignment_state_known",
                condition=Q(state__in=[choice.value for choice in State]),
            ),
        ]
        indexes = [models.Index(fields=["unit", "year"]), models.Index(fields=["year", "state"])]

    def __str__(self):
        return f"{self.occurrence_code} {self.unit.short_name}"

    def expected_products(self) -> list[Product]:
        """What this work is asked for: an amendment changes that only for work due after it."""
        return [p for p in self.task.products.all() if p.is_asked(self.due_on, self.done_on)]

    @property
    def occurrence_code(self) -> str:
        """VII.4/2024, or VII.4/2024-Q2 for a quarter."""
        return f"{self.task.code}/{self.period_code}"

    @property
    def period_code(self) -> str:
        return f"{self.year}-{self.period}" if self.period else str(self.year)


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Cited as proof of work that this person reads, or recorded by their own unit. Asked of each
        document, so of few."""
        if not ways_to_read(user):
            return self.none()
        proof = Evidence.objects.filter(document=OuterRef("pk"))
        if not _reads_everything(user):
            proof = proof.filter(readable(user, "update__assignment__"))
        return self.filter(permissions.own_work(user) | Q(Exists(proof)))

    def all_visible_to(self, user):
        """The same, found from the work that this person reads: where few of very many are theirs.
        Of who reads everything each document is asked: that is the shorter way."""
        ways = ways_to_read(user)
        if not ways or _reads_everything(user):
            return self.visible_to(user)
        first, *more = [Assignment.objects.filter(way).order_by().values("pk") for way in ways]
        cited = Evidence.objects.filter(update__assignment__in=first.union(*more))
        own = Document.objects.filter(permissions.own_work(user)).order_by().values("pk")
        return self.filter(pk__in=own.union(cited.values("document")))

    def by_year(self, fitting: Q) -> dict[int, int]:
        """Every year in which some were issued, the latest first, and how many of those `fitting`;
        what several units recorded counts once. One query."""
        name = Concat(Cast("issued_on", models.TextField()), "key")
        number = Count(name, distinct=True, filter=fitting)
        years = self.order_by().values_list("issued_on__year").annotate(number=number)
        return dict(years.order_by("-issued_on__year"))


class Document(models.Model):
    """A citation of an issued document (Nghị định 30/2020/NĐ-CP, Phụ lục VI); the file is optional."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="documents")
    number = models.CharField("số, ký hiệu", max_length=41)
    issued_on = models.DateField("ngày ban hành")
    kind = models.CharField("loại văn bản", max_length=100, blank=True)
    summary = models.CharField("trích yếu", max_length=500)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    signer = models.CharField("người ký", max_length=50, blank=True)
    file = models.ForeignKey(
        StoredFile, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    key = models.CharField(max_length=260, editable=False)  # folded number and issuer
    search = models.TextField(editable=False, default="")  # what a person may look for, folded
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "văn bản"
        verbose_name_plural = "văn bản"
        ordering = ["-issued_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "key", "issued_on"], name="document_once_in_a_unit"
            ),
        ]
        # The register's order, and its lines' copies in other units.
        indexes = [models.Index(fields=["-issued_on", "key"], name="documents_by_day")]

    def __str__(self):
        return f"{self.number} ngày {self.issued_on:%d/%m/%Y}"

    @property
    def title(self) -> str:
        """Kế hoạch 14/KH-VP, as the office says it."""
        return f"{self.kind} {self.number}".strip()


class ProgressUpdate(models.Model):
    """One recorded act on an assignment, with what held after it. Append-only.

    `effective_on` is the day the act holds for, never after `recorded_at`: the document's date for
    a completion, else the day stated or recorded (model.md, Ledger). `seq` counts within the
    assignment and equals the assignment's version before the act.
    """

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="updates")
    seq = models.PositiveIntegerField()
    act = models.CharField("việc", max_length=10, choices=Act)
    effective_on = models.DateField("có hiệu lực từ ngày")
    recorded_at = models.DateTimeField("ghi lúc")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form_key = models.UUIDField(null=True, editable=False)  # one submit of one form, one row
    result = models.TextField("đã làm được gì", blank=True)
    difficulty = models.TextField("vướng mắc", blank=True)
    proposal = models.TextField("đề nghị", blank=True)
    reason = models.TextField("lý do", blank=True)
    redo_by = models.DateField("bổ sung trước ngày", null=True)  # of a return
    from_unit = models.ForeignKey(  # of a move: who held it until the day before
        Unit, models.PROTECT, null=True, related_name="+", verbose_name="chuyển từ"
    )
    # what held after it
    state = models.CharField("tình trạng", max_length=10, choices=State)
    due_on = models.DateField("thời hạn", null=True, blank=True)
    done_on = models.DateField("ngày hoàn thành", null=True, blank=True)
    blocked = models.BooleanField("vướng mắc", default=False)
    products_issued = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "cập nhật"
        verbose_name_plural = "cập nhật"
        ordering = ["assignment", "seq"]
        constraints = [
            models.UniqueConstraint(fields=["assignment", "seq"], name="acts_in_one_order"),
            models.UniqueConstraint(
                fields=["by", "form_key"],
                name="one_act_per_submitted_form",
                condition=Q(form_key__isnull=False),
            ),
            models.CheckConstraint(
                name="a_return_says_why", condition=~Q(act="return") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="a_move_says_from_where",
                condition=Q(act="move", from_unit__isnull=False)
                | (~Q(act="move") & Q(from_unit__isnull=True)),
            ),
            models.CheckConstraint(
                name="a_difficulty_proposes", condition=Q(difficulty="") | ~Q(proposal="")
            ),
        ]
        indexes = [models.Index(fields=["assignment", "effective_on", "seq"])]

    def __str__(self):
        return f"{self.get_act_display()} {self.assignment_id}"


class Evidence(models.Model):
    """Ties a document to an act of reporting (and one of the task's products).

    Each report carries its whole set anew, so the latest report's set is what counts.
    """

    update = models.ForeignKey(ProgressUpdate, models.PROTECT, related_name="evidence")
    document = models.ForeignKey(Document, models.PROTECT, related_name="evidence")
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="evidence"
    )

    class Meta:
        verbose_name = "minh chứng"
        verbose_name_plural = "minh chứng"
        constraints = [
            models.UniqueConstraint(
                fields=["update", "document", "product"], name="evidence_once_for_a_product"
            ),
            models.UniqueConstraint(
                fields=["update", "document"],
                name="evidence_once_without_product",
                condition=Q(product__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.document_id} -> {self.product_id}"


class Trigger(models.Model):
    """The upstream document that a task waited for, once somebody recorded that it came."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="triggers")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        verbose_name = "điều kiện phát sinh"
        verbose_name_plural = "điều kiện phát sinh"

    def __str__(self):
        return f"{self.task_id} {self.document_id}"
