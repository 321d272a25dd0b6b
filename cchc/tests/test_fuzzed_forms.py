"""Every form of the site as each role, with fields bent in every way: whatever is sent, never a 500.

    pytest cchc/tests/test_fuzzed_forms.py                                       300 requests
    FUZZ_REQUESTS=5000 FUZZ_SEED=7 pytest -s cchc/tests/test_fuzzed_forms.py     as many as one likes

The same seed sends the same requests; one that fails is printed, as small as hypothesis can make it.
"""

import os
import random
from collections import Counter

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, Phase, given, seed, settings

from cchc.access import ACCESS
from cchc.tests.fuzzing import Form, forms_of, links_of, requests
from cchc.tests.test_access import arguments, finish, identities  # noqa: F401
from conftest import at

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "300"))
SEED = int(os.environ.get("FUZZ_SEED", "2024"))
EACH, FORMS = 4, 3  # requests made of a form before the next one, forms of a page
FILES = ("pdf", "docx", "xlsx", "file", "download", "feed")  # addresses that answer with one


@pytest.fixture
def clients(identities):  # noqa: F811
    made = {name: Client(raise_request_exception=False) for name in identities}
    for name, person in identities.items():
        if person:
            made[name].force_login(person)
    return made


@pytest.fixture
def addresses(arguments) -> dict[str, str]:  # noqa: F811
    """{name: address} of all of the access table, and the administrator's forms."""
    ours = [name for name in ACCESS if name != "admin:*"]
    found = {name: reverse(name, args=arguments.get(name, [])) for name in ours}
    for model in admin.site._registry:
        one, base = model.objects.first(), f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found[f"{base}_add"] = reverse(f"{base}_add")
        found[f"{base}_changelist"] = reverse(f"{base}_changelist")
        for act in ("change", "delete"):
            found[f"{base}_{act}"] = reverse(f"{base}_{act}", args=[one.pk if one else 1])
    return found


def forms_at(client, name, address, dice) -> list[Form]:
    """Some forms that are found at an address, and at one link of its page to itself. Where there is
    none, but a POST is taken from somebody: an empty form."""
    found = []
    if not name.endswith(FILES):
        page = pages(client, address)
        found = list(forms_of(page, address)) if page else []
        links = links_of(page, address) if page else []
        if links and (link := dice.choice(links)) and (page := pages(client, link)):
            found += forms_of(page, link)
    found = [
        form for form in found if "dang-xuat" not in form.address
    ]  # the way out, on every page
    if "POST" in ACCESS.get(name, ACCESS["admin:*"]).methods and not found:
        return [Form("post", address, ())]
    return dice.sample(found, min(FORMS, len(found)))


def pages(client, address) -> bytes:
    """The page; nothing where there is none for this identity."""
    answer = client.get(address)
    finish(answer)
    is_page = answer.status_code == 200 and answer["Content-Type"].startswith("text/html")
    return answer.content if is_page else b""


def numbers_and_codes() -> list[str]:
    """One row of each kind, whoever it belongs to."""
    models = [m for m in apps.get_models() if m._meta.app_label in ("cchc", "tasks", "reports")]
    firsts = [str(pk) for m in models for pk in m.objects.values_list("pk", flat=True)[:1]]
    return sorted({*firsts, "TTCBTH", "VIII.1", "nam-2023", "cchc-2026-2030", "CT1"})


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")  # of a long failing case
@time_machine.travel(at(2024, 12, 16), tick=False)
def test_no_form_breaks_whatever_is_sent(addresses, clients, record_property):
    dice = random.Random(SEED)
    foreign, answers, called = numbers_and_codes(), Counter(), set()

    def send(request):
        client = clients[request.who]
        cookies = client.cookies.copy()
        with transaction.atomic():
            answer = request.send(client)
            finish(answer)
            transaction.set_rollback(True)
        client.cookies = cookies
        answers[answer.status_code] += 1
        assert answer.status_code < 500, f"{answer.status_code} for {request!r}\nFUZZ_SEED={SEED}"

    for who, name in rounds(sorted(clients), sorted(addresses), dice):
        for form in forms_at(clients[who], name, addresses[name], dice):
            rules(dice, each=EACH if form.values else 1)(
                given(requests(who, form, foreign))(send)
            )()
            called.add(form)
        if answers.total() >= REQUESTS:
            break
    told = ", ".join(f"{code}: {n}" for code, n in sorted(answers.items()))
    told = f"{answers.total()} requests from {len(called)} forms ({told})"
    record_property("fuzzed forms", f"{told}, 0 answers of 500")
    print(f"\n{told}")


def rounds(who: list[str], names: list[str], dice):
    """Every identity at every address in a drawn order, again and again."""
    pairs = [(one, name) for one in who for name in names]
    while True:
        dice.shuffle(pairs)
        yield from pairs


def rules(dice, each: int):
    def ruled(test):
        return seed(dice.getrandbits(64))(
            settings(
                max_examples=each,
                deadline=None,
                database=None,
                phases=(Phase.generate, Phase.shrink),
                suppress_health_check=list(HealthCheck),
            )(test)
        )

    return ruled
