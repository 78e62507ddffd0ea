"""Asking for help on a case, handing it on, and answering."""

from django.urls import path

from cases.escalating import pages

urlpatterns = [
    path("cases/<int:pk>/support/", pages.support, name="case_support"),
    path("cases/<int:pk>/architect/", pages.architect, name="case_architect"),
    path("cases/<int:pk>/move/", pages.move, name="case_move"),
    path("cases/<int:pk>/mid-market/", pages.mid_market, name="case_mid_market"),
    path("cases/<int:pk>/ticket-told/", pages.ticket_told, name="case_ticket_told"),
    path("cases/<int:pk>/requests/<int:request_id>/done/", pages.request_done, name="case_request_done"),
    path("requests/", pages.requests, name="requests"),
    path("requests/<int:request_id>/answer/", pages.answer, name="request_answer"),
]
