"""Following filed cases."""

from django.urls import path

from cases.following import pages

urlpatterns = [
    path("cases/filed/", pages.show, name="filed_cases"),
    path("cases/filed/export.<slug:ending>", pages.export, name="filed_export"),
    path("cases/filed/views/", pages.keep_view, name="filed_views"),
    path("cases/filed/views/<uuid:key>/", pages.open_view, name="filed_view"),
    path("cases/filed/views/<uuid:key>/drop/", pages.drop_view, name="filed_view_drop"),
    path("cases/<int:pk>/follow/", pages.follow, name="case_follow"),
    path("cases/<int:pk>/unfollow/", pages.unfollow, name="case_unfollow"),
    path("cases/<int:pk>/late/", pages.escalate, name="case_escalate_late"),
]
