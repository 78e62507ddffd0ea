"""The book by API, to read."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import visibility
from accounts.access import Act
from accounts.api import actor
from accounts.api_shapes import AccountDetail, AccountLine, AccountQuery
from accounts.models import Account, Contact, Opportunity, Subscription
from accounts.models.keys import Scope


def _seen(request: Request) -> QuerySet[Account]:
    """A key that acts for nobody sees the whole book: that is what its scope says."""
    person = actor(request)
    accounts = visibility.visible(person) if person else Account.objects.all()
    return accounts.select_related("owner", "gitlab_admin")


class Accounts(ListAPIView[Account]):
    acts = {"GET": Act.SEE_BOOK}
    scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = AccountLine
    queryset = Account.objects.none()

    @extend_schema(summary="List accounts", tags=["accounts"], parameters=[AccountQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Account]:
        asked = AccountQuery(data=self.request.query_params)
        asked.is_valid(raise_exception=True)
        filters = dict(asked.validated_data)
        if name := filters.pop("name", ""):
            filters["name__istartswith"] = name
        return _seen(self.request).filter(**filters)


class OneAccount(RetrieveAPIView[Account]):
    acts = {"GET": Act.SEE_BOOK}
    scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = AccountDetail
    queryset = Account.objects.none()
    lookup_field = "external_id"

    @extend_schema(summary="One account", tags=["accounts"])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Account]:
        return _seen(self.request).prefetch_related(
            Prefetch("contacts", Contact.objects.order_by("id")),
            Prefetch("opportunities", Opportunity.objects.order_by("-close_on", "id")),
            Prefetch("subscriptions", Subscription.objects.order_by("-renews_on", "id")),
        )
