"""Which passwords are taken: long, and not what anybody would guess. No rule about kinds of letters.

The same rules hold wherever one is set, through AUTH_PASSWORD_VALIDATORS: by its owner, by the
administrator, by `createsuperuser` and `changepassword`.
"""

import unicodedata

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from cchc.text import fold

LONGEST = 128
FEWEST_LETTERS = 5  # that differ
# What everybody tries first here: without accents, spaces and signs.
WORDS = (
    "matkhau", "password", "quangngai", "cchc", "caicachhanhchinh", "vanphong", "ubnd", "uyban",
    "hanhchinh", "kehoach", "congchuc", "vietnam", "qwerty", "abcdef", "123456", "654321",
)  # fmt: skip


def one_form(password: str | None) -> str | None:
    """One password, however the keyboard composes its letters (NFC, NFD, full width)."""
    return password and unicodedata.normalize("NFKC", password)


def plain(text: str) -> str:
    """Letters and digits alone, without accents."""
    return "".join(c for c in fold(one_form(text) or "") if c.isalnum())


class LengthValidator:
    """`least` characters, for an administrator `least_of_administrator`; LONGEST at most."""

    def __init__(self, least: int = 12, least_of_administrator: int = 15):
        self.least, self.least_of_administrator = least, least_of_administrator

    def validate(self, password, user=None):
        is_administrator = user is not None and user.role == user.Role.ADMINISTRATOR
        least = self.least_of_administrator if is_administrator else self.least
        length = len(one_form(password))
        if length < least:
            whose = " với quản trị hệ thống" if is_administrator else ""
            raise ValidationError(
                f"Mật khẩu quá ngắn; cần ít nhất {least} ký tự{whose}.", "password_too_short"
            )
        if length > LONGEST:
            raise ValidationError(f"Mật khẩu dài quá {LONGEST} ký tự.", "password_too_long")

    def get_help_text(self):
        return (
            f"Từ {self.least} đến {LONGEST} ký tự (quản trị hệ thống: từ "
            f"{self.least_of_administrator}); vài từ ghép lại là tốt, có dấu hay không đều được."
        )


class GuessableValidator(password_validation.CommonPasswordValidator):
    """Refuses what is on Django's list of 20,000, with or without digits and signs at its ends, what
    holds a word of this office or the person's own name, and what is the same few letters again."""

    def validate(self, password, user=None):
        letters = plain(password)
        core = letters.strip("0123456789")
        whole = one_form(password).lower().strip()
        if {whole, letters} & self.passwords or (len(core) > 3 and core in self.passwords):
            raise ValidationError(
                "Mật khẩu này nhiều người dùng, dễ đoán; chọn mật khẩu khác.", "password_too_common"
            )
        if len(set(one_form(password).lower())) < FEWEST_LETTERS:
            raise ValidationError("Mật khẩu lặp lại quá ít ký tự.", "password_too_plain")
        found = next((w for w in (*WORDS, *words_of(user)) if w in letters), None)
        if found or only_names(letters, user):
            raise ValidationError(
                f"Mật khẩu dựa vào “{found or plain(user.full_name)}”: tên của cơ quan, tên của mình và "
                "những từ ai cũng nghĩ tới đều dễ đoán; chọn từ khác.",
                "password_of_this_office",
            )

    def get_help_text(self):
        return "Không dùng tên của mình, tên cơ quan, mật khẩu thông dụng như “matkhau…”."


def words_of(user) -> list[str]:
    """What stands around a person and may not stand in the password: user name, mail, two of their
    names together, their unit and the ones above it. Of four letters at least."""
    if user is None:
        return []
    names = (user.full_name or "").split()
    words = [a + b for a, b in zip(names, names[1:], strict=False)]
    words += [user.username, (user.email or "").partition("@")[0]]
    if user.unit_id:
        for unit in type(user.unit).objects.filter(path__in=user.unit.ancestor_paths()):
            words += [unit.code, unit.short_name, unit.name]
    return [word for word in map(plain, words) if len(word) >= 4]


def only_names(letters: str, user) -> bool:
    """Whether little is left without the person's names. One of them may well be part of a word:
    “Trần” is in “trắng”."""
    left = letters
    for name in sorted(map(plain, user.full_name.split() if user else ()), key=len, reverse=True):
        left = left.replace(name, "") if len(name) > 2 else left
    return left != letters and sum(map(str.isalpha, left)) < 6
