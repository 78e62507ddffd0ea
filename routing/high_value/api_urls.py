"""API of High Value Accounts. It stands before the book's, where any text may be an account's id."""

from django.urls import path

from routing.high_value import api, plan_api

urlpatterns = [
    path("nominations", api.NominationList.as_view(), name="api_nominations"),
    path(
        "nominations/<int:number>/withdraw", api.WithdrawNomination.as_view(), name="api_nomination_withdraw"
    ),
    path("nominations/<int:number>/decide", api.DecideNomination.as_view(), name="api_nomination_decide"),
    path("accounts/<path:external_id>/plan", plan_api.OnePlan.as_view(), name="api_account_plan"),
]
