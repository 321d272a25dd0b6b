"""Signing in by name and password."""

from django.contrib.auth.backends import ModelBackend

from cchc.models import User


class PasswordBackend(ModelBackend):
    """Django's own, but the person comes with their unit: every page asks for it."""

    def get_user(self, user_id):
        user = User.objects.select_related("unit").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
