"""The one table of states, acts and who may do them (model.md, States)."""

from dataclasses import dataclass

from django.db.models import TextChoices


class State(TextChoices):
    WAITING = "waiting", "Chưa phát sinh"
    NEW = "new", "Chưa thực hiện"
    DOING = "doing", "Đang thực hiện"
    PENDING = "pending", "Chờ xác nhận"
    RETURNED = "returned", "Trả lại"
    DONE = "done", "Hoàn thành"
    STOPPED = "stopped", "Dừng theo quyết định"


class Act(TextChoices):
    REPORT = "report", "Cập nhật"
    SUBMIT = "submit", "Gửi xác nhận"
    VERIFY = "verify", "Xác nhận"
    RETURN = "return", "Trả lại"
    TRIGGER = "trigger", "Ghi nhận điều kiện"
    STOP = "stop", "Dừng theo quyết định"


REPORTING = (Act.REPORT, Act.SUBMIT)
OPEN = (State.NEW, State.DOING, State.PENDING, State.RETURNED)


class Actor(TextChoices):
    """Whose act it is, seen from the assignment."""

    UNIT = "unit", "đơn vị chủ trì"
    VERIFIER = "verifier", "người xác nhận (HCQT; việc của HCQT thì lãnh đạo)"
    COORDINATOR = "coordinator", "người theo dõi, đôn đốc (HCQT)"


@dataclass(frozen=True)
class Move:
    before: State
    act: Act
    actor: Actor
    after: State


# A unit may send at once from any working state: the sending itself says that work is under way.
MOVES = (
    Move(State.WAITING, Act.TRIGGER, Actor.COORDINATOR, State.NEW),
    Move(State.NEW, Act.REPORT, Actor.UNIT, State.DOING),
    Move(State.DOING, Act.REPORT, Actor.UNIT, State.DOING),
    Move(State.RETURNED, Act.REPORT, Actor.UNIT, State.DOING),
    Move(State.NEW, Act.SUBMIT, Actor.UNIT, State.PENDING),
    Move(State.DOING, Act.SUBMIT, Actor.UNIT, State.PENDING),
    Move(State.RETURNED, Act.SUBMIT, Actor.UNIT, State.PENDING),
    Move(State.PENDING, Act.VERIFY, Actor.VERIFIER, State.DONE),
    Move(State.PENDING, Act.RETURN, Actor.VERIFIER, State.RETURNED),
    Move(State.WAITING, Act.STOP, Actor.COORDINATOR, State.STOPPED),
    Move(State.NEW, Act.STOP, Actor.COORDINATOR, State.STOPPED),
    Move(State.DOING, Act.STOP, Actor.COORDINATOR, State.STOPPED),
    Move(State.RETURNED, Act.STOP, Actor.COORDINATOR, State.STOPPED),
)
_TABLE = {(move.before, move.act): move for move in MOVES}


class NotAllowed(Exception):
    """A move that the table refuses; str() is the sentence for the person."""


def move(before: str, act: str) -> Move:
    """The move of `act` from `before`; NotAllowed, with a sentence, when there is none."""
    found = _TABLE.get((before, act))
    if found is None:
        raise NotAllowed(_why_not(State(before), Act(act)))
    return found


def can(before: str, act: str) -> bool:
    return (before, act) in _TABLE


def _why_not(before: State, act: Act) -> str:
    if before == State.WAITING:
        return "Việc này chưa phát sinh: còn chờ HCQT ghi nhận văn bản làm phát sinh."
    if act in REPORTING and before == State.PENDING:
        return "Việc này đang chờ xác nhận; muốn sửa, đề nghị người xác nhận trả lại."
    if act in (Act.VERIFY, Act.RETURN):
        return f"Chỉ xác nhận hoặc trả lại việc đang chờ xác nhận; việc này: {before.label}."
    if act == Act.STOP and before == State.PENDING:
        return "Việc này đang chờ xác nhận; hãy xác nhận hoặc trả lại trước khi dừng."
    return f"Không thể “{act.label}” khi việc ở tình trạng “{before.label}”."
