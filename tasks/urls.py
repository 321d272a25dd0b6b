from django.urls import path

from tasks.views import plan, report, review, task

app_name = "tasks"
urlpatterns = [
    path("viec-cua-don-vi/", report.my_work, name="my_work"),
    path("phan-viec/<int:pk>/cap-nhat/", report.update, name="update"),
    path("cho-xac-nhan/", review.review, name="review"),
    path("phan-viec/<int:pk>/xac-nhan/", review.verify, name="verify"),
    path("phan-viec/<int:pk>/tra-lai/", review.return_, name="return"),
    path("ke-hoach/", plan.plan, name="plan"),
    path("ke-hoach/nguyen-van/", plan.plan_text, name="plan_text"),
    path("nhiem-vu/<str:code>/", task.task, name="task"),
    path("nhiem-vu/<str:code>/<str:period>/", task.occurrence, name="occurrence"),
    path("van-ban/<int:pk>/tep/", task.document_file, name="document_file"),
]
