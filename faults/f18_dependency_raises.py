"""F18: each thing that an action leans on fails once. Nothing is done by halves, the page has the
number of the error, and the next try goes through."""

import re
from pathlib import Path

from faults import Found
from faults.closing import after
from faults.office import Office
from faults.people import Person
from faults.work import MEMBER, counts, opened, pieces, report

TITLE = "each dependency raises once"
# name: what is broken. Each takes place in the worker, when the file `break-<name>` lies in DATA_DIR.
BROKEN = {
    "scanner": "cchc.files.validate_upload",
    "storage": "cchc.stores.Folder.put",
    "trail": "cchc.audit.record",
    "documents": "tasks.actions.cite_in_turn",
    "evidence": "tasks.actions.Evidence.objects.bulk_create",
    "sheet child": "cchc.workbooks._ask_child",
    "renderer": "reports.to_pdf.pdf_of",
    "template": "tasks.views.report.render",
    "seal": "cchc.audit._mac",
}
_MAIL = """
import json
from django.core import mail
from django.core.management import CommandError, call_command
from django.test.utils import override_settings
from cchc.models import User
from tasks import mailing
from tasks.models import Digest, Notice
User.objects.filter(username__startswith="ttpvks").update(email="ai@vp.vn", digest_every="day")
kept, said = mailing.Outbox.send, []
def fail(*_, **__):
    mailing.Outbox.send = kept
    raise OSError("the mail server hung up")
mailing.Outbox.send = fail
mail.outbox = []
with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
    for _ in range(2):
        try:
            call_command("send_notices", verbosity=0)
            said.append("ok")
        except CommandError as error:
            said.append("told")
print(json.dumps(said))
"""


def fault(office_of, protected: bool) -> Found:
    halves, unanswered, stuck = [], [], []
    weakened = weak if protected else weak_without_transactions
    with office_of(without=weakened) as office:
        person, leader = Person(office, MEMBER), Person(office, "dieuphoi")
        to_do = pieces(office) + pieces(office, year=2023)
        for number, (name, piece) in enumerate(zip(BROKEN, to_do, strict=False)):
            form = opened(person, piece)

            def act(piece=piece, form=form, number=number, name=name):
                if name == "renderer":
                    return leader.get("/ke-hoach/pdf/?nam=2024&linh-vuc=4")
                if name == "sheet child":
                    sheet = person.get("/viec-cua-don-vi/excel/?nam=2024").body
                    file = {"file": ("viec.xlsx", sheet)}
                    return person.post("/viec-cua-don-vi/excel/nap/?nam=2024", {}, file)
                if name == "template":
                    return person.get(f"/phan-viec/{piece}/cap-nhat/")
                return report(person, piece, form, file=700 + number)

            before = counts(office)
            (office.data / f"break-{name.replace(' ', '-')}").touch()
            broken, now = act(), counts(office)
            rows = {what for what in before if what != "files" and now[what] != before[what]}
            if name != "seal" and (rows or broken.status in (200, 302)):
                halves.append(f"{name}: {broken.status} {sorted(rows)}")
            if name != "seal" and not tells(office, broken):
                unanswered.append(f"{name}: {broken.status}")
            if act().status not in (200, 302):
                stuck.append(name)
        mails = office.python(_MAIL) if protected else []
        wrong = after(office) if protected else []
    if protected and mails[-1:] != ["ok"]:
        stuck.append(f"mail: {mails}")
    figures = (
        f"{len(BROKEN) + 1} dependencies, half actions {len(halves)}, without a number or with a "
        f"trace {len(unanswered)}, not well the next time {len(stuck)}"
    )
    found = halves + unanswered + stuck + wrong
    return Found(not found, "; ".join([figures, *(found if protected else found[:3])]))


def tells(office: Office, answer) -> bool:
    """A page with the number under which the log has the error, and no trace."""
    number = re.search(r"Mã: ([0-9a-f]{8})", answer.text)
    hidden = "Traceback" not in answer.text and "broken for once" not in answer.text
    return bool(number and number[1] in office.log() and hidden and answer.status >= 422)


def weak():
    """In a worker: every dependency breaks once when it is told to."""
    from importlib import import_module

    from django.conf import settings

    for name, path in BROKEN.items():
        parts, rest = path.split("."), []
        while True:
            try:
                holder = import_module(".".join(parts))
                break
            except ImportError:
                rest.insert(0, parts.pop())
        for part in rest[:-1]:
            holder = getattr(holder, part)
        signal = Path(settings.DATA_DIR) / f"break-{name.replace(' ', '-')}"
        setattr(holder, rest[-1], breaking(getattr(holder, rest[-1]), signal))


def breaking(whole, signal: Path):
    def once(*given, **named):
        if signal.exists():
            signal.unlink(missing_ok=True)
            raise RuntimeError("broken for once")
        return whole(*given, **named)

    return once


def weak_without_transactions():
    """And an act is not one transaction."""
    from tasks import actions

    weak()
    actions.post_update = actions.post_update.__wrapped__
