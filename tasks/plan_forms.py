"""What the coordinator types into a plan: its head, an area, a task, a decision that amends it."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cchc.fields import LineField, LinesField, VietnameseDateField
from cchc.models import Unit
from cchc.text import clean_lines, fold
from tasks.deadlines import Kind, parse
from tasks.foreseeing import Decision
from tasks.models import Area, Plan, Task
from tasks.plan_editing import AREA, HEAD
from tasks.plan_words import (
    CELLS,
    PartyWords,
    ProductWords,
    TaskWords,
    matcher_of,
    read_parties,
    split_cell,
)

MOST_PARTIES = 12
SPARE_ROWS = 1
LINE_LENGTH = 70  # letters of a cell that fit in a line of the form
PARTS = (("lead", "lead_text"), ("collab", "collab_text"))


def lines(rows: int, **attrs) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "form-control"} | attrs)


class HeadForm(forms.Form):
    """The plan's own head. `seen` is the digest of what the person had before them."""

    seen = forms.CharField(widget=forms.HiddenInput)
    subject = LineField(label="Trích yếu", max_length=300)
    number = LineField(label="Số, ký hiệu", max_length=41, required=False)
    issued_on = VietnameseDateField(label="Ngày ban hành", required=False)
    date_text = LineField(label="Ngày, như văn bản ghi", max_length=60, required=False)
    issuer = LineField(label="Cơ quan ban hành", max_length=200)
    signer_title = LineField(label="Chức vụ người ký", max_length=100)
    signer = LineField(label="Người ký", max_length=100)
    first_year = forms.IntegerField(label="Từ năm", min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label="Đến năm", min_value=2000, max_value=2100)
    recurring_from = forms.IntegerField(
        label="“Hàng năm” tính từ năm", min_value=2000, max_value=2100
    )

    def clean(self):
        data = super().clean()
        years = [data.get(name) for name in ("first_year", "recurring_from", "last_year")]
        if None not in years and sorted(years) != years:
            self.add_error("recurring_from", "Phải là: từ năm ≤ “hàng năm” tính từ năm ≤ đến năm.")
        return data

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in HEAD}


class AreaForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    title = LineField(label="Lĩnh vực (tên trong mục III)", max_length=300)
    appendix_code = LineField(
        label="Mục trong phụ lục", max_length=8, required=False, help_text="Như I, II, III."
    )
    appendix_title = LineField(label="Tên trong phụ lục", max_length=300, required=False)
    solutions = LinesField(
        label="Nhiệm vụ, giải pháp",
        required=False,
        widget=lines(10),
        help_text="Mỗi dòng một nhiệm vụ, giải pháp, đúng lời văn.",
    )

    def __init__(self, *args, plan: Plan, area: Area | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.area = plan, area

    def clean_appendix_code(self):
        code = self.cleaned_data["appendix_code"]
        others = self.plan.areas.exclude(pk=self.area and self.area.pk)
        if code and others.filter(appendix_code=code).exists():
            raise ValidationError(f"Mục {code} đã là của lĩnh vực khác.")
        return code

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in AREA}

    def lines(self) -> list[str]:
        return [line for line in self.cleaned_data["solutions"].split("\n") if line]


class TaskForm(forms.Form):
    """The five cells of a task, and what is concluded from them. `strict`: nothing may stay open,
    because it holds at once (an amendment)."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    text = LinesField(label="Nhiệm vụ cụ thể", max_length=4000, widget=lines(2))
    product_text = LinesField(label="Sản phẩm", max_length=4000, required=False, widget=lines(2))
    lead_text = LinesField(label="Đơn vị chủ trì", max_length=2000, required=False, widget=lines(2))
    collab_text = LinesField(
        label="Đơn vị phối hợp", max_length=2000, required=False, widget=lines(2)
    )
    deadline_text = LinesField(
        label="Thời gian hoàn thành", max_length=1000, required=False, widget=lines(2)
    )
    products = LinesField(
        label="Tách thành sản phẩm",
        required=False,
        widget=lines(3),
        help_text="Mỗi dòng một sản phẩm phải ban hành.",
    )
    measures = LineField(
        label="Dòng là chỉ số đo",
        required=False,
        help_text="Số thứ tự dòng, như 1, 3: tỷ lệ phải đạt, không phải văn bản.",
    )
    rule_text = LineField(
        label="Thời hạn hiểu lại là",
        required=False,
        max_length=200,
        help_text="Để trống: hiểu đúng lời văn. Viết như trong kế hoạch: “Trước 15/12 hàng năm”.",
    )
    rule_note = LineField(label="Vì sao hiểu như vậy", required=False, max_length=300)
    first_year = forms.IntegerField(
        label="Kỳ đầu tiên (năm)", required=False, min_value=2000, max_value=2100
    )
    completion = forms.ChoiceField(label="Khi nào là xong", choices=Task.Completion.choices)
    lead_len = forms.IntegerField(label="Số chữ đầu in đậm", min_value=1, max_value=200)

    def __init__(self, *args, units, strict: bool = False, heading: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.strict, self.heading = strict, heading
        for cell in CELLS:
            words = str(self[cell].value() or "")
            self.fields[cell].widget.attrs["rows"] = min(len(words) // LINE_LENGTH + 1, 8)
        for part, _ in PARTS:
            for n in range(1, self._rows(part) + 1):
                self.fields[f"{part}_{n}"] = LineField(
                    label="Tên trong ô", max_length=200, required=False
                )
                self.fields[f"{part}_{n}_is"] = forms.ChoiceField(
                    label="Là", required=False, choices=units
                )

    def _rows(self, part) -> int:
        """As many as there are names, and a free one."""
        source = self.data if self.is_bound else self.initial
        names = [self.add_prefix(f"{part}_{n}") if self.is_bound else f"{part}_{n}"
                 for n in range(1, MOST_PARTIES + 1)]  # fmt: skip
        filled = [place for place, name in enumerate(names, start=1) if source.get(name)]
        return min(max(filled, default=0) + SPARE_ROWS, MOST_PARTIES)

    @property
    def cells(self):
        return [self[name] for name in CELLS]

    @property
    def leads(self):
        return self._pairs("lead")

    @property
    def collabs(self):
        return self._pairs("collab")

    def _pairs(self, part):
        n, pairs = 1, []
        while f"{part}_{n}" in self.fields:
            pairs.append((self[f"{part}_{n}"], self[f"{part}_{n}_is"]))
            n += 1
        return pairs

    def clean_rule_text(self):
        text = self.cleaned_data["rule_text"]
        rule = parse(text) if text else None
        if rule and rule.kind == Kind.UNRECOGNISED:
            raise ValidationError(rule.explain(2025))
        return text

    def clean_measures(self):
        typed = self.cleaned_data["measures"].replace(",", " ").split()
        if not all(number.isdigit() and len(number) < 4 for number in typed):
            raise ValidationError("Ghi số thứ tự dòng, cách nhau bằng dấu phẩy.")
        return frozenset(int(number) for number in typed)

    def clean(self):
        data = super().clean()
        for part, cell in PARTS:
            self._check_parties(part, data, data.get(cell, ""))
        if data.get("rule_text") and not data.get("rule_note"):
            self.add_error("rule_note", "Thời hạn hiểu khác lời văn: ghi vì sao hiểu như vậy.")
        words = len(data.get("text", "").split(" "))
        if data.get("text") and data.get("lead_len", 1) > words:
            data["lead_len"] = words
        if self.strict:
            self._check_whole(data)
        return data

    def _check_parties(self, part, data, cell):
        for n in range(1, len(self._pairs(part)) + 1):
            name, choice = data.get(f"{part}_{n}", ""), data.get(f"{part}_{n}_is", "")
            if name and not choice:
                self.add_error(f"{part}_{n}_is", f"Chọn “{name}” là đơn vị nào.")
            if choice and not name:
                self.add_error(f"{part}_{n}", "Ghi tên như trong ô.")
            if name and fold(name) not in fold(cell):
                self.add_error(f"{part}_{n}", f"Ô không có chữ “{name}”.")

    def _check_whole(self, data):
        rule = parse(data.get("rule_text") or data.get("deadline_text", ""))
        if rule.kind == Kind.UNRECOGNISED and "rule_text" not in self.errors:
            self.add_error("rule_text", f"{rule.explain(2025)} Ghi ở đây cách hiểu.")
        if not self._typed_parties("lead", data):
            self.add_error("lead_1", "Ghi đơn vị chủ trì.")

    def _typed_parties(self, part, data) -> tuple[PartyWords, ...]:
        found = []
        for n in range(1, len(self._pairs(part)) + 1):
            name, choice = data.get(f"{part}_{n}", ""), data.get(f"{part}_{n}_is", "")
            if name and choice:
                kind, _, unit = choice.partition(":")
                found.append(PartyWords(name, kind, int(unit) if unit else None))
        return tuple(found)

    def words(self) -> TaskWords:
        data = self.cleaned_data
        products = [line for line in data["products"].split("\n") if line]
        return TaskWords(
            **{cell: data[cell] for cell in CELLS},
            products=tuple(
                ProductWords(text, n in data["measures"]) for n, text in enumerate(products, 1)
            ),
            leads=self._typed_parties("lead", data),
            collabs=self._typed_parties("collab", data),
            rule_text=data["rule_text"],
            rule_note=data["rule_note"],
            first_year=data["first_year"],
            completion=data["completion"],
            lead_len=data["lead_len"],
        )


class DecisionForm(forms.Form):
    """The decision that amends the plan, and from which day it holds."""

    number = LineField(label="Số, ký hiệu", max_length=41)
    decided_on = VietnameseDateField(label="Ngày ký", not_after_today=True)
    effective_on = VietnameseDateField(label="Có hiệu lực từ ngày", not_after_today=True)
    summary = LineField(label="Trích yếu", max_length=500)
    issuer = LineField(label="Cơ quan ban hành", max_length=200)
    reason = LinesField(label="Lý do sửa đổi", max_length=2000, widget=lines(2))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"Ghi {field.label.lower()}."

    def clean_number(self):
        number = self.cleaned_data["number"]
        if "/" not in number:
            raise ValidationError(f"Thiếu ký hiệu: ghi đủ như {number}/QĐ-VP.")
        return number

    def decision(self) -> Decision:
        names = ("number", "decided_on", "effective_on", "summary", "issuer")
        return Decision(**{name: self.cleaned_data[name] for name in names})


class ReasonForm(forms.Form):
    reason = LinesField(
        label="Lý do",
        max_length=1000,
        widget=lines(2),
        error_messages={"required": "Ghi lý do mở lại."},
    )


class SettleForm(forms.Form):
    """A finding of the linter that stays as it is."""

    code = LineField(max_length=30, widget=forms.HiddenInput)
    place = LineField(max_length=60, widget=forms.HiddenInput)
    why = LineField(
        label="Vì sao để nguyên",
        max_length=300,
        error_messages={"required": "Ghi vì sao để nguyên."},
    )


def unit_choices(office: Unit) -> list:
    """What a name in a cell may be. One query."""
    units = list(Unit.objects.within(office).filter(valid_to=None).order_by("position", "path"))
    groups = [(f"group:{u.pk}", u.name) for u in units if u.kind == Unit.Kind.GROUP]
    working = [(f"unit:{u.pk}", u.name) for u in units if u.kind == Unit.Kind.UNIT]
    general = [("all", "Mọi phòng, ban, đơn vị trực thuộc"), ("chosen", "Chọn theo từng việc")]
    return [("", "Chọn"), ("Chung", general), ("Nhóm đơn vị", groups), ("Đơn vị", working)]


def as_typed(words: TaskWords) -> dict:
    """The values of a TaskForm that shows these words."""
    shown = {cell: getattr(words, cell) for cell in CELLS}
    shown |= {
        "products": "\n".join(product.text for product in words.products),
        "measures": ", ".join(str(n) for n, p in enumerate(words.products, 1) if p.is_measure),
        "rule_text": words.rule_text,
        "rule_note": words.rule_note,
        "first_year": words.first_year or "",
        "completion": words.completion,
        "lead_len": words.lead_len,
        "seen": words.digest,
    }
    for part, parties in (("lead", words.leads), ("collab", words.collabs)):
        for n, party in enumerate(parties[:MOST_PARTIES], 1):
            shown |= {f"{part}_{n}": party.text, f"{part}_{n}_is": party.choice}
    return shown


def follow_words(data: QueryDict, base: TaskWords, office: Unit, prefix: str = "") -> QueryDict:
    """What was typed, with the conclusions read anew from each cell that changed while they were
    left as they were; a person who changed them too knows better."""
    data, shown, matcher = data.copy(), as_typed(base), None
    at = f"{prefix}-" if prefix else ""

    def typed(name):
        return clean_lines(data.get(at + name, ""))

    if typed("product_text") != base.product_text and typed("products") == shown["products"]:
        found = as_typed(TaskWords(products=split_cell(typed("product_text"))))
        data[f"{at}products"], data[f"{at}measures"] = found["products"], found["measures"]
    for part, cell in PARTS:
        names = [f"{part}_{n}{end}" for n in range(1, MOST_PARTIES + 1) for end in ("", "_is")]
        left = all(typed(name) == shown.get(name, "") for name in names)
        if typed(cell) == getattr(base, cell) or not left:
            continue
        matcher = matcher or matcher_of(office)
        parties = read_parties(typed(cell), office, matcher=matcher)
        read = as_typed(TaskWords(**{f"{part}s": parties}))
        for name in names:
            data[at + name] = read.get(name, "")
    return data
