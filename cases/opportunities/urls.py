"""Sheets of a case about its opportunity, its lead and the account's GitLab admin."""

from django.urls import path

from cases.opportunities import pages

urlpatterns = [
    path("cases/<int:pk>/gitlab-admin/", pages.gitlab_admin, name="case_gitlab_admin"),
    path("cases/<int:pk>/opportunity/new/", pages.new, name="case_opportunity_new"),
    path("cases/<int:pk>/opportunity/won/", pages.won, name="case_opportunity_won"),
    path("cases/<int:pk>/opportunity/lost/", pages.lost, name="case_opportunity_lost"),
    path("cases/<int:pk>/opportunity/date/", pages.close_date, name="case_opportunity_close_date"),
    path("cases/<int:pk>/opportunity/risk/", pages.risk, name="case_renewal_risk"),
    path("cases/<int:pk>/lead/", pages.lead, name="case_lead"),
]
