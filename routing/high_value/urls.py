"""Pages of High Value Accounts. They stand before the book's, whose lists would answer for `accounts/1/plan/`."""

from django.urls import path

from routing.high_value import desk_page, nomination_pages, plan_pages

urlpatterns = [
    path("high-value/", desk_page.show, name="high_value"),
    path("high-value/nominations/", nomination_pages.nominations, name="nominations"),
    path("high-value/nominations/<int:pk>/decide/", nomination_pages.decide, name="nomination_decide"),
    path("high-value/nominations/<int:pk>/withdraw/", nomination_pages.withdraw, name="nomination_withdraw"),
    path("accounts/<int:pk>/nominate/", nomination_pages.nominate, name="nominate"),
    path("accounts/<int:pk>/plan/", plan_pages.show, name="account_plan"),
    path("accounts/<int:pk>/plan/write/", plan_pages.write, name="account_plan_write"),
]
