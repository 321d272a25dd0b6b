from django.urls import path

from tasks.views import (
    amendments,
    approval,
    calendar,
    contributions,
    desk,
    directives,
    documents,
    extensions,
    notices,
    plan,
    plan_edit,
    plan_import,
    report,
    review,
    rolling_over,
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
    # plans, a draft under work, amendments
    path("ke-hoach/cac-ke-hoach/", plan_edit.plans, name="plans"),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/", plan_edit.plan_page, name="plan_page"),
    path(
        "ke-hoach/cac-ke-hoach/<slug:plan>/phat-hien/",
        plan_edit.plan_finding,
        name="plan_finding",
    ),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/hieu-luc/", plan_edit.plan_begin, name="plan_begin"),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/ket-thuc/", plan_edit.plan_close, name="plan_close"),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/mo-lai/", plan_edit.plan_reopen, name="plan_reopen"),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/soan/", plan_edit.plan_edit, name="plan_edit"),
    path("ke-hoach/cac-ke-hoach/<slug:plan>/soan/thu-tu/", plan_edit.plan_order, name="plan_order"),
    path(
        "ke-hoach/cac-ke-hoach/<slug:plan>/soan/linh-vuc/<int:number>/",
        plan_edit.plan_area,
        name="plan_area",
    ),
    path(
        "ke-hoach/cac-ke-hoach/<slug:plan>/soan/linh-vuc/<int:number>/them/",
        plan_edit.plan_task_new,
        name="plan_task_new",
    ),
    path(
        "ke-hoach/cac-ke-hoach/<slug:plan>/soan/nhiem-vu/<str:code>/",
        plan_edit.plan_task,
        name="plan_task",
    ),
    # a plan goes on in the next term
    path(
        "ke-hoach/cac-ke-hoach/<slug:plan>/chuyen-tiep/", rolling_over.roll_over, name="roll_over"
    ),
    path(
        "ke-hoach/cac-ke-hoach/<slug:plan>/viec-chua-xong/",
        rolling_over.carry_over,
        name="carry_over",
    ),
    # a plan comes in from its file
    path("ke-hoach/nap/", plan_import.plan_import_new, name="plan_import_new"),
    path("ke-hoach/nap/<int:pk>/", plan_import.plan_import, name="plan_import"),
    path("ke-hoach/nap/<int:pk>/tep/", plan_import.plan_import_file, name="plan_import_file"),
    path("ke-hoach/sua-doi/", amendments.amendments, name="amendments"),
    path("ke-hoach/sua-doi/moi/", amendments.amendment_new, name="amendment_new"),
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
