"""The book's pages."""

from django.urls import path

from accounts import account_page

urlpatterns = [
    path("accounts/", account_page.accounts, name="accounts"),
    path("accounts/<int:pk>/", account_page.account, name="account"),
    path("accounts/<int:pk>/<slug:key>/", account_page.section, name="account_section"),
]
