"""How a plan's words come in, change and go on: imports, amendments, the next term."""

from django.db import models
from django.db.models import Q

from cchc.models import StoredFile, Unit
from tasks.models.follow import person
from tasks.models.plan import Plan, Task
from tasks.models.work import Assignment, Document


class PlanImport(models.Model):
    """A plan's file on its way in. `read` is what was found in it and never changes; `answers` are
    what a person corrected or decided, by place; `plan` is set when it was written, all or nothing."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="plan_imports")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    read = models.JSONField()
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    plan = models.OneToOneField(Plan, models.PROTECT, null=True, related_name="brought_in_by")
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "tệp kế hoạch nạp vào"
        verbose_name_plural = "tệp kế hoạch nạp vào"
        ordering = ["-pk"]

    def __str__(self):
        return self.file.name


class UnitAlias(models.Model):
    """What an office's words for a unit mean, as a person once answered; asked once, remembered.
    `kind` and `unit` as in TaskUnit."""

    office = models.ForeignKey(Unit, models.CASCADE, related_name="unit_aliases")
    words = models.CharField("cách viết", max_length=200)  # folded (cchc.text.fold)
    kind = models.CharField(max_length=6)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "cách gọi đơn vị"
        verbose_name_plural = "cách gọi đơn vị"
        ordering = ["words"]
        constraints = [
            models.UniqueConstraint(fields=["office", "words"], name="words_mean_one_thing"),
            models.CheckConstraint(
                name="an_alias_of_a_unit_names_it",
                condition=Q(kind__in=["unit", "group"], unit__isnull=False)
                | Q(kind__in=["all", "chosen"], unit__isnull=True),
            ),
        ]

    def __str__(self):
        return self.words


class SettledFinding(models.Model):
    """A finding of the linter that a person has looked at, with a word why it stays."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="settled_findings")
    code = models.CharField(max_length=30)
    place = models.CharField(max_length=60)
    why = models.CharField("vì sao", max_length=300)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "phát hiện đã xem"
        verbose_name_plural = "phát hiện đã xem"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code", "place"], name="a_finding_is_settled_once"
            ),
            models.CheckConstraint(name="a_settled_finding_says_why", condition=~Q(why="")),
        ]

    def __str__(self):
        return f"{self.code} {self.place}"


class Amendment(models.Model):
    """A decision that changes a plan in force, from `effective_on` on. Its changes are in CellChange."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="amendments")
    document = models.ForeignKey(Document, models.PROTECT, related_name="+")
    effective_on = models.DateField("có hiệu lực từ ngày")
    reason = models.TextField("lý do")
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "sửa đổi, bổ sung kế hoạch"
        verbose_name_plural = "sửa đổi, bổ sung kế hoạch"
        ordering = ["effective_on", "pk"]
        constraints = [
            models.CheckConstraint(name="an_amendment_says_why", condition=~Q(reason=""))
        ]

    def __str__(self):
        return f"{self.plan} {self.effective_on:%d/%m/%Y}"


class CellChange(models.Model):
    """One cell of the appendix before and after an amendment; the old words are kept for good.
    A task that was added or dropped has one row of that kind, with its text after or before."""

    class Cell(models.TextChoices):
        TEXT = "text", "Nhiệm vụ cụ thể"
        PRODUCT = "product_text", "Sản phẩm"
        LEAD = "lead_text", "Đơn vị chủ trì"
        COLLAB = "collab_text", "Đơn vị phối hợp"
        DEADLINE = "deadline_text", "Thời gian hoàn thành"
        RULE = "rule_text", "Thời hạn hiểu lại"
        ADDED = "added", "Bổ sung nhiệm vụ"
        DROPPED = "dropped", "Bỏ nhiệm vụ"

    amendment = models.ForeignKey(Amendment, models.PROTECT, related_name="changes")
    task = models.ForeignKey(Task, models.PROTECT, related_name="changes")
    cell = models.CharField("ô", max_length=13, choices=Cell)
    before = models.TextField("trước", blank=True)
    after = models.TextField("sau", blank=True)

    class Meta:
        verbose_name = "nội dung sửa đổi"
        verbose_name_plural = "nội dung sửa đổi"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["amendment", "task", "cell"], name="a_cell_changes_once_in_an_amendment"
            )
        ]

    def __str__(self):
        return f"{self.task_id} {self.cell}"


class Descent(models.Model):
    """What became of a task of the last term: kept, edited, merged into another, or dropped. `task`
    is the row of the new plan; none when it was dropped."""

    class How(models.TextChoices):
        KEEP = "keep", "Giữ"
        EDIT = "edit", "Sửa"
        MERGE = "merge", "Gộp"
        DROP = "drop", "Bỏ"

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="descents")
    origin = models.ForeignKey(Task, models.PROTECT, related_name="descents")
    how = models.CharField("cách chuyển tiếp", max_length=5, choices=How)
    task = models.ForeignKey(Task, models.PROTECT, null=True, related_name="origins")
    reason = models.CharField("lý do", max_length=300, blank=True)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "chuyển tiếp nhiệm vụ"
        verbose_name_plural = "chuyển tiếp nhiệm vụ"
        ordering = ["origin__position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "origin"], name="a_task_goes_on_once"),
            models.CheckConstraint(
                name="only_a_dropped_task_leads_nowhere",
                condition=Q(how="drop", task__isnull=True)
                | (~Q(how="drop") & Q(task__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.origin} {self.how}"


class CarriedWork(models.Model):
    """Work that was left open in the last term's plan and goes on in the next one: the old part is
    stopped, the new one keeps its due day. Several may go on as one, where their tasks were merged."""

    old = models.OneToOneField(Assignment, models.PROTECT, related_name="carried_to")
    new = models.ForeignKey(Assignment, models.PROTECT, related_name="carried_from")

    class Meta:
        verbose_name = "phần việc chuyển kế hoạch"
        verbose_name_plural = "phần việc chuyển kế hoạch"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="work_is_not_carried_to_itself", condition=~Q(old=models.F("new"))
            )
        ]

    def __str__(self):
        return f"{self.old_id} -> {self.new_id}"
