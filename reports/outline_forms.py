"""The outline as it is typed: a row for each heading, moved and added by buttons that post.

Every button sends the whole form, so nothing typed is lost; only "save" checks it.
"""

import re
from dataclasses import dataclass

from django import forms

from cchc.fields import LineField
from cchc.text import clean
from reports.outline import DEEPEST, Content, Heading, numbered
from tasks.models import Plan

MOST = 80
NAMES = ("level", "title", "content", "areas", "tasks")
LEVELS = (
    ("0", "(không)"),
    ("1", "I. (mục)"),
    ("2", "1. (khoản)"),
    ("3", "a) (điểm)"),
)
# What a person types for the words that depend on the period.
WORDS = (("{next}", "{kỳ tới}"), ("{year}", "{năm}"))
_BLANK = {"level": "2", "title": "", "content": "", "areas": "", "tasks": ""}
_SEPARATORS = re.compile(r"[;,\s]+")


def _control(**attrs):
    return {"class": "form-control form-control-sm", "autocomplete": "off"} | attrs


class HeadingForm(forms.Form):
    """One row. All rows have the same field names: the posted lists are taken apart by Editor."""

    level = forms.ChoiceField(
        choices=LEVELS, widget=forms.Select(attrs={"class": "form-select form-select-sm"})
    )
    title = LineField(required=False, max_length=300, widget=forms.TextInput(attrs=_control()))
    content = forms.ChoiceField(
        choices=[(content.value, content.label) for content in Content],
        required=False,
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )
    areas = forms.CharField(
        required=False, max_length=200, widget=forms.TextInput(attrs=_control(placeholder="1; 2"))
    )
    tasks = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=_control(placeholder="II.4, II.5")),
    )

    def __init__(self, *args, number: int, **kwargs):
        super().__init__(*args, auto_id=f"r{number}_%s", **kwargs)
        labels = ("Cấp", "Tên đề mục", "Nội dung tự soạn", "Lĩnh vực", "Nhiệm vụ")
        for name, label in zip(NAMES, labels, strict=True):
            self.fields[name].label = label
            self.fields[name].widget.attrs["aria-label"] = f"{label}, dòng {number + 1}"

    def clean_title(self):
        title = self.cleaned_data["title"]
        for kept, told in WORDS:
            title = title.replace(told, kept)
        rest = title
        for kept, _ in WORDS:
            rest = rest.replace(kept, "")
        if "{" in rest or "}" in rest:
            raise forms.ValidationError("Trong ngoặc nhọn chỉ dùng {kỳ tới} hoặc {năm}.")
        return title

    def clean_areas(self):
        found = _parts(self.cleaned_data["areas"])
        wrong = [part for part in found if not (part.isdecimal() and len(part) < 4)]
        if wrong:
            raise forms.ValidationError(f"“{wrong[0]}” không phải số của lĩnh vực; ghi như “1; 2”.")
        return tuple(int(part) for part in found)

    def clean_tasks(self):
        return tuple(part.upper() for part in _parts(self.cleaned_data["tasks"]))

    def clean(self):
        data = super().clean()
        if data.get("level") not in (None, "0") and "title" in data and not data["title"]:
            self.add_error("title", "Ghi tên đề mục.")
        return data

    def heading(self) -> Heading:
        told = self.cleaned_data
        level = int(told["level"])
        title = told["title"] if level else ""
        return Heading(title, level, told["content"], told["areas"], told["tasks"])


class SavingForm(forms.Form):
    """From which year the headings hold, and which version the person began with."""

    from_year = forms.TypedChoiceField(
        label="Dùng từ báo cáo của năm",
        coerce=int,
        error_messages={
            "required": "Chọn năm bắt đầu dùng đề cương này.",
            "invalid_choice": "Kế hoạch không có năm này; chọn một năm trong danh sách.",
        },
    )
    seen = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages={"required": "Biểu mẫu không còn nguyên vẹn; mở lại trang rồi lưu."},
    )

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["from_year"].choices = [(str(y), str(y)) for y in plan.years()]


@dataclass
class Line:
    """A row and the number that its heading would bear."""

    form: HeadingForm
    label: str
    level: str


class Editor:
    """The rows as typed, and what a button does with them."""

    def __init__(self, rows: list[dict], saving: SavingForm, *, checked: bool = False):
        self.rows, self.saving, self.checked = rows, saving, checked
        self.refusals: list[str] = []

    @classmethod
    def of(cls, headings: list[Heading], saving: SavingForm) -> "Editor":
        return cls([typed(heading) for heading in headings], saving)

    @classmethod
    def posted(cls, post, saving: SavingForm) -> "Editor":
        columns = [post.getlist(name)[: MOST + 1] for name in NAMES]
        rows = [dict(zip(NAMES, values, strict=True)) for values in zip(*columns, strict=False)]
        act = post.get("act", "")
        editor = cls(rows, saving, checked=act in ("", "save"))
        if not editor.checked:
            editor.rows = moved(rows, act)
        return editor

    @property
    def lines(self) -> list[Line]:
        forms_ = self._forms()
        labels = numbers([row["level"] for row in self.rows])
        return [
            Line(form, label, row["level"])
            for form, label, row in zip(forms_, labels, self.rows, strict=True)
        ]

    def _forms(self) -> list[HeadingForm]:
        if not hasattr(self, "_made"):
            kind = "data" if self.checked else "initial"
            self._made = [
                HeadingForm(**{kind: row}, number=number) for number, row in enumerate(self.rows)
            ]
        return self._made

    def is_valid(self) -> bool:
        if not self.rows:
            self.refusals.append("Đề cương phải có ít nhất một đề mục.")
        if len(self.rows) > MOST:
            self.refusals.append(f"Đề cương tối đa {MOST} dòng.")
        wrong = [
            number for number, form in enumerate(self._forms(), start=1) if not form.is_valid()
        ]
        if wrong:
            told = ", ".join(map(str, wrong))
            self.refusals.append(f"Xem lại dòng {told}: chỗ sai ghi ngay dưới ô.")
        return self.saving.is_valid() and not self.refusals

    def headings(self) -> list[Heading]:
        return [form.heading() for form in self._forms()]


def typed(heading: Heading) -> dict:
    """A heading as a person types it."""
    title = heading.title
    for kept, told in WORDS:
        title = title.replace(kept, told)
    return {
        "level": str(heading.level),
        "title": title,
        "content": str(heading.content),
        "areas": "; ".join(str(number) for number in heading.areas),
        "tasks": ", ".join(heading.tasks),
    }


def moved(rows: list[dict], act: str) -> list[dict]:
    """The rows after a button: up-3, down-3, remove-3, add-3 (a new one below). Anything else (a
    row that is not there, "show") leaves them."""
    what, _, place = act.partition("-")
    if not place.isdecimal() or len(place) > 3 or int(place) >= len(rows):
        return rows + [dict(_BLANK)] if act == "add" and len(rows) < MOST else rows
    at, rows = int(place), list(rows)
    if what == "remove":
        del rows[at]
    elif what == "add" and len(rows) < MOST:
        rows.insert(at + 1, _BLANK | {"level": _same_depth(rows[at]["level"])})
    elif what in ("up", "down"):
        other = at + (1 if what == "down" else -1)
        if 0 <= other < len(rows):
            rows[at], rows[other] = rows[other], rows[at]
    return rows


def _same_depth(level: str) -> str:
    return level if level in ("1", "2", "3") else "1"


def numbers(levels: list[str]) -> list[str]:
    """I., 1., a) as the rows stand now, sound or not."""
    known = [int(level) if level in ("0", "1", "2", "3") else DEEPEST for level in levels]
    return [place.label for place in numbered([Heading("", level) for level in known])]


def _parts(text: str) -> list[str]:
    return [part for part in _SEPARATORS.split(clean(text)) if part]
