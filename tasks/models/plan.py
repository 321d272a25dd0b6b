"""The plan as a legal text: its words, and beside them what was read from them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cchc import permissions
from cchc.models import Unit
from tasks.workflow import NotAllowed


class DeadlineKind(models.TextChoices):
    """What tasks/deadlines.py reads a deadline as; kept on the task so that queries can ask."""

    RECURRING = "recurring", "lặp lại"
    ONCE = "once", "một lần"
    ON_EVENT = "on_event", "chờ điều kiện"
    STANDING = "standing", "thường xuyên hoặc để trống"
    UNRECOGNISED = "unrecognised", "chưa đọc được"


PLAN_MARK = "ke-hoach"  # in an address: the code of the plan looked at


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The plans of the offices above one's unit, and (for a province's root) below it."""
        if user.unit_id is None:
            return self
        below = user.office_path if permissions.sees_all_work(user) else user.unit.path
        above = Q(unit__path__in=user.unit.ancestor_paths())
        return self.filter(above | Q(unit__path__startswith=below))

    def shown_to(self, user):
        """Those that they may look at: a draft only who works on one, and in their own reach."""
        seen = self.visible_to(user)
        if user.role not in permissions.READ_DRAFTS:
            return seen.exclude(status=Plan.Status.DRAFT)
        if user.unit_id is None:
            return seen
        return seen.exclude(
            ~Q(unit__path__startswith=user.office_path)
            & ~Q(coordinator__path__in=user.unit.ancestor_paths()),
            status=Plan.Status.DRAFT,
        )


class Plan(models.Model):
    """A plan for a term of years. `frame` keeps, verbatim, the parts of its text around areas,
    solutions and tasks: purpose, requirements, organisation, recipients, headings."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Dự thảo"
        IN_FORCE = "in_force", "Đang hiệu lực"
        CLOSED = "closed", "Đã kết thúc"
        REPLACED = "replaced", "Đã thay thế"

    code = models.SlugField("mã", max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plans", verbose_name="cơ quan")
    coordinator = models.ForeignKey(
        Unit, models.PROTECT, related_name="+", verbose_name="đơn vị theo dõi, đôn đốc"
    )
    subject = models.CharField("trích yếu", max_length=300)
    number = models.CharField("số, ký hiệu", max_length=60, blank=True)
    date_text = models.CharField("ngày ban hành (nguyên văn)", max_length=60, blank=True)
    issued_on = models.DateField("ngày ban hành", null=True, blank=True)
    issuer = models.CharField("cơ quan ban hành", max_length=200)
    signer_title = models.CharField("chức vụ người ký", max_length=100)
    signer = models.CharField("người ký", max_length=100)
    first_year = models.PositiveSmallIntegerField("từ năm")
    last_year = models.PositiveSmallIntegerField("đến năm")
    recurring_from = models.PositiveSmallIntegerField(
        "“hàng năm” tính từ năm", help_text="Kế hoạch của tháng 12/2021 thì từ năm 2022."
    )
    status = models.CharField("hiệu lực", max_length=10, choices=Status, default=Status.IN_FORCE)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="thay thế bởi"
    )
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name="tiếp theo kế hoạch",
    )
    closed_on = models.DateField("ngày kết thúc", null=True, blank=True)
    frame = models.JSONField("lời văn ngoài phụ lục", default=dict)
    has_demo_data = models.BooleanField("có dữ liệu minh họa", default=False, editable=False)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "kế hoạch"
        verbose_name_plural = "kế hoạch"
        ordering = ["-first_year", "code"]
        constraints = [
            models.CheckConstraint(
                name="plan_years_in_order",
                condition=Q(
                    last_year__gte=models.F("recurring_from"),
                    recurring_from__gte=models.F("first_year"),
                ),
            ),
        ]

    def __str__(self):
        return self.subject

    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)

    def address(self, name: str, *args) -> str:
        """A page of this plan for whoever is told of it, whichever plan they find by default."""
        return f"{reverse(name, args=args)}?{PLAN_MARK}={self.code}"

    @property
    def is_over(self) -> bool:
        """Closed or replaced: it is read, nothing is written any more."""
        return self.status in (self.Status.CLOSED, self.Status.REPLACED)

    def refuse_when_over(self):
        """Asked by every act on the plan's work."""
        if self.is_over:
            day = f" từ ngày {self.closed_on:%d/%m/%Y}" if self.closed_on else ""
            raise NotAllowed(f"Kế hoạch {self.get_status_display().lower()}{day}: chỉ xem.")


class Area(models.Model):
    """One of the plan's areas; its title in the appendix may differ from the one in section III."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="areas")
    number = models.PositiveSmallIntegerField("số thứ tự")
    title = models.CharField("lĩnh vực", max_length=300)
    appendix_code = models.CharField("mục trong phụ lục", max_length=10, blank=True)
    appendix_title = models.CharField("tên trong phụ lục", max_length=300, blank=True)

    class Meta:
        verbose_name = "lĩnh vực"
        verbose_name_plural = "lĩnh vực"
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="area_number_once_in_a_plan")
        ]

    def __str__(self):
        return self.title


class Solution(models.Model):
    """A bullet of section III under its area."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="solutions")
    position = models.PositiveSmallIntegerField()
    text = models.TextField("nhiệm vụ, giải pháp")

    class Meta:
        verbose_name = "nhiệm vụ, giải pháp"
        verbose_name_plural = "nhiệm vụ, giải pháp"
        ordering = ["area", "position"]
        constraints = [
            models.UniqueConstraint(fields=["area", "position"], name="solution_place_once")
        ]

    def __str__(self):
        return self.text[:80]


class Task(models.Model):
    """A row of the appendix: its five cells verbatim, and beside them what was read from them."""

    class Completion(models.TextChoices):
        ALL = "all", "Mọi đơn vị chủ trì đều xong"
        ANY = "any", "Một đơn vị chủ trì xong là xong"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="tasks")
    area = models.ForeignKey(Area, models.PROTECT, related_name="tasks")
    code = models.CharField("mã", max_length=12)
    position = models.PositiveSmallIntegerField("thứ tự trong phụ lục")
    number = models.PositiveSmallIntegerField("số trong mục")
    text = models.TextField("nhiệm vụ cụ thể")
    product_text = models.TextField("sản phẩm", blank=True)
    lead_text = models.TextField("đơn vị chủ trì", blank=True)
    collab_text = models.TextField("đơn vị phối hợp", blank=True)
    deadline_text = models.TextField("thời gian hoàn thành", blank=True)
    lead_len = models.PositiveSmallIntegerField(
        "số chữ đầu in đậm", default=12, help_text="Đoạn mở đầu của chính lời văn, không viết lại."
    )
    first_year = models.PositiveSmallIntegerField(
        "kỳ đầu tiên", null=True, blank=True, help_text="Trống: theo mặc định của kế hoạch."
    )
    begins_on = models.DateField(
        "tính từ ngày",
        null=True,
        blank=True,
        help_text="Theo văn bản sửa đổi: kỳ đến hạn trước ngày này theo lời văn cũ, không mở lại.",
    )
    ended_on = models.DateField(
        "bỏ từ ngày",
        null=True,
        blank=True,
        help_text="Theo văn bản sửa đổi: không còn kỳ nào đến hạn từ ngày này.",
    )
    rule_text = models.CharField(
        "thời hạn hiểu lại là",
        max_length=200,
        blank=True,
        help_text="Trống: hiểu theo đúng lời văn. Viết như trong kế hoạch, ví dụ “Trước 15/12 hàng năm”.",
    )
    rule_note = models.CharField("vì sao hiểu như vậy", max_length=300, blank=True)
    rule_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="người xác nhận thời hạn",
    )
    rule_confirmed_on = models.DateField("ngày xác nhận thời hạn", null=True, blank=True)
    deadline_kind = models.CharField(
        "loại thời hạn", max_length=12, choices=DeadlineKind, default=DeadlineKind.STANDING
    )
    completion = models.CharField(
        "khi nào là xong", max_length=3, choices=Completion, default=Completion.ALL
    )
    search = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = "nhiệm vụ"
        verbose_name_plural = "nhiệm vụ"
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="task_code_once_in_a_plan"),
            models.CheckConstraint(
                name="rule_has_its_author_and_day",
                condition=Q(rule_confirmed_by__isnull=True, rule_confirmed_on__isnull=True)
                | Q(rule_confirmed_by__isnull=False, rule_confirmed_on__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.text[:60]}"

    @property
    def place(self) -> str:
        """Which it is and where it stands in the draft, for who moves it there."""
        return f"{self.pk}:{self.position}"

    def opening(self) -> tuple[str, str]:
        """The bold opening of the task's own sentence, and the rest."""
        words = self.text.split(" ")
        return " ".join(words[: self.lead_len]), " ".join(words[self.lead_len :])


class Span(models.Model):
    """From which day and before which day an amendment lets it hold; both empty: always."""

    begins_on = models.DateField("từ ngày", null=True, blank=True, editable=False)
    ended_on = models.DateField("bỏ từ ngày", null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        begun = self.begins_on is None or self.begins_on <= day
        return begun and (self.ended_on is None or day < self.ended_on)


class TaskUnit(Span):
    """A unit named in the lead or collaborating cell, in the cell's order.

    `kind` says how it becomes real units on a given day: the unit itself, the members of a group,
    every unit of the office, or those that a person will choose ("có liên quan").
    """

    class Part(models.TextChoices):
        LEAD = "lead", "Chủ trì"
        COLLAB = "collab", "Phối hợp"

    class Kind(models.TextChoices):
        UNIT = "unit", "Đơn vị"
        GROUP = "group", "Nhóm đơn vị"
        ALL = "all", "Mọi đơn vị trực thuộc"
        CHOSEN = "chosen", "Chọn theo từng việc"

    task = models.ForeignKey(Task, models.CASCADE, related_name="parties")
    part = models.CharField(max_length=6, choices=Part)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=6, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField("tên trong kế hoạch", max_length=200)

    class Meta:
        verbose_name = "đơn vị của nhiệm vụ"
        verbose_name_plural = "đơn vị của nhiệm vụ"
        ordering = ["task", "part", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["task", "part", "position"], name="task_unit_place_once"
            ),
            models.CheckConstraint(
                name="named_units_are_units",
                condition=Q(kind__in=["unit", "group"], unit__isnull=False)
                | Q(kind__in=["all", "chosen"], unit__isnull=True),
            ),
        ]

    def __str__(self):
        return self.text


class ProductQuerySet(models.QuerySet):
    def asked_of_outer(self):
        """What each assignment of an outer query is asked for, as Product.is_asked; `decided_on`
        there is its due day or the day it was done, the earlier one."""
        decided = models.OuterRef("decided_on")
        return self.filter(
            Q(begins_on=None) | Q(begins_on__lte=decided),
            Q(ended_on=None) | Q(ended_on__gt=decided),
            task=models.OuterRef("task"),
        )


class Product(Span):
    """One expected product of a task; a measure ("100% ...") is a product that is also counted.
    Work is asked for the products that hold on its due day (or, if earlier, the day it was done)."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="products")
    position = models.PositiveSmallIntegerField()
    text = models.TextField("sản phẩm")
    is_measure = models.BooleanField("là chỉ số đo", default=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = "sản phẩm"
        verbose_name_plural = "sản phẩm"
        ordering = ["task", "position"]
        constraints = [
            models.UniqueConstraint(fields=["task", "position"], name="product_place_once")
        ]

    def __str__(self):
        return self.text

    def is_asked(self, due_on: date | None, done_on: date | None) -> bool:
        """Of work with this due day, done on that day; without either day: what holds now."""
        days = [day for day in (due_on, done_on) if day]
        return self.holds_on(min(days)) if days else self.ended_on is None
