"""What the coordinator types when a plan goes on in the next term."""

from django import forms

from cchc.fields import LineField
from tasks.carrying_over import Fate
from tasks.models import Plan
from tasks.rolling_over import UNDECIDED, How, proposed_subject, proposed_years


class StartForm(forms.Form):
    """The head of the next term's draft; everything of it can be edited afterwards."""

    subject = LineField(label="Trích yếu", max_length=300)
    first_year = forms.IntegerField(label="Từ năm", min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label="Đến năm", min_value=2000, max_value=2100)

    def __init__(self, *args, old: Plan, **kwargs):
        first, last = proposed_years(old)
        proposed = {"subject": proposed_subject(old, first, last)}
        proposed |= {"first_year": first, "last_year": last}
        super().__init__(*args, initial=proposed, **kwargs)
        self.old = old

    def clean(self):
        data = super().clean()
        first, last = data.get("first_year"), data.get("last_year")
        if first and first <= self.old.last_year:
            self.add_error("first_year", f"Phải sau năm {self.old.last_year}.")
        if first and last and last < first:
            self.add_error("last_year", "Không được trước “từ năm”.")
        return data


class DecideForm(forms.Form):
    """What becomes of one task of the old plan. `into` is the code of a row of the draft."""

    seen = forms.CharField(required=False)
    how = forms.ChoiceField(
        required=False,
        choices=[(UNDECIDED, "Chưa quyết định"), *How.choices],
        error_messages={"invalid_choice": "Chọn giữ, sửa, gộp hoặc bỏ."},
    )
    into = LineField(max_length=12, required=False)
    reason = LineField(
        max_length=300,
        required=False,
        error_messages={"max_length": "Lý do dài quá 300 chữ cái."},
    )
    lose = forms.CharField(required=False)

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan

    def clean(self):
        data = super().clean()
        data["into"] = self.plan.tasks.filter(code=data.get("into") or "-").first()
        return data

    @property
    def sentence(self) -> str:
        """All that is wrong with it."""
        return " ".join(words for found in self.errors.values() for words in found)


def read_fates(data, parts) -> tuple[dict[int, str], dict[int, int]]:
    """(what is to become of each listed work, its version as seen). `tat-ca` says it for all of them
    at once: carried where that is possible, or stopped."""
    seen = {}
    for part in parts:
        typed = data.get(f"v-{part.work.pk}", "")
        if typed.isdecimal() and len(typed) < 10:
            seen[part.work.pk] = int(typed)
    for_all = data.get("tat-ca", "")
    if for_all in Fate.values:
        chosen = [p for p in parts if for_all == Fate.STOP or not p.why_not]
        return {part.work.pk: for_all for part in chosen if part.work.pk in seen}, seen
    fates = {pk: data.get(f"w-{pk}", "") for pk in seen}
    return {pk: fate for pk, fate in fates.items() if fate in Fate.values}, seen
