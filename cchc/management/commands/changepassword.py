"""Django's own; what is typed on the server itself is no temporary password, and opens the door."""

from django.contrib.auth.management.commands import changepassword

from cchc import audit, clock
from cchc.models import User
from cchc.sign_in import throttle


class Command(changepassword.Command):
    def handle(self, *args, **options):
        said = super().handle(*args, **options)
        user = User.objects.get(username=options["username"] or changepassword.getpass.getuser())
        User.objects.filter(pk=user.pk).update(temporary_until=None)
        throttle.unlock(user.username)
        audit.record(by=None, verb="password_set_on_server", target=user, at=clock.now())
        return said
