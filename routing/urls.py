"""Pages of routing."""

from django.urls import path

from routing import hand_over_page, team_page
from routing.dashboards import record_pages

urlpatterns = [
    path("team/<slug:territory>/", team_page.show, name="team"),
    path(
        "team/<slug:territory>/time-off/",
        team_page.add_time_off,
        name="team_add_time_off",
    ),
    path(
        "team/<slug:territory>/time-off/<int:pk>/remove/",
        team_page.remove_time_off,
        name="team_remove_time_off",
    ),
    path("cases/<int:pk>/hand-over/", hand_over_page.hand_over, name="case_hand_over"),
    path("cases/take-next/", team_page.take_next, name="take_next"),
    path("assigned/", record_pages.given, name="given"),
    path("looks/", record_pages.looks, name="looks"),
]
