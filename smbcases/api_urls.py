"""The API, by app, with its own pages."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import access

urlpatterns = [
    path("schema", access.public(SpectacularAPIView.as_view()), name="api_schema"),
    path("docs", access.public(SpectacularSwaggerSplitView.as_view(url_name="api_schema")), name="api_docs"),
    path("", include("accounts.api_urls")),
    path("", include("cases.api_urls")),
    path("", include("routing.api_urls")),
]
