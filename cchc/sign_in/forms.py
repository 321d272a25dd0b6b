"""What is typed at the sign-in and about one's own account."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm

from cchc.models import User
from cchc.passwords import one_form


class SignInForm(forms.Form):
    username = forms.CharField(max_length=60)
    password = forms.CharField(strip=False, max_length=4096)

    def clean_username(self):
        return User.normalize_username(self.cleaned_data["username"])


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Mã",
        max_length=20,
        error_messages={"required": "Nhập mã 6 chữ số hoặc một mã dự phòng."},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )


class ConfirmForm(forms.Form):
    """One's own password again, before something that an open screen alone must not allow. Who came
    from the province's sign-in may have no password here."""

    password = forms.CharField(
        label="Mật khẩu đang dùng",
        strip=False,
        max_length=4096,
        error_messages={"required": "Nhập mật khẩu đang dùng."},
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, request):
        super().__init__(request.POST if request.method == "POST" else None)
        if request.session.get("how") == "sso":
            del self.fields["password"]


class TurnOnForm(CodeForm, ConfirmForm):
    field_order = ["code", "password"]

    def __init__(self, request):
        super().__init__(request)
        self.fields["code"].label = "Mã 6 chữ số đang hiện trên điện thoại"
        self.fields["code"].error_messages["required"] = "Nhập mã 6 chữ số trên điện thoại."
        self.fields["code"].widget.attrs |= {"inputmode": "numeric"}
        del self.fields["code"].widget.attrs["autofocus"]


class OwnPasswordForm(PasswordChangeForm):
    """Django's own; the new one is another than the old one, and what is wrong with it stands there."""

    def validate_password_for_user(self, user, password_field_name="password2"):
        super().validate_password_for_user(user, "new_password1")

    def clean(self):
        data = super().clean()
        old, new = data.get("old_password"), data.get("new_password1")
        if old and new and one_form(old) == one_form(new):
            self.add_error("new_password1", "Mật khẩu mới trùng mật khẩu cũ; chọn mật khẩu khác.")
        return data
