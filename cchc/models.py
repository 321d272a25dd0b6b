"""Who people are and where they belong, how they sign in; the audit trail; stored files."""

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from cchc.passwords import one_form
from cchc.scheduling import ScheduledRun  # noqa: F401 (tables of this app)
from cchc.sign_in.models import SecondFactor, SignInTry  # noqa: F401 (tables of this app)

models.CharField.register_lookup(Length)


class UnitQuerySet(models.QuerySet):
    def active_on(self, day):
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )

    def below(self, unit):
        """The unit's subtree, without itself."""
        return self.filter(path__startswith=unit.path).exclude(pk=unit.pk)

    def working(self):
        """Units that do work themselves: neither an office nor a group."""
        return self.filter(kind=Unit.Kind.UNIT)

    def within(self, office):
        """The office's subtree, without itself: offices below it as wholes, because what is inside
        those is their own affair."""
        inner = Unit.objects.below(office).filter(kind=Unit.Kind.OFFICE)
        above = inner.annotate(asked=ExpressionWrapper(OuterRef("path"), models.CharField()))
        above = above.filter(asked__startswith=F("path")).exclude(pk=OuterRef("pk"))
        return self.below(office).exclude(Exists(above))

    def parts_of(self, office):
        """Whom a plan of the office can give work: its working units, and the offices below it."""
        return self.within(office).exclude(kind=Unit.Kind.GROUP)


class Unit(models.Model):
    """A node of the tree of units. An office is a root of plans; a group is an inner node."""

    class Kind(models.TextChoices):
        OFFICE = "office", "Cơ quan"
        UNIT = "unit", "Phòng, ban, đơn vị"
        GROUP = "group", "Nhóm đơn vị"

    code = models.SlugField("mã", max_length=20, unique=True, allow_unicode=False)
    name = models.CharField("tên đầy đủ", max_length=200)
    short_name = models.CharField("tên viết tắt", max_length=60)
    kind = models.CharField("loại", max_length=10, choices=Kind, default=Kind.UNIT)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="thuộc"
    )
    path = models.CharField(max_length=200, unique=True, editable=False)
    position = models.PositiveSmallIntegerField("thứ tự", default=0)
    valid_from = models.DateField("hoạt động từ ngày", null=True, blank=True)
    valid_to = models.DateField("hoạt động đến hết ngày", null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name="đơn vị kế thừa",
    )
    head_approves = models.BooleanField(
        "trưởng đơn vị duyệt trước khi gửi",
        default=False,
        help_text="Bật: cán bộ trình, trưởng đơn vị duyệt rồi mới gửi xác nhận.",
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "đơn vị"
        verbose_name_plural = "đơn vị"
        ordering = ["position", "path"]
        constraints = [
            models.CheckConstraint(
                name="unit_ends_after_it_begins",
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self):
        return self.name

    @staticmethod
    def path_for(code: str, parent: "Unit | None") -> str:
        return f"{parent.path if parent else '/'}{code}/"

    def ancestor_paths(self) -> list[str]:
        """Its own path and those of all above it."""
        codes = self.path.strip("/").split("/")
        return ["/" + "/".join(codes[: n + 1]) + "/" for n in range(len(codes))]

    def contains(self, other: "Unit") -> bool:
        return other.path.startswith(self.path)


class UnitName(models.Model):
    """A name that a unit bore until a day: pages and reports of that time still print it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="former_names")
    name = models.CharField("tên", max_length=200)
    short_name = models.CharField("tên viết tắt", max_length=60)
    until = models.DateField("đến hết ngày")

    class Meta:
        verbose_name = "tên cũ"
        verbose_name_plural = "tên cũ"
        ordering = ["unit", "until"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "until"], name="one_name_ends_on_a_day")
        ]

    def __str__(self):
        return self.name


class UnitChange(models.Model):
    """A reorganisation by decision: what became what, from which day."""

    class Kind(models.TextChoices):
        RENAME = "rename", "Đổi tên"
        MERGE = "merge", "Sáp nhập"
        SPLIT = "split", "Chia tách"
        DISSOLVE = "dissolve", "Giải thể"

    kind = models.CharField("việc", max_length=8, choices=Kind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="changes")
    into = models.ManyToManyField(Unit, blank=True, related_name="+")
    effective_on = models.DateField("có hiệu lực từ ngày")
    decision_number = models.CharField("số quyết định", max_length=41)
    decided_on = models.DateField("ngày quyết định")
    note = models.TextField("ghi chú", blank=True)
    moved = models.PositiveIntegerField("số phần việc đã chuyển", default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "thay đổi đơn vị"
        verbose_name_plural = "thay đổi đơn vị"
        ordering = ["-effective_on", "-pk"]

    def __str__(self):
        return f"{self.kind} {self.unit_id} {self.effective_on}"


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **fields):
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        """The command asks for no role and, without a terminal, checks no password: here it is."""
        fields |= {"role": User.Role.ADMINISTRATOR}
        if password is not None:
            validate_password(password, self.model(username=username, **fields))
        return self.create_user(username, password, **fields)


class User(AbstractBaseUser):
    """A person. The role says what they may do, the unit says where."""

    class Role(models.TextChoices):
        MEMBER = "member", "Cán bộ đơn vị"
        HEAD = "head", "Trưởng đơn vị"
        COORDINATOR = "coordinator", "Theo dõi, đôn đốc (HCQT)"
        LEADER = "leader", "Lãnh đạo Văn phòng"
        ADMINISTRATOR = "administrator", "Quản trị hệ thống"

    class DigestEvery(models.TextChoices):
        DAY = "day", "Mỗi ngày"
        WEEK = "week", "Mỗi tuần"
        NEVER = "never", "Không gửi"

    username = models.CharField("tên đăng nhập", max_length=60, unique=True)
    full_name = models.CharField("họ và tên", max_length=100)
    title = models.CharField("chức vụ", max_length=100, blank=True)
    email = models.EmailField("thư điện tử", blank=True)
    role = models.CharField("vai trò", max_length=15, choices=Role, default=Role.MEMBER)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="people", verbose_name="đơn vị"
    )
    digest_every = models.CharField(
        "thư tổng hợp", max_length=6, choices=DigestEvery, default=DigestEvery.WEEK
    )
    is_active = models.BooleanField("còn hoạt động", default=True)
    is_demo = models.BooleanField("người dùng minh họa", default=False, editable=False)
    # Somebody else has set the password: good for one sign-in until then, and to be changed at it.
    temporary_until = models.DateTimeField("mật khẩu tạm đến", null=True, editable=False)
    joined_on = models.DateTimeField("tạo lúc", default=timezone.now, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]
    objects = UserManager()

    class Meta:
        verbose_name = "người dùng"
        verbose_name_plural = "người dùng"
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                name="only_an_administrator_has_no_unit",
                condition=Q(unit__isnull=False) | Q(role="administrator"),
                violation_error_message="Chọn đơn vị: chỉ quản trị hệ thống không thuộc đơn vị nào.",
            ),
        ]

    def __str__(self):
        return self.full_name or self.username

    # One password, however the keyboard composes its letters (NFC, NFD, full width).
    def set_password(self, raw_password):
        super().set_password(one_form(raw_password))

    def check_password(self, raw_password):
        return super().check_password(one_form(raw_password))

    def _get_session_auth_hash(self, secret=None):
        """What ends every session of a person when it changes: password, role, being active."""
        words = f"{self.password}|{self.role}|{self.is_active}"
        return salted_hmac(
            "cchc.User.session", words, secret=secret, algorithm="sha256"
        ).hexdigest()

    @cached_property
    def has_two_step(self) -> bool:
        return SecondFactor.objects.filter(user=self).exists()

    # Their office: the nearest one at or above their unit.
    @cached_property
    def office_id(self) -> int | None:
        return self._office.pk if self._office else None

    @cached_property
    def office_path(self) -> str:
        return self._office.path if self._office else ""

    @cached_property
    def office_is_all(self) -> bool:
        """Whether no unit stands outside their office. One query, of the top office's people."""
        if self.office_path.count("/") != 2:
            return False
        return not Unit.objects.filter(parent=None).exclude(pk=self.office_id).exists()

    @cached_property
    def _office(self) -> Unit | None:
        if self.unit is None or self.unit.kind == Unit.Kind.OFFICE:
            return self.unit
        above = Unit.objects.filter(path__in=self.unit.ancestor_paths())
        offices = [u for u in above if u.kind == Unit.Kind.OFFICE or u.parent_id is None]
        return max(offices, key=lambda office: len(office.path))

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == self.Role.ADMINISTRATOR

    # What Django's admin asks: the administrator may, nobody else.
    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    def has_perm(self, perm, obj=None) -> bool:
        return self.is_administrator

    def has_module_perms(self, app_label) -> bool:
        return self.is_administrator


class StoredFile(models.Model):
    """A file that somebody uploaded: named by its content, the person's name for it is data."""

    sha256 = models.CharField(max_length=64, db_index=True)
    name = models.CharField("tên tệp", max_length=255)
    size = models.PositiveIntegerField("kích thước")
    content_type = models.CharField(max_length=100)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="file_has_a_whole_digest",
                condition=Q(sha256__length=64),
            ),
        ]

    def __str__(self):
        return self.name


class AuditEvent(models.Model):
    """Who did what to what, when, from where: one row for every write, in the write's own
    transaction. `place` and `mac` are its link in the chain (cchc/audit.py), given once after that;
    nothing else of a row ever changes: the database refuses it."""

    at = models.DateTimeField("lúc", db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="người thực hiện",
    )
    verb = models.CharField("việc", max_length=40)
    target_type = models.CharField("đối tượng", max_length=40)
    target_id = models.BigIntegerField("mã đối tượng")
    detail = models.JSONField("chi tiết", default=dict)
    origin = models.CharField("từ địa chỉ", max_length=45, blank=True)  # IP, "" for a command
    place = models.BigIntegerField("thứ tự niêm", null=True, unique=True)
    mac = models.CharField("dấu niêm", max_length=64, blank=True)

    class Meta:
        verbose_name = "nhật ký"
        verbose_name_plural = "nhật ký"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["target_type", "target_id"]),
            models.Index(fields=["id"], name="audit_unsealed", condition=Q(place__isnull=True)),
        ]

    def __str__(self):
        return f"{self.verb} {self.target_type} {self.target_id}"


class DayOff(models.Model):
    """A day on which the office differs from the plain week: a holiday, or with `works` a Saturday
    or Sunday worked in exchange. Seeded with the public holidays, edited by the administrator."""

    day = models.DateField("ngày", unique=True)
    name = models.CharField("lý do", max_length=100)
    works = models.BooleanField("làm việc", default=False, help_text="Ngày nghỉ cuối tuần làm bù.")

    class Meta:
        verbose_name = "ngày nghỉ, làm bù"
        verbose_name_plural = "ngày nghỉ, làm bù"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.name}"


class SavedView(models.Model):
    """A page with its filters that a person keeps under a name. `path` is the address without the
    host; whether its owner may still open it is asked when it is opened, as of any address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", editable=False
    )
    name = models.CharField("tên", max_length=80)
    path = models.CharField("địa chỉ", max_length=1000)
    created_at = models.DateTimeField("lưu lúc")

    class Meta:
        verbose_name = "cách xem"
        verbose_name_plural = "cách xem"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "name"], name="a_persons_view_has_its_own_name"
            ),
            models.CheckConstraint(
                name="a_saved_view_is_an_address_of_ours",
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"),
            ),
        ]

    def __str__(self):
        return self.name
