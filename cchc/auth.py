"""Signing in by name and password."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef, Subquery

from cchc.models import SecondFactor, User
from cchc.units import offices_above


class PasswordBackend(ModelBackend):
    """Django's own, but the person comes with their unit, office and second step: every page asks
    for them."""

    def get_user(self, user_id):
        offices = offices_above("unit__path")
        people = User.objects.select_related("unit").annotate(
            office_id=Subquery(offices.values("pk")[:1]),
            office_path=Subquery(offices.values("path")[:1]),
            has_two_step=Exists(SecondFactor.objects.filter(user=OuterRef("pk"))),
        )
        user = people.filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
