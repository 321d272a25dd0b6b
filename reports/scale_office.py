"""Who works in an invented province, and the words of its plans: those of the office's own plan,
recombined."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, cycle, islice

from cchc.models import Unit, User
from reports.scale_history import Team

DEPARTMENTS = (
    "Nội vụ", "Tài chính", "Xây dựng", "Công Thương", "Nông nghiệp và Môi trường", "Tư pháp",
    "Khoa học và Công nghệ", "Văn hóa, Thể thao và Du lịch", "Giáo dục và Đào tạo", "Y tế",
    "Dân tộc và Tôn giáo", "Ngoại vụ", "Thông tin và Truyền thông", "Giao thông vận tải",
    "Lao động, Thương binh và Xã hội", "Kế hoạch và Đầu tư", "Tài nguyên và Môi trường",
    "Nông nghiệp và Phát triển nông thôn", "Văn hóa và Thể thao", "Du lịch", "Quy hoạch - Kiến trúc",
    "An toàn thực phẩm", "Công nghiệp", "Thương mại", "Thủy sản", "Lâm nghiệp", "Biển và Hải đảo",
    "Đất đai", "Thể dục thể thao", "Dân số",
)  # fmt: skip
COMMUNES = (
    ("Bình", "Tịnh", "Nghĩa", "Hành", "Đức", "Phổ", "Sơn", "Ba", "Trà", "Long"),
    ("An", "Phú", "Hòa", "Thắng", "Minh", "Trung", "Phong", "Thuận", "Châu", "Hiệp"),
)
DIVISIONS = (
    "Văn phòng",  # follows and urges
    "Phòng Tổ chức cán bộ",
    "Phòng Kế hoạch - Tài chính",
    "Phòng Nghiệp vụ tổng hợp",
    "Trung tâm Phục vụ hành chính công",
    "Trung tâm Công nghệ thông tin",
)
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Võ", "Đặng", "Bùi", "Đỗ", "Huỳnh", "Phan")
MIDDLE = ("Văn", "Thị", "Minh", "Thanh", "Quang", "Ngọc", "Hữu", "Thu")
GIVEN = ("An", "Bình", "Dũng", "Hà", "Hùng", "Lan", "Linh", "Nam", "Phương", "Sơn", "Tâm", "Vy")
# What an office's tasks are made of beside the appendix: bullets of section III, with these
# deadlines and so many lead units in turn.
DEADLINES = (
    "Hàng năm", "Quý II hàng năm", "Hàng quý", "Trước 15/12 hàng năm", "Năm 2023", "Hàng năm",
    "Giai đoạn 2022-2024", "Trước 30/11 hàng năm", "Thường xuyên", "Từ năm 2023", "Năm 2024",
)  # fmt: skip
LEADS = (2, 1, 1, 3, 1, 2)
TASKS = 67  # of a plan


@dataclass
class Office:
    unit: Unit
    divisions: list[Unit]
    leader: User
    teams: dict[int, Team]  # by unit
    numbers: Iterator[int] = field(default_factory=lambda: count(1))  # of its documents


def make_unit(code, name, short_name, parent, position, kind=Unit.Kind.UNIT, **options) -> Unit:
    path = Unit.path_for(code, parent)
    return Unit.objects.create(
        code=code, name=name, short_name=short_name, parent=parent, path=path, position=position,
        kind=kind, **options,
    )  # fmt: skip


def make_user(unit, username, role, rng, password, title="") -> User:
    name = " ".join(rng.choice(part) for part in (SURNAMES, MIDDLE, GIVEN))
    return User(
        username=username, full_name=name, role=role, unit=unit, title=title, password=password,
        is_demo=True,
    )  # fmt: skip


def make_office(root, number, rng, password) -> Office:
    """A department or a commune, its divisions and people."""
    if number < len(DEPARTMENTS):
        code, name = f"S{number + 1:02}", f"Sở {DEPARTMENTS[number]}"
    else:
        first, second = divmod(number - len(DEPARTMENTS), 10)
        code = f"X{number - len(DEPARTMENTS) + 1:03}"
        name = f"UBND xã {COMMUNES[0][first]} {COMMUNES[1][second]}"
    unit = make_unit(code, name, name, root, number, Unit.Kind.OFFICE)
    divisions = [
        make_unit(f"{code}-P{n}", f"{name}: {title}"[:200], title, unit, n, head_approves=n == 2)
        for n, title in enumerate(DIVISIONS)
    ]
    low, Role = code.lower(), User.Role
    people = [
        make_user(unit, f"{low}.lanhdao", Role.LEADER, rng, password, "Người đứng đầu cơ quan")
    ]
    people += [make_user(divisions[0], f"{low}.dieuphoi", Role.COORDINATOR, rng, password)]
    for n, division in enumerate(divisions):
        people += [make_user(division, f"{low}.p{n}.canbo", Role.MEMBER, rng, password)]
        if n:
            people += [make_user(division, f"{low}.p{n}.truong", Role.HEAD, rng, password)]
    leader, coordinator, *others = User.objects.bulk_create(people)
    heads = {u.unit_id: u for u in others if u.role == Role.HEAD} | {divisions[0].pk: coordinator}
    members = {u.unit_id: u for u in others if u.role == Role.MEMBER}
    teams = {
        d.pk: Team(members[d.pk], heads[d.pk], coordinator, leader, d.head_approves, not n)
        for n, d in enumerate(divisions)
    }
    return Office(unit, divisions, leader, teams)


@dataclass(frozen=True)
class Wording:
    """What a task is made of."""

    area: int
    text: str
    products: tuple[str, ...]
    deadline: str
    leads: int
    lead_len: int


def wordings(words: dict) -> list[Wording]:
    """The appendix, then the bullets of section III, then a review of what came first, recombined
    to as many tasks as an office's plan has."""
    leads = cycle(LEADS)
    found = [
        Wording(
            t["area"], t["text"], tuple(p["text"] for p in t["products"]), t["deadline_text"],
            next(leads), t["lead_len"],
        )
        for t in words["tasks"]
    ]  # fmt: skip
    bullets = [(area["number"], text) for area in words["areas"] for text in area["solutions"]]
    reviews = [
        (w.area, f"Sơ kết, đánh giá kết quả thực hiện nhiệm vụ: {w.text[0].lower()}{w.text[1:]}")
        for w in found
    ]
    made = zip((*bullets, *reviews), cycle(DEADLINES), strict=False)
    found += [
        Wording(area, text, ("Báo cáo kết quả thực hiện",), deadline, next(leads), 12)
        for (area, text), deadline in made
    ]
    return sorted(islice(found, TASKS), key=lambda w: w.area)
