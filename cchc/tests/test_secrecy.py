"""Marks of secrecy are refused wherever people type or name files; talking about secrets is not."""

import unicodedata

import pytest
from django import forms
from django.core.exceptions import ValidationError

from cchc import secrecy
from cchc.fields import TypedField
from cchc.tests.uploads_corpus import word

MARKED = [
    "Theo văn bản MẬT số 1",
    "Văn bản TUYỆT MẬT",
    "TỐI  MẬT: kế hoạch",
    unicodedata.normalize("NFD", "TỐI MẬT"),
    "TỐI\u00a0M\u200bẬT",
    "MẬT - Kế hoạch",
    "Báo cáo\nTối mật\ncủa đơn vị",
    "(Mật)",
    "“Mật”",
    "Báo cáo [tối mật] của đơn vị",
    "độ mật: Tối mật",
    "Độ mật là tuyệt mật",
    "Theo công văn mật số 5/CV",
    "Kế hoạch tuyệt mật số 12",
]
ORDINARY = [
    "Tập huấn bảo vệ bí mật nhà nước",
    "TẬP HUẤN BẢO VỆ BÍ MẬT NHÀ NƯỚC",
    "bảo mật thông tin, đổi mật khẩu, mật độ dân cư, mật mã",
    "BẢO MẬT THÔNG TIN, MẬT KHẨU, MẬT ĐỘ",
    "(mẫu số đã trừ văn bản mật)",
    "ĐÃ TRỪ VĂN BẢN MẬT",
    "trừ văn bản mật theo quy định của pháp luật",
    "Hướng dẫn phân loại tối mật, tuyệt mật; quản lý văn bản mật",
    "bí mật số 1, bảo mật (số 5)",
    "thân mật, mật thiết, mật ong",
    "12/BC-VP-M, 5/TM-CT",
]


@pytest.mark.parametrize("text", MARKED)
def test_a_mark_is_refused_with_the_law(text):
    with pytest.raises(ValidationError, match="văn bản mật .*117/2025/QH15"):
        secrecy.refuse(text)


@pytest.mark.parametrize("text", ORDINARY)
def test_talking_about_secrets_is_ordinary_work(text):
    secrecy.refuse(text)


@pytest.mark.parametrize(
    "name",
    [
        "MẬT tối mật.pdf", "CV tuyệt mật.docx", "Kế hoạch - mật.docx", "mật_12.pdf",
        "Công văn mật 12.pdf", "TOI MAT 12.pdf", "TUYETMAT.pdf", "CV_MAT.pdf",
        "Báo cáo (Mật).pdf", "Văn bản mật.pdf", "TỐI_MẬT.xlsx",
    ],
)  # fmt: skip
def test_a_marked_name_of_a_file_is_refused(name):
    with pytest.raises(ValidationError, match="văn bản mật .*117/2025/QH15"):
        secrecy.refuse_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Quy chế bảo vệ bí mật nhà nước.pdf", "QĐ bảo vệ bí mật.pdf", "Bảo mật.docx",
        "mật khẩu.docx", "DANH SACH VANG MAT.pdf", "Toi mat giay to.pdf",
        "Số liệu (trừ văn bản mật).xlsx", "mat ong.pdf",
    ],
)  # fmt: skip
def test_an_ordinary_name_passes(name):
    secrecy.refuse_name(name)


def test_a_stamp_on_the_first_page_of_a_word_file_is_seen(tmp_path):
    for text, found in (
        ("TỐI MẬT", "TỐI MẬT"),
        ("MẬT", "MẬT"),
        ("Phân loại: TỐI MẬT, MẬT", ""),
        ("BẢO VỆ BÍ MẬT NHÀ NƯỚC", ""),
    ):
        path = tmp_path / "a.docx"
        path.write_bytes(word("VĂN PHÒNG", text, "Kế hoạch"))
        assert secrecy.stamp_of_docx(path) == found


# Text that is not of work: what is searched for, codes, hidden values of our own, passwords.
FREE = {
    "q",
    "seen",
    "key",
    "after",
    "base",
    "path",
    "areas",
    "tasks",
    "username",
    "password",
    "code",
    "lose",
}


def all_forms(base=forms.BaseForm):
    for form in base.__subclasses__():
        yield form
        yield from all_forms(form)


def test_every_text_of_work_is_asked(settings):
    """Whoever adds a plain CharField to a form of work is told here."""
    import cchc.urls  # noqa: F401 (with it every form)

    apps = ("tasks.", "reports.", "indicators.")
    own = {form for form in all_forms() if form.__module__.startswith(apps)}
    assert len(own) > 40
    plain = set()
    for form in own:
        for name, field in form.base_fields.items():
            if type(field) is forms.CharField and name not in FREE:
                if not isinstance(field.widget, forms.HiddenInput):
                    plain.add(f"{form.__name__}.{name}")
    assert plain == set()


def test_a_field_of_work_asks_and_one_that_searches_does_not():
    with pytest.raises(ValidationError):
        TypedField().clean("TỐI MẬT")
    assert TypedField(kept=False).clean("TỐI MẬT") == "TỐI MẬT"
