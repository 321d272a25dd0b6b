"""Who may do what with a row: one function for each question.

They are the third door. The first is the table of addresses (cchc/access.py: role and method,
refused with 403); `visible_to()` querysets are the second (another unit's work does not exist for
you, 404).
"""

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
HEADS = frozenset({HEAD, COORDINATOR})  # who approves for a unit: in HCQT its coordinator


def sees_all_work(user) -> bool:
    """The coordinator and the leaders read what every unit of their office wrote."""
    return user.role in VERIFIERS


def may_report_for(user, unit: Unit) -> bool:
    """Staff, head and (for HCQT itself) coordinator write for their own unit and what is below."""
    return user.role in REPORTERS and user.unit.contains(unit)


def may_send(user, unit: Unit) -> bool:
    """Who hands work over for verification: anybody who reports for the unit, or, where the unit
    wants its head's approval, the head alone (in HCQT its head is the coordinator)."""
    if not may_report_for(user, unit):
        return False
    return not unit.head_approves or user.role in HEADS


def may_advise(user, unit: Unit, coordinating_unit: Unit) -> bool:
    """HCQT says what it thinks of a unit's request for a later day; of its own requests nothing:
    those go to a leader straight away."""
    return (
        user.role == COORDINATOR
        and coordinating_unit.contains(user.unit)
        and not coordinating_unit.contains(unit)
    )


def may_decide(user, unit: Unit) -> bool:
    """A leader gives more time, never to the unit they are in themselves."""
    return user.role == LEADER and user.unit_id != unit.pk


def verifier_role(unit: Unit, coordinating_unit: Unit) -> str:
    """Whose queue an assignment of `unit` waits in. Nobody verifies their own work: what the
    coordinating unit itself did goes to a leader (model.md, States)."""
    return LEADER if coordinating_unit.contains(unit) else COORDINATOR


def may_verify(user, unit: Unit, coordinating_unit: Unit) -> bool:
    return (
        user.role == verifier_role(unit, coordinating_unit)
        and user.unit_id != unit.pk
        # a leader from outside HCQT for HCQT, a coordinator from inside it for the others
        and coordinating_unit.contains(user.unit) == (user.role == COORDINATOR)
    )


def coordinates(user, coordinating_unit: Unit) -> bool:
    """Follows and urges on behalf of this coordinating unit."""
    return user.role == COORDINATOR and coordinating_unit.contains(user.unit)


def may_close_directive(user, unit: Unit, coordinating_unit: Unit) -> bool:
    """Who says that an answer is enough: a leader, or the coordinator unless their own unit gave it."""
    if user.role == LEADER:
        return True
    return coordinates(user, coordinating_unit) and not coordinating_unit.contains(unit)
