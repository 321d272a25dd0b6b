from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"
    verbose_name = "Kế hoạch và nhiệm vụ"

    def ready(self):
        from cchc import kept, standing
        from tasks import mailing, viewing

        standing.WATCHES.append(mailing.waiting)
        # What one has read is nobody else's business and leaves no audit row.
        kept.BESIDES.append(viewing.unread_count)
