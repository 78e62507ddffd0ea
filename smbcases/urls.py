"""Every address of the house. Each view says itself who may open it (`accounts.access`)."""

from django.contrib import admin
from django.urls import include, path

from smbcases.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("admin/", admin.site.urls),
    path("api/", include("smbcases.api_urls")),
    path("", include("accounts.urls")),
    path("", include("cases.urls")),
    path("", include("routing.urls")),
]
