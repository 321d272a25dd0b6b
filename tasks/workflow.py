"""The one table of states, acts and who may do them (model.md, States)."""

from dataclasses import dataclass

from django.db.models import TextChoices


class State(TextChoices):
    WAITING = "waiting", "Chưa phát sinh"
    NEW = "new", "Chưa thực hiện"
    DOING = "doing", "Đang thực hiện"
    READY = "ready", "Chờ trưởng đơn vị duyệt"
    PENDING = "pending", "Chờ xác nhận"
    RETURNED = "returned", "Trả lại"
    DONE = "done", "Hoàn thành"
    STOPPED = "stopped", "Dừng theo quyết định"


class Act(TextChoices):
    REPORT = "report", "Cập nhật"
    DRAFT = "draft", "Trình trưởng đơn vị"
    SUBMIT = "submit", "Gửi xác nhận"
    VERIFY = "verify", "Xác nhận"
    RETURN = "return", "Trả lại"
    TRIGGER = "trigger", "Ghi nhận điều kiện"
    STOP = "stop", "Dừng theo quyết định"
    EXTEND = "extend", "Gia hạn"
    MOVE = "move", "Chuyển đơn vị"
    AMEND = "amend", "Sửa đổi kế hoạch"


REPORTING = (Act.REPORT, Act.DRAFT, Act.SUBMIT)  # the acts that list the evidence anew
WORKING = (State.NEW, State.DOING, State.READY, State.RETURNED)  # the unit still has it


class Actor(TextChoices):
    """Whose act it is, seen from the assignment."""

    UNIT = "unit", "đơn vị chủ trì"
    HEAD = "head", "trưởng đơn vị (hoặc đơn vị, khi trưởng đơn vị không phải duyệt)"
    VERIFIER = "verifier", "người xác nhận (HCQT; việc của HCQT thì lãnh đạo)"
    COORDINATOR = "coordinator", "người theo dõi, đôn đốc (HCQT)"
    LEADER = "leader", "lãnh đạo"


@dataclass(frozen=True)
class Move:
    before: State
    act: Act
    actor: Actor
    after: State


# A unit may send at once from any working state: the sending itself says that work is under way.
MOVES = (
    Move(State.WAITING, Act.TRIGGER, Actor.COORDINATOR, State.NEW),
    *(Move(state, Act.REPORT, Actor.UNIT, State.DOING) for state in WORKING),
    *(Move(state, Act.DRAFT, Actor.UNIT, State.READY) for state in WORKING),
    *(Move(state, Act.SUBMIT, Actor.HEAD, State.PENDING) for state in WORKING),
    Move(State.PENDING, Act.VERIFY, Actor.VERIFIER, State.DONE),
    Move(State.PENDING, Act.RETURN, Actor.VERIFIER, State.RETURNED),
    # Sent work too: a request made in time must not fail because its decision came late.
    *(Move(state, Act.EXTEND, Actor.LEADER, state) for state in (*WORKING, State.PENDING)),
    *(
        Move(state, Act.MOVE, Actor.COORDINATOR, state)
        for state in (State.WAITING, *WORKING, State.PENDING)
    ),
    # An amendment of the plan gives open work another due day; what was sent keeps its own.
    *(Move(state, Act.AMEND, Actor.COORDINATOR, state) for state in (State.WAITING, *WORKING)),
    *(
        Move(state, Act.STOP, Actor.COORDINATOR, State.STOPPED)
        for state in (State.WAITING, *WORKING)
    ),
)
_TABLE = {(move.before, move.act): move for move in MOVES}


class NotAllowed(Exception):
    """What the rules refuse; str() is the sentence for the person, `status` of the answer."""

    def __init__(self, words: str, status: int = 422):
        super().__init__(words)
        self.status = status


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
