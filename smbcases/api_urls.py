"""The API, by app, with its own pages."""

from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import access
from smbcases.lib import problems

_docs = SpectacularSwaggerSplitView.as_view(url_name="api_schema", template_name="accounts/api_docs.html")

urlpatterns = [
    path("schema", access.public(SpectacularAPIView.as_view()), name="api_schema"),
    path("docs", access.public(_docs), name="api_docs"),
    path("", include("accounts.api_urls")),
    path("", include("cases.api_urls")),
    path("", include("routing.api_urls")),
    re_path("", access.public(csrf_exempt(problems.nothing_here))),  # in any method: it does nothing
]
