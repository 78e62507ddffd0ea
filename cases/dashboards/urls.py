"""Dashboards."""

from django.urls import path

from cases.dashboards import page
from cases.dashboards.scorecard import record_pages

urlpatterns = [
    path("dashboards/", page.index, name="dashboards"),
    path("dashboards/<slug:key>/", page.dashboard, name="dashboard"),
    path("touches/", record_pages.touches, name="touches"),
    path("required-ten/", record_pages.required, name="required_ten"),
]
