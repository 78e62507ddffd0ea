"""Pages of cases."""

from django.urls import include, path

from cases import all_cases, my_cases, searching

urlpatterns = [
    path("cases/", all_cases.show, name="cases"),
    path("cases/mine/", my_cases.show, name="my_cases"),
    path("cases/mine/arrivals/", my_cases.arrivals, name="my_cases_arrivals"),
    path("cases/mine/required-ten/", my_cases.required_ten, name="my_cases_required_ten"),
    path("cases/mine/pick-up/", my_cases.pick_up, name="my_cases_pick_up"),
    path("search/", searching.search, name="search"),
    path("", include("cases.dashboards.urls")),
    path("", include("cases.day.urls")),
    path("", include("cases.room.urls")),
    path("", include("cases.filing.urls")),
    path("", include("cases.following.urls")),
    path("", include("cases.many.urls")),
    path("", include("cases.talk.urls")),
    path("", include("cases.mail.urls")),
    path("", include("cases.intake.urls")),
    path("", include("cases.files.urls")),
    path("", include("cases.case_urls")),
    path("", include("cases.agenda.urls")),
]
