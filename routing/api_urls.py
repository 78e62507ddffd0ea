"""API of routing."""

from django.urls import path

from routing import api

urlpatterns = [
    path("cases/take-next", api.TakeNext.as_view(), name="api_take_next"),
    path("cases/<case:number>/hand-over", api.HandOver.as_view(), name="api_case_hand_over"),
    path("cases/<case:number>/why", api.WhyCase.as_view(), name="api_case_why"),
]
