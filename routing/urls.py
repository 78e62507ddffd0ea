"""Pages of routing."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
