"""What a person types about working together: whom to choose, what is asked, what is answered."""

from django import forms

from cchc.fields import LineField, LinesField, VietnameseDateField
from tasks.citing import Citation


class ChooseForm(forms.Form):
    """The units that stand for a party's words in a year."""

    units = forms.MultipleChoiceField(
        label="Chọn đơn vị", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data=None, *, party, units, chosen=()):
        prefix = f"ben-{party.pk}"
        super().__init__(data, prefix=prefix, initial={"units": [u.code for u in chosen]})
        self.party, self.by_code = party, {unit.code: unit for unit in units}
        self.fields["units"].choices = [(code, u.name) for code, u in self.by_code.items()]

    def chosen(self):
        return [self.by_code[code] for code in self.cleaned_data["units"]]


class AskForm(forms.Form):
    unit = forms.ChoiceField(label="Đơn vị", error_messages={"required": "Chọn đơn vị."})
    wanted = LinesField(
        label="Cần gì",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Cử 1 thành viên Đoàn kiểm tra"}),
        error_messages={"required": "Ghi cần đơn vị phối hợp việc gì."},
    )
    due_on = VietnameseDateField(label="Trước ngày")

    def __init__(self, data=None, *, units):
        super().__init__(data)
        self.by_code = {unit.code: unit for unit in units}
        names = [(code, unit.name) for code, unit in self.by_code.items()]
        self.fields["unit"].choices = [("", "Chọn đơn vị"), *names]

    def asked(self) -> dict:
        data = self.cleaned_data
        unit = self.by_code[data["unit"]]
        return {"unit": unit, "wanted": data["wanted"], "due_on": data["due_on"]}


class AnswerForm(forms.Form):
    """The answer, and a document where there is one: all of it, or none."""

    words = LinesField(
        label="Phản hồi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Ghi nội dung phản hồi."},
    )
    number = LineField(label="Số, ký hiệu", max_length=41, required=False)
    issued_on = VietnameseDateField(label="Ngày ban hành", required=False, not_after_today=True)
    kind = LineField(label="Loại văn bản", max_length=100, required=False)
    summary = LineField(label="Trích yếu", max_length=500, required=False)
    issuer = LineField(label="Cơ quan ban hành", max_length=200, required=False)

    NEEDED = ("number", "issued_on", "summary", "issuer")

    def clean(self):
        data = super().clean()
        if any(data.get(name) for name in (*self.NEEDED, "kind")):
            for name in self.NEEDED:
                if not data.get(name) and name not in self.errors:
                    label = self.fields[name].label.lower()
                    self.add_error(name, f"Ghi {label} của văn bản.")
        return data

    def citation(self) -> Citation | None:
        data = self.cleaned_data
        if not data["number"]:
            return None
        return Citation(
            number=data["number"],
            issued_on=data["issued_on"],
            summary=data["summary"],
            issuer=data["issuer"],
            kind=data["kind"],
        )
