"""Pages of the sweep of ownership."""

from django.urls import path

from accounts.ownership import pages

urlpatterns = [
    path("ownership/", pages.preview, name="ownership"),
    path("ownership/run/", pages.run, name="ownership_run"),
    path("ownership/<int:pk>/", pages.report, name="ownership_sweep"),
    path("ownership/<int:pk>/undo/", pages.undo, name="ownership_undo"),
]
