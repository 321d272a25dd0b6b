"""Composed text and people's words, joined: nobody's words are lost or overwritten."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cchc.models import AuditEvent, User
from conftest import at
from reports import writing
from reports.composed import Composed
from reports.merging import Standing, merge
from reports.models import Passage
from reports.tests.scene import year_of

WHEN = at(2024, 12, 20)


def passage(key="viec:1", text="Lời của Thu.", base="Đã soạn.", **values):
    by = User(full_name="Phạm Minh Thu")
    return Passage(key=key, text=text, base=base, by=by, at=WHEN, **{"version": 1} | values)


def one(composed, *kept):
    (paragraph,) = merge([Composed("viec:1", composed)] if composed else [], kept)
    return paragraph


def test_what_nobody_touched_is_as_composed():
    paragraph = one("Đã soạn.")
    assert (paragraph.text, paragraph.standing, paragraph.version) == ("Đã soạn.", "composed", 0)


def test_own_words_stand_and_nothing_is_offered_while_the_source_is_the_same():
    paragraph = one("Đã soạn.", passage())
    assert (paragraph.text, paragraph.standing) == ("Lời của Thu.", Standing.EDITED)
    assert paragraph.offer is None and not paragraph.needs_a_look


def test_a_changed_source_is_offered_beside_own_words():
    paragraph = one("Soạn lại.", passage())
    assert paragraph.text == "Lời của Thu."
    assert (paragraph.offer, paragraph.base) == ("Soạn lại.", "Đã soạn.")


def test_own_words_outlive_their_source():
    paragraph = one("", passage())
    assert paragraph.text == "Lời của Thu." and paragraph.gone


def test_words_kept_after_their_source_went_are_no_longer_marked():
    assert not one("", passage(base="")).needs_a_look
    assert one("Lại có.", passage(base="")).offer == "Lại có."


def test_what_was_left_out_is_there_as_hidden_with_own_words_or_the_composed_ones():
    assert one("Đã soạn.", passage(is_hidden=True)).text == "Lời của Thu."
    untouched = one("Đã soạn.", passage(is_hidden=True, text=""))
    assert untouched.is_hidden and untouched.text == "Đã soạn."
    added = passage("them:1", is_added=True, is_hidden=True, base="")
    assert merge([], [added])[0].is_hidden


def test_what_was_left_out_without_own_words_goes_with_its_source():
    assert merge([], [passage(is_hidden=True, text="")]) == ()


def test_added_paragraphs_follow_the_one_they_were_put_after():
    composed = [Composed("a", "A"), Composed("b", "B")]
    added = {"is_added": True, "base": ""}
    kept = [
        passage("them:1", "1", after="a", **added),
        passage("them:2", "2", after="them:1", **added),
        passage("them:3", "3", after="", **added),
        passage("them:4", "4", after="không còn", **added),
    ]
    assert [p.text for p in merge(composed, kept)] == ["3", "A", "1", "2", "B", "4"]


# Whatever two people and the sources do, in whatever order

ACTS = ("look", "save", "hide", "show", "take", "keep")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(("thu", "mai")), st.sampled_from(ACTS)),
        st.tuples(st.just("source"), st.sampled_from(("Nguồn một.", "Nguồn hai.", ""))),
    ),
    min_size=4,
    max_size=16,
)


class Table:
    """Two people at one paragraph; each sees what they last looked at."""

    def __init__(self, section, people):
        self.section, self.people = section, people
        self.source = "Nguồn một."
        self.said, self.minute = 0, 0
        self.eyes = dict.fromkeys(people)
        for name in people:
            self.look(name)

    def merged(self):
        composed = [Composed("viec:1", self.source)] if self.source else []
        return merge(composed, self.kept())

    def kept(self):
        return list(self.section.passages.select_related("by", "unit"))

    def look(self, name):
        self.eyes[name] = next(iter(self.merged()), None)

    def do(self, name, act):
        if name == "source":
            self.source = act
        elif act == "look":
            self.look(name)
        elif self.eyes[name] is not None:
            self._write(name, act, self.eyes[name])

    def _write(self, name, act, seen):
        before = {p.key: (p.text, p.version) for p in self.kept()}
        base = seen.offer or seen.base if seen.version else seen.text
        told = {"section": self.section, "key": seen.key, "seen_version": seen.version}
        told |= {"by": self.people[name], "at": at(2024, 12, 20, 8, self.minute)}
        self.minute += 1
        try:
            if act == "save":
                self.said += 1
                writing.save_passage(text=f"Lời {self.said} của {name}.", base=base, **told)
            elif act in ("hide", "keep"):
                {"hide": writing.hide_passage, "keep": writing.keep_own}[act](base=base, **told)
            else:
                {"show": writing.show_passage, "take": writing.take_composed}[act](**told)
        except writing.StaleText as stale:
            now = {p.key: (p.text, p.version) for p in self.kept()}
            assert now == before, "a refused act changes nothing"
            assert (stale.passage.version if stale.passage else 0) == now.get("viec:1", ("", 0))[
                1
            ], "what stands now is shown to who came too late"
        else:
            assert before.get("viec:1", ("", 0))[1] == seen.version, "only who saw it changes it"
            self._is_recoverable(name, before)

    def _is_recoverable(self, name, before):
        """What another person's act replaced stands in the audit trail."""
        text = before.get("viec:1", ("", 0))[0]
        if text and text not in [p.text for p in self.kept()] and not text.endswith(f"{name}."):
            told = AuditEvent.objects.filter(target_id=self.section.pk)
            words = [event.detail.get("replaced", event.detail.get("text")) for event in told]
            assert text in words

    def holds(self):
        kept = {p.key: p for p in self.kept()}
        merged = {p.key: p for p in self.merged()}
        for key, own in kept.items():
            if own.text:
                assert merged[key].text == own.text, "the program never writes over a person"
        if self.source:
            assert list(merged) == ["viec:1"]


@pytest.fixture
def section(opened, thu):
    report = writing.begin_report(period=year_of(opened, 2024), by=thu, at=WHEN)
    return report.sections.get(position=2)


@pytest.fixture
def people(thu):
    role = User.Role.COORDINATOR
    mai = User.objects.create(username="mai", full_name="Trần Mai", role=role, unit=thu.unit)
    return {"thu": thu, "mai": mai}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_nobodys_words_are_lost_whatever_the_order(section, people, steps):
    Passage.objects.all().delete()
    table = Table(section, people)
    for name, act in steps:
        table.do(name, act)
        table.holds()
