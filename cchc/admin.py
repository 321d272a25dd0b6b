"""Quản trị: units, people and reference data through Django's admin, never a state of the work.

Django's admin opens a transaction for each add, change and deletion; the classes here put a row of
the audit trail into it.
"""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList, ChangeListSearchForm
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import (
    AdminPasswordChangeForm,
    BaseUserCreationForm,
    UserChangeForm,
)
from django.contrib.auth.models import Group
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.shortcuts import redirect
from django.utils.html import format_html

from cchc import audit, clock
from cchc.models import AuditEvent, Unit, User
from cchc.sign_in import throttle, two_step
from cchc.sign_in import views as sign_in
from cchc.units import save_unit

LONGEST_SEARCH = 200  # letters

admin.site.site_header = "Quản trị"
admin.site.site_title = "Quản trị"
admin.site.index_title = "Đơn vị, người dùng, danh mục"
admin.site.unregister(Group)  # rights come from the role, not from groups
# There is one way in and one way to change a password, with their throttle and second step.
admin.site.login = lambda request, extra_context=None: redirect("login")
admin.site.logout = lambda request, extra_context=None: sign_in.sign_out(request)
admin.site.password_change = lambda request, extra_context=None: redirect("password_change")


class PlainChoices:
    """A choice is only made; what may be chosen is changed on its own page."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field


class ShortSearch(ChangeListSearchForm):
    """A database refuses to look for a pattern of many thousand letters."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[SEARCH_VAR].validators.append(
            MaxLengthValidator(
                LONGEST_SEARCH, f"Chỉ tìm được đến {LONGEST_SEARCH} chữ cái một lần."
            )
        )


class List(ChangeList):
    search_form_class = ShortSearch


class Listed:
    def get_changelist(self, request, **kwargs):
        return List


class AuditedAdmin(Listed, PlainChoices, admin.ModelAdmin):
    """An admin whose every write is in the audit trail. No bulk actions: one thing at a time."""

    actions = None

    def save_model(self, request, obj, form, change):
        self.write(obj)
        if form.has_changed() or not change:
            verb = "admin_changed" if change else "admin_added"
            audited(request, verb, obj, changes=changes_of(form))

    def write(self, obj):
        obj.save()

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for changed in formset.forms:
            if changed.has_changed():
                audited(request, "admin_changed", changed.instance, changes=changes_of(changed))

    def delete_model(self, request, obj):
        audited(request, "admin_deleted", obj, name=str(obj))
        super().delete_model(request, obj)


class LookOnly:
    """For an admin or an inline that shows and never writes."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


def audited(request, verb, target, **detail):
    audit.record(by=request.user, verb=verb, target=target, at=clock.now(), **detail)


def changes_of(form) -> dict[str, list]:
    """What the form changed, from what to what; never a password."""
    names = [field.name for field in form.instance._meta.get_fields()]
    return {
        name: [_plain(form.initial.get(name)), _plain(form.cleaned_data[name])]
        for name in form.changed_data
        if name in names and name != "password"
    }


def _plain(value):
    """A value that JSON can keep; of a row its primary key."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, (list, tuple, models.QuerySet)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int)) else str(value)


class UnitForm(forms.ModelForm):
    class Meta:
        help_texts = {
            "name": "Ở đây chỉ sửa lỗi gõ; đổi tên theo quyết định thì ghi ở trang thay đổi đơn vị, "
            "để trang và báo cáo cũ vẫn in tên cũ.",
            "valid_to": "Đơn vị không còn hoạt động thì ghi ngày ở đây, không xóa.",
        }

    def clean(self):
        data = super().clean()
        parent, begins, ends = data.get("parent"), data.get("valid_from"), data.get("valid_to")
        if parent and self.instance.pk and self.instance.contains(parent):
            self.add_error("parent", "Đơn vị không thể thuộc chính nó hoặc đơn vị ở dưới nó.")
        if begins and ends and ends < begins:
            self.add_error("valid_to", "Ngày kết thúc không thể trước ngày bắt đầu.")
        return data


@admin.register(Unit)
class UnitAdmin(AuditedAdmin):
    form = UnitForm
    fields = [
        "code",
        "name",
        "short_name",
        "kind",
        "parent",
        "position",
        "valid_from",
        "valid_to",
        "successor",
        "head_approves",
    ]
    list_display = ["name", "code", "short_name", "kind", "parent", "valid_from", "valid_to"]
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["code", "name", "short_name"]

    def get_readonly_fields(self, request, obj=None):
        return ["code"] if obj else []  # addresses and earlier reports name it

    def write(self, obj):
        save_unit(obj)

    def get_deleted_objects(self, objs, request):
        """What a unit is named by protects it; that is the reason to give, not missing rights."""
        found, counts, rights_lacking, protected = super().get_deleted_objects(objs, request)
        # What has no page in the admin is told by its kind: a document's number is not for the
        # administrator (ACCESS).
        told = [o if "<a " in str(o) else str(o).partition(":")[0] for o in protected]
        told = list(dict.fromkeys(told))
        return found, counts, set() if protected else rights_lacking, told


class UserAddForm(BaseUserCreationForm):
    class Meta:
        model = User
        fields = ["username", "full_name", "title", "email", "role", "unit"]


class UserForm(UserChangeForm):
    password = None  # set on its own page

    class Meta:
        model = User
        fields = ["username", "full_name", "title", "email", "role", "unit", "is_active"]


class PasswordForm(AdminPasswordChangeForm):
    """Sets a temporary password; switching somebody's password off is what "còn hoạt động" is for."""

    two_step_off = forms.BooleanField(
        label="Tắt xác thực hai bước",
        required=False,
        help_text="Khi người này mất điện thoại và không còn mã dự phòng.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("usable_password", None)
        if not self.user.has_two_step:
            del self.fields["two_step_off"]

    def save(self, commit=True):
        """Whoever knows it now is not who will use it: good for one sign-in, soon."""
        self.user.temporary_until = temporary_until()
        throttle.unlock(self.user.username)
        return super().save(commit)


def temporary_until():
    return clock.now() + timedelta(hours=settings.TEMPORARY_PASSWORD_HOURS)


@admin.register(User)
class UserAdmin(AuditedAdmin, DjangoUserAdmin):
    form = UserForm
    add_form = UserAddForm
    change_password_form = PasswordForm
    change_user_password_template = "admin/cchc/user/change_password.html"
    list_display = ["username", "full_name", "role", "unit", "is_active"]
    list_filter = ["role", "is_active"]
    list_select_related = ["unit"]
    search_fields = ["username", "full_name", "unit__name"]
    ordering = ["username"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password_page"]}),
        ("Người", {"fields": ["full_name", "title", "email"]}),
        ("Quyền", {"fields": ["role", "unit", "is_active"]}),
        ("Đăng nhập", {"fields": ["last_login", "joined_on"]}),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", "full_name", "title", "email", "role", "unit"]}),
        ("Mật khẩu", {"fields": ["password1", "password2"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None:
            return []
        # Nobody locks themselves out of the administration.
        own = ["role", "is_active"] if obj.pk == request.user.pk else []
        return ["password_page", "last_login", "joined_on", *own]

    @admin.display(description="mật khẩu")
    def password_page(self, obj):
        return format_html('<a href="../password/">{}</a>', "Đặt mật khẩu mới")

    def has_delete_permission(self, request, obj=None):
        return False  # what a person wrote keeps their name; who has left is no longer active

    def save_model(self, request, obj, form, change):
        # A new administrator's password has to be a longer one: it is asked for at the sign-in.
        if not change or ("role" in form.changed_data and obj.is_administrator):
            obj.temporary_until = temporary_until()
        super().save_model(request, obj, form, change)

    @transaction.atomic
    def user_change_password(self, request, id, form_url=""):
        if id == str(request.user.pk):
            return redirect("password_change")  # asks for the old one
        return super().user_change_password(request, id, form_url)

    def log_change(self, request, obj, message):
        entry = super().log_change(request, obj, message)
        if request.resolver_match.url_name == "auth_user_password_change":
            audited(request, "admin_password_set", obj)
            if request.POST.get("two_step_off"):
                two_step.turn_off(user=obj, by=request.user, at=clock.now())
        return entry


@admin.register(AuditEvent)
class AuditEventAdmin(Listed, LookOnly, admin.ModelAdmin):
    list_display = ["at", "by", "verb", "target_type", "target_id", "origin"]
    list_select_related = ["by"]
    search_fields = ["verb", "target_type", "by__username"]
    show_full_result_count = False
    actions = None
