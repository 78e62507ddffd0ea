"""API of requests on cases."""

from django.urls import path

from cases.escalating import api

urlpatterns = [
    path("requests", api.Requests.as_view(), name="api_requests"),
    path("cases/<case:number>/requests", api.AskForHelp.as_view(), name="api_case_requests"),
    path("cases/<case:number>/requests/answer", api.AnswerRequest.as_view(), name="api_case_request_answer"),
    path("cases/<case:number>/requests/done", api.FinishRequest.as_view(), name="api_case_request_done"),
    path("cases/<case:number>/support", api.HandToSupport.as_view(), name="api_case_support"),
    path("cases/<case:number>/mid-market", api.HandToMidMarket.as_view(), name="api_case_mid_market"),
    path("cases/<case:number>/ticket-told", api.TellTicket.as_view(), name="api_case_ticket_told"),
]
