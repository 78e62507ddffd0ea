"""API of events and of the book."""

from django.urls import path, re_path

from accounts.account_api import Accounts, OneAccount
from accounts.event_api import Events, OneEvent

urlpatterns = [
    path("events", Events.as_view(), name="api_events"),
    re_path(r"^events/(?P<place>(?s:.+))\Z", OneEvent.as_view(), name="api_event"),  # any text may be an id
    path("accounts", Accounts.as_view(), name="api_accounts"),
    path("accounts/<path:external_id>", OneAccount.as_view(), name="api_account"),
]
