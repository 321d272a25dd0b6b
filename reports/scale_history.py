"""An invented life of one piece of work: the acts that people would have recorded on it until a day,
each with what held after it (tasks/workflow.py says what may follow what)."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from django.utils import timezone

from cchc.models import User
from tasks.models import Assignment, Task
from tasks.workflow import Act, State

UNDER_WAY = (
    "Đã xây dựng dự thảo, đang lấy ý kiến các đơn vị liên quan.",
    "Đã tổng hợp ý kiến góp ý của {n} đơn vị, đang hoàn chỉnh.",
    "Đã rà soát {n} hồ sơ, văn bản; còn {m} hồ sơ đang chờ bổ sung.",
    "Tổ chức họp thống nhất nội dung, phân công {m} nhóm thực hiện.",
    "Đã triển khai đến {n} bộ phận, tiếp tục theo dõi, đôn đốc.",
    "Báo cáo tiến độ tháng {month}: đạt khoảng {percent}% khối lượng.",
)
DONE_WORDS = "Đã hoàn thành, ban hành đủ sản phẩm theo Kế hoạch."
DIFFICULTIES = (
    ("Chờ số liệu của các đơn vị phối hợp.", "Đề nghị lãnh đạo có văn bản đôn đốc."),
    ("Phần mềm chưa kết nối với cơ sở dữ liệu chung.", "Đề nghị bố trí kinh phí nâng cấp."),
    ("Chưa có hướng dẫn của cơ quan cấp trên.", "Đề nghị cho lùi thời hạn đến khi có hướng dẫn."),
)
RETURNS = (
    "Thiếu phụ lục kèm theo văn bản.",
    "Số liệu chưa khớp với báo cáo quý trước.",
    "Văn bản chưa đúng thể thức.",
)


@dataclass(frozen=True)
class Team:
    """Who acts on the work of one unit."""

    member: User
    head: User
    coordinator: User
    leader: User
    head_approves: bool
    coordinates: bool  # the coordinating unit's own work goes to a leader

    @property
    def verifier(self) -> User:
        return self.leader if self.coordinates else self.coordinator


@dataclass
class Life:
    """`acts`: fields of ProgressUpdate in their order. `issued_on`: day of the documents that the
    act numbered `proof` cites."""

    assignment: Assignment
    team: Team
    products: int
    acts: list[dict] = field(default_factory=list)
    proof: int | None = None
    issued_on: date | None = None
    granted: tuple[date, date, datetime] | None = None  # the day before, the day after, when
    moment: datetime | None = None

    def __post_init__(self):
        a = self.assignment
        self.holds = {
            "state": a.state,
            "due_on": a.due_on,
            "done_on": None,
            "blocked": False,
            "products_issued": 0,
        }

    def act(self, act, by, at, state=None, *, effective_on=None, words=None, **holds):
        """Append it; acts are recorded one after the other."""
        if self.moment and at <= self.moment:
            at = self.moment + timedelta(minutes=5)
        self.moment = at
        after = self.holds | holds | ({"state": state} if state else {})
        after.setdefault("done_on", None)
        self.holds = after | {"done_on": None}
        day = timezone.localtime(at).date()
        self.acts.append(
            after
            | (words or {})
            | {
                "seq": len(self.acts) + 1,
                "act": act,
                "by_id": by.pk,
                "recorded_at": at,
                "effective_on": min(effective_on or day, day),
            }
        )

    def settle(self):
        """Bring the assignment's cache to what holds after the last act."""
        if self.acts:
            last = self.acts[-1]
            for name in ("state", "due_on", "blocked", "products_issued"):
                setattr(self.assignment, name, last[name])
            done = last["state"] == State.DONE
            self.assignment.done_on = last["done_on"] if done else None
        self.assignment.version = len(self.acts) + 1


def at(day: date, rng: Random) -> datetime:
    moment = time(rng.randint(8, 16), rng.randint(0, 59))
    return timezone.make_aware(datetime.combine(day, moment))


def live(assignment: Assignment, task: Task, team: Team, products: int, until: date, rng) -> Life:
    """Its acts until the day `until`, and its cache brought to what they say."""
    life = Life(assignment, team, products)
    if assignment.state == State.WAITING:
        return life
    due = assignment.due_on or date(assignment.year, 12, 20)
    days = {"Q": 80, "M": 26}.get(assignment.period[:1], 330)
    begin = max(due - timedelta(days), date(assignment.year, 1, 4))
    if begin >= until:
        return life
    end, outcome = _outcome(due, begin, until, rng)
    _under_way(life, begin, end, outcome, rng)
    if assignment.due_on and rng.random() < 0.04:
        _extend(life, end, until, rng)
    if outcome in (State.DONE, State.PENDING, State.RETURNED):
        _send(life, end, until, outcome, rng)
    elif outcome == State.READY and team.head_approves:
        words = {"result": DONE_WORDS, "reason": "Văn bản đang chờ ký."}
        life.act(Act.DRAFT, team.member, at(end, rng), State.READY, done_on=end, words=words)
    elif outcome == State.STOPPED:
        words = {"reason": "Dừng theo quyết định của cơ quan có thẩm quyền."}
        life.act(
            Act.STOP, team.coordinator, at(end, rng), State.STOPPED, blocked=False, words=words
        )
        life.proof, life.issued_on = len(life.acts) - 1, end
    life.settle()
    return life


def _outcome(due, begin, until, rng) -> tuple[date, State]:
    """Until when it was worked on, and how it then stood."""
    chance, span = rng.random(), max((due - begin).days, 1)
    early = due - timedelta(rng.randrange(span // 4 + 1))
    late = due + timedelta(rng.randint(2, 40))
    if due.year < until.year - 1:  # long settled
        if chance < 0.985:
            return (early if chance < 0.87 else late), State.DONE
        return (early, State.STOPPED) if chance < 0.99 else (until, State.DOING)
    if early < until and chance < 0.7:
        return early, State.DONE
    if late < until and chance < 0.84:
        return late, State.DONE
    if due >= until and chance < 0.85:
        return until, State.DOING
    sent = until - timedelta(rng.randint(1, 12))
    for limit, state in ((0.88, State.PENDING), (0.91, State.RETURNED), (0.93, State.READY)):
        if chance < limit:
            return max(sent, begin), state
    return until, State.DOING


def _under_way(life, begin, end, outcome, rng):
    """Reports from its beginning on; work that isn't done may be blocked by its last one."""
    number = rng.randint(5, 11)
    step = max((end - begin).days, 0) / (number + 1)
    blocked_at = rng.randrange(number * 4)
    if outcome == State.DOING and rng.random() < 0.3:
        blocked_at = number - 1
    for n in range(number):
        day = begin + timedelta(int(step * (n + 1)))
        text = UNDER_WAY[rng.randrange(len(UNDER_WAY))].format(
            n=rng.randint(8, 40), m=rng.randint(2, 7), month=day.month, percent=90 * n // number + 5
        )
        words = {"result": text}
        if n == blocked_at:
            words["difficulty"], words["proposal"] = DIFFICULTIES[rng.randrange(3)]
        by = life.team.member if rng.random() < 0.8 else life.team.head
        blocked = n == blocked_at
        life.act(Act.REPORT, by, at(day, rng), State.DOING, blocked=blocked, words=words)


def _extend(life, end, until, rng):
    before = life.holds["due_on"]
    asked = min(end, before, until - timedelta(1))
    moment = max(at(asked, rng), life.moment + timedelta(hours=1))
    if timezone.localtime(moment).date() > until:
        return
    after = before + timedelta(rng.choice((15, 30, 45)))
    life.granted = (before, after, moment)
    life.act(Act.EXTEND, life.team.leader, moment, due_on=after)


def _send(life, end, until, outcome, rng):
    """Sent with its documents, perhaps returned once, and verified."""
    day = end
    if outcome == State.RETURNED or rng.random() < 0.15:
        day = _submit(life, day, until, rng)
        back = {"reason": RETURNS[rng.randrange(len(RETURNS))]}
        moment = at(min(day + timedelta(1), until), rng)
        life.act(Act.RETURN, life.team.verifier, moment, State.RETURNED, words=back)
        if outcome == State.RETURNED:
            return
    day = _submit(life, day, until, rng)
    if outcome == State.DONE:
        issued = life.acts[-1]["done_on"]
        moment = at(min(day + timedelta(rng.randint(0, 4)), until), rng)
        life.act(
            Act.VERIFY,
            life.team.verifier,
            moment,
            State.DONE,
            effective_on=issued,
            done_on=issued,
            blocked=False,
        )


def _submit(life, day, until, rng) -> date:
    team, issued = life.team, day
    recorded = min(day + timedelta(rng.randint(0, 2)), until)
    sent = {
        "done_on": issued,
        "blocked": False,
        "products_issued": life.products,
        "words": {"result": DONE_WORDS},
    }
    if team.head_approves:
        life.act(Act.DRAFT, team.member, at(recorded, rng), State.READY, **sent)
    by = team.head if team.head_approves else team.member
    life.act(Act.SUBMIT, by, at(recorded, rng), State.PENDING, effective_on=issued, **sent)
    life.proof, life.issued_on = len(life.acts) - 1, issued
    return recorded
