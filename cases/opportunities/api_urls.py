"""API of a case's opportunity, its lead and the account's GitLab admin."""

from django.urls import path

from cases.opportunities import api

urlpatterns = [
    path("cases/<case:number>/gitlab-admin", api.NameGitlabAdmin.as_view(), name="api_case_gitlab_admin"),
    path(
        "cases/<case:number>/opportunity/new", api.MakeOpportunity.as_view(), name="api_case_opportunity_new"
    ),
    path(
        "cases/<case:number>/opportunity/won",
        api.CloseOpportunityWon.as_view(),
        name="api_case_opportunity_won",
    ),
    path(
        "cases/<case:number>/opportunity/lost",
        api.CloseOpportunityLost.as_view(),
        name="api_case_opportunity_lost",
    ),
    path("cases/<case:number>/opportunity/date", api.SetCloseDate.as_view(), name="api_case_close_date"),
    path("cases/<case:number>/opportunity/risk", api.SetRenewalRisk.as_view(), name="api_case_renewal_risk"),
    path("cases/<case:number>/lead", api.SettleLead.as_view(), name="api_case_lead"),
]
