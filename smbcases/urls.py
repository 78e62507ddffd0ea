"""Every address of the house. Each view says itself who may open it (`accounts.access`)."""

from django.contrib import admin
from django.urls import include, path

from smbcases.health import health
from smbcases.styleguide import styleguide

urlpatterns = [
    path("health/", health, name="health"),
    path("styleguide/", styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
    path("api/", include("smbcases.api_urls")),
    path("", include("routing.high_value.urls")),
    path("", include("accounts.urls")),
    path("", include("cases.urls")),
    path("", include("routing.urls")),
]

handler500 = "smbcases.outage.broke"
