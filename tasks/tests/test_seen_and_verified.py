"""A coordinator verifies what they saw: an edit between opening and verifying is never verified."""

import random
from datetime import timedelta

import pytest
from django.db import transaction

from conftest import at
from tasks import actions
from tasks.tests.story import fresh, give_back, send
from tasks.workflow import NotAllowed, State

ROUNDS = 200
NOON = at(2024, 12, 2, 12)


def seen_of(work):
    """What the page of the queue shows of it: its version, and the words behind it."""
    now = fresh(work)
    return now.version, now.updates.order_by("seq").last().result


@pytest.mark.one_engine
def test_two_hundred_rounds_of_an_edit_between_opening_and_verifying(assignment_of, minh, thu):
    work, chance = assignment_of("I.2/2024"), random.Random(48)
    send(work, minh, when=at(2024, 12, 2), result="Bản đầu.")
    verified = refused = 0
    for n in range(ROUNDS):
        with transaction.atomic():
            version, words = seen_of(work)
            edit = chance.choice(["none", "returned", "sent again"])
            when = NOON + timedelta(minutes=n)
            if edit != "none":
                give_back(work, thu, when)
            if edit == "sent again":
                send(work, minh, when=when + timedelta(seconds=10), result=f"Bản {n}.")
            try:
                actions.verify(
                    assignment=fresh(work), by=thu, at=when + timedelta(seconds=20),
                    seen_version=version,
                )  # fmt: skip
            except (actions.Stale, NotAllowed):
                refused += 1
                assert edit != "none" and fresh(work).state != State.DONE
            else:
                verified += 1
                told = fresh(work).updates.filter(result__gt="").order_by("seq").last().result
                assert edit == "none" and told == words
            transaction.set_rollback(True)
    assert verified + refused == ROUNDS and min(verified, refused) > 40
