"""How many rows several querysets have, asked at once."""

from django.db.models import Count, Subquery, Value
from django.db.models.functions import Coalesce

from cchc.models import User


def counts_of(user, **rows) -> dict[str, int]:
    """The number of each of `rows`, by its name. One query, whatever they are of."""
    numbers = {
        name: Coalesce(
            Subquery(found.order_by().values(one=Value(1)).annotate(n=Count("pk")).values("n")), 0
        )
        for name, found in rows.items()
    }
    return User.objects.filter(pk=user.pk).values(**numbers).get()
