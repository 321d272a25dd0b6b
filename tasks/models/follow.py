"""What happens around the work: extensions, đôn đốc, directives, contributions."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from cchc import permissions
from cchc.models import Unit
from tasks.models.plan import Plan, Task, TaskUnit
from tasks.models.work import Assignment, Document, readable


def person(**options):
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", **options)


class Extension(models.Model):
    """A request for a later due day and its decision. The first due day stays on the assignment."""

    class Decision(models.TextChoices):
        OPEN = "open", "Chờ quyết định"
        GRANTED = "granted", "Đồng ý"
        OTHER_DAY = "other_day", "Cho ngày khác"
        REFUSED = "refused", "Không đồng ý"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="extensions")
    due_on = models.DateField("hạn khi xin")
    wanted_on = models.DateField("xin gia hạn đến ngày")
    reason = models.TextField("lý do")
    asked_by = person()
    asked_at = models.DateTimeField()
    advice = models.TextField("ý kiến của HCQT", blank=True)
    favourable = models.BooleanField("HCQT đề nghị đồng ý", null=True)
    advised_by = person(null=True)
    advised_at = models.DateTimeField(null=True)
    decision = models.CharField("quyết định", max_length=9, choices=Decision, default=Decision.OPEN)
    granted_on = models.DateField("gia hạn đến ngày", null=True)
    decision_reason = models.TextField("lý do quyết định", blank=True)
    decided_by = person(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "gia hạn"
        verbose_name_plural = "gia hạn"
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                name="one_open_extension_at_a_time",
                condition=Q(decision="open"),
            ),
            models.CheckConstraint(
                name="an_extension_is_later", condition=Q(wanted_on__gt=models.F("due_on"))
            ),
            models.CheckConstraint(
                name="a_granted_extension_has_its_day",
                condition=Q(decision__in=["granted", "other_day"], granted_on__isnull=False)
                | Q(decision__in=["open", "refused"], granted_on__isnull=True),
            ),
            models.CheckConstraint(
                name="a_refusal_says_why", condition=~Q(decision="refused") | ~Q(decision_reason="")
            ),
            models.CheckConstraint(
                name="a_decision_has_its_author",
                condition=Q(decision="open", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(decision="open") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self):
        return f"{self.assignment_id} {self.wanted_on}"


class ReminderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those on work whose words this person reads."""
        return self.filter(readable(user, "assignment__"))


class UrgeLetterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The letters about work whose words this person reads."""
        return self.filter(pk__in=Reminder.objects.visible_to(user).values("letter"))


class UrgeLetter(models.Model):
    """Phiếu đôn đốc for one unit: numbered within the office's year, its list frozen as text."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="urge_letters")
    year = models.PositiveSmallIntegerField()
    number = models.PositiveSmallIntegerField("số")
    issued_on = models.DateField("ngày")
    words = models.TextField("nội dung", blank=True)
    lines = models.JSONField(default=list)  # what was overdue that day, as printed
    answer_by = models.DateField("đề nghị trả lời trước ngày")
    by = person()
    at = models.DateTimeField()

    objects = UrgeLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "phiếu đôn đốc"
        verbose_name_plural = "phiếu đôn đốc"
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"], name="urge_letter_number_once_a_year"
            )
        ]

    def __str__(self):
        return f"{self.number}/{self.year}"

    def plan(self) -> Plan:
        """The plan whose work it urges. One query."""
        urged = Plan.objects.filter(tasks__assignments__reminders__letter=self)
        return urged.select_related("unit", "coordinator").distinct().get()


class Reminder(models.Model):
    """One rung of the ladder of đôn đốc on an assignment, and its answer."""

    class Rung(models.TextChoices):
        NOTICE = "notice", "Nhắc tự động"
        NOTE = "note", "HCQT nhắc"
        LETTER = "letter", "Phiếu đôn đốc"
        LEADERS = "leaders", "Báo cáo lãnh đạo"

    class Answer(models.TextChoices):
        PROMISE = "promise", "Hẹn ngày"
        REASON = "reason", "Lý do"
        PROPOSAL = "proposal", "Kiến nghị"

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="reminders")
    rung = models.CharField("mức", max_length=7, choices=Rung)
    step = models.CharField("mốc", max_length=10, blank=True)  # of a notice: "-15", "-5", "+1", ...
    due_on = models.DateField("hạn khi nhắc", null=True)  # none: of work without a due day
    words = models.TextField("lời nhắc", blank=True)
    letter = models.ForeignKey(UrgeLetter, models.PROTECT, null=True, related_name="reminders")
    by = person(null=True)  # nobody: the system
    at = models.DateTimeField()
    answer = models.CharField("trả lời", max_length=8, choices=Answer, blank=True)
    answer_words = models.TextField("nội dung trả lời", blank=True)
    promised_on = models.DateField("hẹn ngày", null=True)
    answered_by = person(null=True)
    answered_at = models.DateTimeField(null=True)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        verbose_name = "đôn đốc"
        verbose_name_plural = "đôn đốc"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "due_on", "step"],
                name="a_notice_is_given_once",
                condition=Q(rung="notice"),
            ),
            models.CheckConstraint(
                name="a_promise_has_its_day",
                condition=~Q(answer="promise") | Q(promised_on__isnull=False),
            ),
            models.CheckConstraint(
                name="an_answer_has_its_author",
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="a_letter_rung_has_its_letter",
                condition=Q(rung="letter", letter__isnull=False)
                | (~Q(rung="letter") & Q(letter__isnull=True)),
            ),
        ]

    def __str__(self):
        return f"{self.rung} {self.assignment_id}"


class DirectiveQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The coordinator and the leaders of the office read all; a unit what was said to it."""
        if user.unit_id is None:
            return self.none()
        if permissions.sees_all_work(user):
            own = Q(unit__path__startswith=user.office_path)
            return self.filter(own | Q(task__plan__unit__path__startswith=user.office_path))
        return self.filter(permissions.own_work(user))


class Directive(models.Model):
    """A leader's words on a task: to whom, by when; open until its answer is accepted."""

    class Status(models.TextChoices):
        OPEN = "open", "Chờ trả lời"
        ANSWERED = "answered", "Đã trả lời, chờ chấp nhận"
        CLOSED = "closed", "Đã xong"

    task = models.ForeignKey(Task, models.PROTECT, related_name="directives")
    year = models.PositiveSmallIntegerField()
    period = models.CharField(max_length=4, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="directives")
    words = models.TextField("ý kiến chỉ đạo")
    due_on = models.DateField("trả lời trước ngày", null=True)
    by = person()
    at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.OPEN)
    version = models.PositiveIntegerField(default=1)
    closed_by = person(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = DirectiveQuerySet.as_manager()

    class Meta:
        verbose_name = "ý kiến chỉ đạo"
        verbose_name_plural = "ý kiến chỉ đạo"
        ordering = ["-at"]
        indexes = [models.Index(fields=["unit", "status"])]
        constraints = [
            models.CheckConstraint(
                name="a_closed_directive_has_its_author",
                condition=Q(status="closed", closed_by__isnull=False)
                | (~Q(status="closed") & Q(closed_by__isnull=True)),
            )
        ]

    def __str__(self):
        return self.words[:60]

    @property
    def period_code(self) -> str:
        return f"{self.year}-{self.period}" if self.period else str(self.year)

    @property
    def occurrence_code(self) -> str:
        return f"{self.task.code}/{self.period_code}"


class DirectiveAnswer(models.Model):
    """What was said in answer, and whether it was accepted. Append-only but for the verdict."""

    directive = models.ForeignKey(Directive, models.PROTECT, related_name="answers")
    words = models.TextField("trả lời")
    by = person()
    at = models.DateTimeField()
    accepted = models.BooleanField(null=True)
    verdict_words = models.TextField("ý kiến", blank=True)
    verdict_by = person(null=True)
    verdict_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "trả lời chỉ đạo"
        verbose_name_plural = "trả lời chỉ đạo"
        ordering = ["at", "pk"]

    def __str__(self):
        return self.words[:60]


class Contribution(models.Model):
    """What a lead asks of a collaborating unit, and what it got ("đơn vị khác đang chờ mình")."""

    assignment = models.ForeignKey(Assignment, models.PROTECT, related_name="contributions")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="contributions")
    wanted = models.TextField("cần gì")
    due_on = models.DateField("trước ngày")
    asked_by = person()
    asked_at = models.DateTimeField()
    answer = models.TextField("phản hồi", blank=True)
    document = models.ForeignKey(Document, models.PROTECT, null=True, related_name="+")
    answered_by = person(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "phối hợp"
        verbose_name_plural = "phối hợp"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["unit", "answered_at"])]
        constraints = [
            models.CheckConstraint(
                name="a_contribution_answered_has_words",
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
            )
        ]

    def __str__(self):
        return self.wanted[:60]


class ChosenUnit(models.Model):
    """A unit that stands, in one year, for words like "các đơn vị có liên quan"."""

    party = models.ForeignKey(TaskUnit, models.PROTECT, related_name="chosen")
    year = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "đơn vị được chọn"
        verbose_name_plural = "đơn vị được chọn"
        constraints = [
            models.UniqueConstraint(fields=["party", "year", "unit"], name="chosen_once_a_year")
        ]

    def __str__(self):
        return f"{self.party_id} {self.year} {self.unit_id}"


class TriggerCheck(models.Model):
    """ "Đã ban hành chưa?": the coordinator looked, and the document had not come yet."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="trigger_checks")
    note = models.TextField("kết quả kiểm tra", blank=True)
    by = person()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "kiểm tra điều kiện"
        verbose_name_plural = "kiểm tra điều kiện"
        ordering = ["at"]

    def __str__(self):
        return f"{self.task_id} {self.at}"
