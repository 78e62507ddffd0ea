"""The API, by app, with its own pages."""

from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView

from accounts import access
from smbcases.lib import problems
from smbcases.reference import api_docs

urlpatterns = [
    path("schema", access.public(SpectacularAPIView.as_view()), name="api_schema"),
    path("docs", api_docs, name="api_docs"),
    path("", include("routing.high_value.api_urls")),
    path("", include("accounts.api_urls")),
    path("", include("cases.api_urls")),
    path("", include("routing.api_urls")),
    re_path("", access.public(csrf_exempt(problems.nothing_here))),  # in any method: it does nothing
]
