"""Dashboards."""

from django.urls import path

from cases.dashboards import page

urlpatterns = [
    path("dashboards/", page.index, name="dashboards"),
    path("dashboards/<slug:key>/", page.dashboard, name="dashboard"),
]
