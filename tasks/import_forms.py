"""What a person corrects of a plan that is being brought in: its head, a row, an area, a target."""

from dataclasses import asdict

from django import forms
from django.core.exceptions import ValidationError

from cchc.fields import LineField, LinesField
from tasks.bringing_in import Answer, Meaning
from tasks.deadlines import Kind, parse
from tasks.import_state import HEAD, OUTSIDE, ImportState, name_key
from tasks.plan_forms import (
    MOST_PARTIES,
    PARTS,
    AreaForm,
    HeadForm,
    SettleForm,
    TaskForm,
    as_typed,
    follow_words,
    lines,
    unit_choices,
)
from tasks.plan_import.measuring import KINDS
from tasks.plan_words import TaskWords

NOT_OURS = (OUTSIDE, "Không phải đơn vị của cơ quan")


def seen_field():
    return forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Tệp Kế hoạch (.docx hoặc .xlsx, đến 25 MB)",
        error_messages={"required": "Chưa chọn tệp.", "empty": "Tệp rỗng; hãy chọn lại tệp."},
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx", "class": "form-control"}),
    )


class Focused:
    """A form that opens with the cursor where something is to be settled."""

    meanings: tuple[Meaning, ...] = ()

    def focus(self, name: str):
        self.fields[name].widget.attrs["autofocus"] = True


class ImportHeadForm(Focused, HeadForm):
    seen = seen_field()
    coordinator = forms.TypedChoiceField(label="Đơn vị theo dõi, đôn đốc", coerce=int)

    def __init__(self, *args, state: ImportState, **kwargs):
        initial = state.head | {"seen": state.held.version}
        super().__init__(*args, initial=initial, **kwargs)
        units = [(pk, u.name) for pk, u in state.units.items() if u.kind == "unit"]
        self.fields["coordinator"].choices = [("", "Chọn"), *units]
        wrong = [name for name in HEAD if self.fields[name].required and not state.head[name]]
        self.focus(wrong[0] if wrong else "subject")

    def answers(self) -> list[Answer]:
        said = {name: self.cleaned_data[name] for name in (*HEAD, "coordinator")}
        said["issued_on"] = said["issued_on"] and said["issued_on"].isoformat()
        return [Answer("head", "", said)]


class ImportRowForm(Focused, TaskForm):
    """A task's form, with its code and area, and for each name that was not known the likeliest
    units first."""

    seen = seen_field()
    code = LineField(label="Mã", max_length=12)
    area = forms.TypedChoiceField(label="Lĩnh vực", coerce=int)

    def __init__(self, data=None, *, state: ImportState, n: int):
        self.state, self.row = state, state.rows[n - 1]
        typed = as_typed(self.row.words) | {
            "seen": state.held.version,
            "code": self.row.code,
            "area": self.row.area,
        }
        if data is not None:
            data = follow_words(data, self.row.words, state.held.unit)
        super().__init__(data, units=_choices(state), initial=typed)
        self.fields["area"].choices = [
            (a.number, f"{a.appendix_code or a.number}. {a.title}") for a in state.areas
        ]
        for place in self._asked():
            self._offer_likely(place)
        self.focus(self._open_field())

    def _asked(self) -> list[str]:
        """The fields of names that nobody has decided on."""
        names = [f"{part}_{n}" for part, _ in PARTS for n in range(1, MOST_PARTIES + 1)]
        names = [name for name in names if name in self.fields]
        return [name for name in names if self[name].value() and not self.initial.get(f"{name}_is")]

    def _offer_likely(self, name: str):
        question = self.row.asked.get(self.initial.get(name, ""))
        if question is None:
            return
        units = {unit.code: unit for unit in self.state.units.values()}
        general = {"all": "Mọi phòng, ban, đơn vị trực thuộc", "chosen": "Chọn theo từng việc"}
        likely = [
            (f"{c.kind}:{units[c.unit].pk}", units[c.unit].name)
            if c.unit in units
            else (c.kind, general.get(c.kind, ""))
            for c in question.candidates
        ]
        field = self.fields[f"{name}_is"]
        if likely:
            field.choices = [field.choices[0], ("Gần giống", likely), *field.choices[1:]]
        field.help_text = f"“{question.text}”: {question.why}."

    def _open_field(self) -> str:
        asked = self._asked()
        words = self.row.words
        if asked:
            return f"{asked[0]}_is"
        if parse(words.rule_text or words.deadline_text).kind is Kind.UNRECOGNISED:
            return "rule_text"
        others = [row.code for row in self.state.tasks if row.n != self.row.n]
        if self.row.code in others or not self.row.code:
            return "code"
        outside = [n for n, party in enumerate(words.leads, 1) if party.kind == OUTSIDE]
        return f"lead_{outside[0]}_is" if outside and outside[0] <= MOST_PARTIES else "text"

    def clean_code(self):
        code = self.cleaned_data["code"].replace(" ", "")
        taken = [row for row in self.state.tasks if row.code == code and row.n != self.row.n]
        if taken:
            raise ValidationError(f"Mã {code} đã dùng cho nhiệm vụ ở {taken[0].read.place}.")
        if not all(part.isalnum() for part in code.split(".")):
            raise ValidationError("Mã chỉ gồm chữ, số và dấu chấm, như II.3.")
        return code

    def words(self) -> TaskWords:
        """Names beyond those that the form has room for stay as they are."""
        said = super().words()
        old = self.row.words
        return TaskWords(
            **{name: getattr(said, name) for name in said.__dataclass_fields__}
            | {"leads": (*said.leads, *old.leads[MOST_PARTIES:])}
            | {"collabs": (*said.collabs, *old.collabs[MOST_PARTIES:])}
        )

    def answers(self) -> list[Answer]:
        words, data = self.words(), self.cleaned_data
        told = {"words": asdict(words), "code": data["code"], "area": data["area"]}
        decided = [party for party in (*words.leads, *words.collabs) if party.text in self._news()]
        self.meanings = tuple(
            Meaning(p.text, p.kind, p.unit_id) for p in decided if p.kind not in ("", OUTSIDE)
        )
        outside = [Answer("outside", name_key(p.text), True) for p in decided if p.kind == OUTSIDE]
        return [Answer("rows", str(self.row.n), told), *outside]

    def _news(self) -> set[str]:
        """The names that were asked about."""
        return set(self.row.asked)


class ImportAreaForm(Focused, AreaForm):
    seen = seen_field()

    def __init__(self, *args, state: ImportState, n: int, **kwargs):
        self.state, self.it = state, state.area(n)
        typed = {name: getattr(self.it, name) for name in ("title", "appendix_code")}
        typed |= {"appendix_title": self.it.appendix_title, "seen": state.held.version}
        typed["solutions"] = "\n".join(self.it.solutions)
        super().__init__(*args, plan=None, initial=typed, **kwargs)
        self.focus("title")

    def clean_appendix_code(self):
        code = self.cleaned_data["appendix_code"]
        others = [area.appendix_code for area in self.state.areas if area is not self.it]
        if code and code in others:
            raise ValidationError(f"Mục {code} đã là của lĩnh vực khác.")
        return code

    def answers(self) -> list[Answer]:
        return [Answer("areas", str(self.it.number), self.values() | {"solutions": self.lines()})]


class ImportTargetForm(Focused, forms.Form):
    seen = seen_field()
    text = LinesField(label="Chỉ tiêu", max_length=4000, widget=lines(3))
    kind = forms.ChoiceField(label="Đo bằng", choices=[(k, v[0]) for k, v in KINDS.items()])
    value = forms.DecimalField(
        label="Phải đạt",
        required=False,
        min_value=0,
        max_value=99999,
        decimal_places=2,
        localize=True,
        help_text="Tỷ lệ (%) tối thiểu, hoặc thứ hạng thấp nhất.",
    )
    deadline_year = forms.IntegerField(
        label="Năm đạt", required=False, min_value=2000, max_value=2100
    )
    yearly = forms.BooleanField(label="Mục tiêu cho từng năm", required=False)
    exclusion = LineField(label="Trừ", max_length=200, required=False)
    area = forms.TypedChoiceField(label="Lĩnh vực", coerce=int, required=False, empty_value=None)

    def __init__(self, *args, state: ImportState, n: int, **kwargs):
        self.it = state.targets[n - 1]
        typed = {name: getattr(self.it, name) for name in self.base_fields if name != "seen"}
        super().__init__(*args, initial=typed | {"seen": state.held.version}, **kwargs)
        areas = [(a.number, a.title) for a in state.areas]
        self.fields["area"].choices = [("", "Không thuộc riêng lĩnh vực nào"), *areas]
        self.focus("text")

    def clean(self):
        data = super().clean()
        if data.get("kind") in ("percentage", "rank") and data.get("value") is None:
            if "value" not in self.errors:
                self.add_error("value", "Ghi con số phải đạt.")
        elif "value" in data and data.get("kind") not in ("percentage", "rank"):
            data["value"] = None
        return data

    def answers(self) -> list[Answer]:
        told = {name: self.cleaned_data[name] for name in self.base_fields if name != "seen"}
        told["value"] = None if told["value"] is None else str(told["value"])
        return [Answer("targets", str(self.it.n), told)]


class ImportFindingForm(SettleForm):
    """`code` and `place` name the finding."""

    seen = seen_field()
    meanings: tuple[Meaning, ...] = ()

    def answers(self) -> list[Answer]:
        data = self.cleaned_data
        return [Answer("findings", f"{data['code']}|{data['place']}", {"why": data["why"]})]


def _choices(state: ImportState) -> list:
    first, (label, general), *rest = unit_choices(state.held.unit)
    return [first, (label, [*general, NOT_OURS]), *rest]


def form_for(state: ImportState, place: str, data=None):
    """The form of a place (dau, n-12, lv-3, ct-4, ph); None where there is no such place."""
    kind, _, number = place.partition("-")
    if place == "dau":
        return ImportHeadForm(data, state=state)
    if place == "ph":
        return ImportFindingForm(data)
    n = int(number) if number.isdecimal() and len(number) < 6 else 0
    made = {
        "n": (ImportRowForm, state.rows),
        "lv": (ImportAreaForm, state.areas),
        "ct": (ImportTargetForm, state.targets),
    }
    form, known = made.get(kind, (None, ()))
    return form(data, state=state, n=n) if 1 <= n <= len(known) else None
