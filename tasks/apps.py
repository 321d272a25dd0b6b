from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = "Kế hoạch và nhiệm vụ"

    def ready(self):
        from cchc import standing
        from tasks import mailing

        standing.WATCHES.append(mailing.waiting)
