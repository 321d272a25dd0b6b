"""Who may do what with a row: one function for each question.

They are the third door. The first is the table of addresses (cchc/access.py: role and method,
refused with 403); `visible_to()` querysets are the second (another unit's work does not exist for
you, 404).

Many offices: **one reads down the tree, and acts at home.** A coordinator and a leader read all
that is written in their own office and in the offices below it (a province's root: in all). What a
leader decides, verifies, directs or approves is the business of their own office alone, and a
coordinator follows the plans of their own coordinating unit; to an office's people the offices
beside it do not exist. `plan` below is whatever has `unit`, `unit_id` and `coordinator`.
"""

from django.db.models import Q

from cchc.models import Unit, User

Role = User.Role
MEMBER, HEAD, COORDINATOR, LEADER, ADMINISTRATOR = (
    Role.MEMBER,
    Role.HEAD,
    Role.COORDINATOR,
    Role.LEADER,
    Role.ADMINISTRATOR,
)
EVERYONE = frozenset(Role)
REPORTERS = frozenset({MEMBER, HEAD, COORDINATOR})
VERIFIERS = frozenset({COORDINATOR, LEADER})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
READ_DRAFTS = frozenset({COORDINATOR, LEADER, ADMINISTRATOR})
HEADS = frozenset({HEAD, COORDINATOR})  # who approves for a unit: in HCQT its coordinator


def sees_all_work(user) -> bool:
    """The coordinator and the leaders read what every unit of their office wrote."""
    return user.role in VERIFIERS


def reads_all_of(user, plan) -> bool:
    """Every unit's words in a plan: of one's own office, of one below it, or that one coordinates."""
    if user.unit_id is None or not sees_all_work(user):
        return False
    return plan.unit.path.startswith(user.office_path) or coordinates(user, plan.coordinator)


def acts_for(user, plan) -> bool:
    """Whether the plan is of the person's own office."""
    return user.unit_id is not None and user.office_id == plan.unit_id


def leads(user, plan) -> bool:
    """A leader of the plan's own office: directs, decides, approves, opens it again."""
    return user.role == LEADER and acts_for(user, plan)


def finds(user, roles, plan) -> bool:
    """Whether the plan is there on a page of `roles`. Every page of one's own office's plans; of other
    plans a page that only coordinators or leaders open, where one coordinates the plan, leads its
    office, or reads all of it."""
    if user.role not in VERIFIERS or acts_for(user, plan):
        return True
    if roles == {LEADER}:
        return leads(user, plan)
    if roles == {COORDINATOR}:
        return coordinates(user, plan.coordinator)
    return reads_all_of(user, plan) if roles <= VERIFIERS | ADMINISTRATORS else True


def own_work(user, unit: str = "unit") -> Q:
    """Rows of one's own unit and of what is below it; `unit` is the way to their unit. Who sits in
    an office itself has no other office's, nor its divisions'."""
    if user.unit.kind == Unit.Kind.OFFICE:
        return Q(**{unit: user.unit_id})
    return Q(**{f"{unit}__in": Unit.objects.filter(path__startswith=user.unit.path)})


def may_report_for(user, unit: Unit) -> bool:
    """Staff, head and (for HCQT itself) coordinator write for their own unit and what is below."""
    if user.role not in REPORTERS:
        return False
    return user.unit.contains(unit) if user.unit.kind != Unit.Kind.OFFICE else user.unit == unit


def may_send(user, unit: Unit) -> bool:
    """Who hands work over for verification: anybody who reports for the unit, or, where the unit
    wants its head's approval, the head alone (in HCQT its head is the coordinator)."""
    if not may_report_for(user, unit):
        return False
    return not unit.head_approves or user.role in HEADS


def may_advise(user, unit: Unit, coordinating_unit: Unit) -> bool:
    """HCQT says what it thinks of a unit's request for a later day; of its own requests nothing:
    those go to a leader straight away."""
    return coordinates(user, coordinating_unit) and not coordinating_unit.contains(unit)


def may_decide(user, unit: Unit, plan) -> bool:
    """A leader gives more time, never to the unit they are in themselves."""
    return leads(user, plan) and user.unit_id != unit.pk


def verifier_role(unit: Unit, coordinating_unit: Unit) -> str:
    """Whose queue an assignment of `unit` waits in. Nobody verifies their own work: what the
    coordinating unit itself did goes to a leader (model.md, States)."""
    return LEADER if coordinating_unit.contains(unit) else COORDINATOR


def may_verify(user, unit: Unit, plan) -> bool:
    """A leader from outside HCQT for HCQT, a coordinator from inside it for the others."""
    if user.role != verifier_role(unit, plan.coordinator) or user.unit_id == unit.pk:
        return False
    if user.role == COORDINATOR:
        return coordinates(user, plan.coordinator)
    return leads(user, plan) and not plan.coordinator.contains(user.unit)


def coordinates(user, coordinating_unit: Unit) -> bool:
    """Follows and urges on behalf of this coordinating unit; one that is or holds whole offices
    lends its name to nobody in an office below it."""
    return (
        user.role == COORDINATOR
        and coordinating_unit.contains(user.unit)
        and coordinating_unit.path.startswith(user.office_path)
    )


def may_close_directive(user, unit: Unit, plan) -> bool:
    """Who says that an answer is enough: a leader, or the coordinator unless their own unit gave it."""
    if user.role == LEADER:
        return leads(user, plan)
    return coordinates(user, plan.coordinator) and not plan.coordinator.contains(unit)
