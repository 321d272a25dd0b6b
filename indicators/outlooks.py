"""What is to be expected of a target, and what is noticed beside it. Pure: no query, no clock."""

from datetime import date

from cchc.templatetags.cchc import dmy
from indicators.forecasting import Forecast, Outlook, forecast_share
from indicators.models import Indicator
from indicators.verdicts import Kind, Operator, Verdict

CUT_OFF = "14/12"  # the annual figures close (Nghị định 09/2019/NĐ-CP, điều 12)


def forecast_of(indicator: Indicator, results, standing, by: int, past=()) -> Forecast:
    """`results`: year by year up to the year looked at, `past`: those of the term before; `by`: the
    year of the forecast. Only shares are forecast; of the others it is said why not."""
    if indicator.kind == Kind.PERCENTAGE:
        points = {r.year: r.percentage for r in (*past, *results) if r.percentage is not None}
        at_most = indicator.operator == Operator.AT_MOST
        return forecast_share(points, target=indicator.value, year=by, at_most=at_most)
    reached = standing.verdict in (Verdict.MET, Verdict.MET_LATE)
    if indicator.kind == Kind.RANK:
        known = [r for r in results if r.rank is not None]
        reached = bool(known) and known[-1].verdict == Verdict.MET
        known = [r for r in (*past, *results) if r.rank is not None]
        return Forecast(by, None, _outlook(reached), _of_ranks(known))
    if indicator.kind == Kind.MILESTONE:
        why = "Mốc hoàn thành chỉ có đạt hay chưa đạt nên không dự báo."
    elif indicator.operator == Operator.EXTERNAL:
        why = "Kế hoạch không nêu con số, tỷ lệ do Trung ương quy định, nên không dự báo."
    else:
        why = "Đánh giá bằng nhận định nên không dự báo."
    return Forecast(by, None, _outlook(reached), why)


def remarks_of(indicator: Indicator, standing, tasks, as_of: date) -> tuple[str, ...]:
    """Where a milestone and the one-off task that answers it do not say the same."""
    if indicator.kind != Kind.MILESTONE:
        return ()
    said = [_milestone_and_task(standing, task) for task in tasks if task.once]
    said = tuple(words for words in said if words)
    by = indicator.deadline_year
    if standing.pk is None and by and as_of.year > by:
        return said or (f"Đã qua năm {by} mà chưa ghi hoàn thành.",)
    return said


def measured_when(indicator: Indicator) -> str:
    """How often a result is due, in words."""
    if indicator.kind == Kind.RANK:
        return "mỗi năm một lần, khi kết quả của năm được công bố (năm sau)"
    if indicator.kind == Kind.MILESTONE:
        return "khi hoàn thành, theo ngày của văn bản chứng minh"
    return f"mỗi năm một lần, số liệu đến ngày chốt báo cáo năm {CUT_OFF}"


def _outlook(reached: bool) -> Outlook:
    return Outlook.MET if reached else Outlook.UNKNOWN


def _of_ranks(known) -> str:
    why = "Không dự báo thứ hạng: còn tùy kết quả của các cơ quan khác."
    if len(known) < 2:
        return why
    first, last = known[0], known[-1]
    turn = "tốt lên" if last.rank < first.rank else "kém đi"
    if last.rank == first.rank:
        turn = "không đổi"
    return (
        f"Xu hướng {first.year}-{last.year}: từ hạng {first.rank} đến hạng {last.rank}, {turn} "
        f"(thứ hạng nhỏ hơn là tốt hơn). {why}"
    )


def _milestone_and_task(standing, task) -> str:
    done_on, reached = task.done_on, standing.achieved_on
    if done_on and standing.pk is None:
        return f"Nhiệm vụ {task.code} đã xong ngày {dmy(done_on)} nhưng chỉ tiêu chưa ghi kết quả."
    if reached and task.occurrences and not done_on:
        return (
            f"Chỉ tiêu ghi hoàn thành ngày {dmy(reached)} nhưng nhiệm vụ {task.code} chưa được "
            "xác nhận hoàn thành."
        )
    if reached and done_on and reached != done_on:
        return (
            f"Chỉ tiêu ghi hoàn thành ngày {dmy(reached)}, nhiệm vụ {task.code} xong ngày "
            f"{dmy(done_on)}."
        )
    return ""
