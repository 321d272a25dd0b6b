from django.urls import path

from tasks.views import (
    approval,
    calendar,
    contributions,
    desk,
    directives,
    documents,
    extensions,
    notices,
    plan,
    report,
    review,
    task,
    units,
    waiting,
)

app_name = "tasks"
urlpatterns = [
    # approval by the head, documents, extensions, what waits (before nhiem-vu/<code>/<period>/)
    path("phan-viec/<int:pk>/duyet/", approval.approve, name="approve"),
    path("van-ban/", documents.documents, name="documents"),
    path("phan-viec/<int:pk>/gia-han/", extensions.extend, name="extend"),
    path("gia-han/", extensions.extensions, name="extensions"),
    path("gia-han/<int:pk>/", extensions.extension, name="extension"),
    path("nhiem-vu/<str:code>/dieu-kien/", waiting.trigger, name="trigger"),
    path("nhiem-vu/<str:code>/dieu-kien/chua-co/", waiting.trigger_check, name="trigger_check"),
    path("phan-viec/<int:pk>/dung/", waiting.stop, name="stop"),
    path("viec-cua-don-vi/", report.my_work, name="my_work"),
    path("phan-viec/<int:pk>/cap-nhat/", report.update, name="update"),
    path("cho-xac-nhan/", review.review, name="review"),
    path("phan-viec/<int:pk>/xac-nhan/", review.verify, name="verify"),
    path("phan-viec/<int:pk>/tra-lai/", review.return_, name="return"),
    # the coordinator's desk, đôn đốc, directives
    path("dieu-phoi/", desk.desk, name="desk"),
    path("cho-xac-nhan/xac-nhan/", review.verify_many, name="verify_many"),
    path("phan-viec/<int:pk>/nhac/", desk.remind, name="remind"),
    path("phan-viec/<int:pk>/bao-cao/", desk.report_to_leaders, name="report_to_leaders"),
    path("don-doc/lanh-dao/", desk.leaders_list, name="leaders_list"),
    path("don-doc/phieu/lap/<slug:code>/", desk.new_letter, name="urge_letter_new"),
    path("don-doc/phieu/<int:pk>/", desk.letter, name="urge_letter"),
    path("don-doc/<int:pk>/tra-loi/", desk.answer_reminder, name="answer_reminder"),
    path("nhiem-vu/<str:code>/<str:period>/chi-dao/", directives.direct, name="direct"),
    path("chi-dao/", directives.directives, name="directives"),
    path("chi-dao/<int:pk>/tra-loi/", directives.directive_answer, name="directive_answer"),
    path("chi-dao/<int:pk>/xu-ly/", directives.directive_close, name="directive_close"),
    path("ke-hoach/", plan.plan, name="plan"),
    path("ke-hoach/nguyen-van/", plan.plan_text, name="plan_text"),
    # contributions
    path("nhiem-vu/<str:code>/<str:period>/phoi-hop/", contributions.choose, name="choose"),
    path("phoi-hop/<int:pk>/", contributions.contribution_answer, name="contribution_answer"),
    path("nhiem-vu/<str:code>/", task.task, name="task"),
    path("nhiem-vu/<str:code>/<str:period>/", task.occurrence, name="occurrence"),
    path("van-ban/<int:pk>/tep/", task.document_file, name="document_file"),
    # units change
    path("don-vi/", units.unit_changes, name="unit_changes"),
    path("don-vi/<slug:code>/thay-doi/", units.unit_change, name="unit_change"),
    # notices, calendars
    path("thong-bao/", notices.notices, name="notices"),
    path("thong-bao/da-doc/", notices.notices_read, name="notices_read"),
    path("lich/", calendar.calendar, name="calendar"),
    path("lich/<slug:secret>.ics", calendar.calendar_feed, name="calendar_feed"),
]
