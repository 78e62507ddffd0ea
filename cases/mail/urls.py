"""Mails of a case: writing one, and each one's page."""

from django.urls import path

from cases.mail import pages

urlpatterns = [
    path("cases/<int:pk>/mail/", pages.write, name="case_mail"),
    path("cases/<int:pk>/mail/draft/", pages.draft, name="case_mail_draft"),
    path("cases/<int:pk>/mails/<int:mail>/", pages.one, name="case_mail_one"),
    path("cases/<int:pk>/mails/<int:mail>/again/", pages.send_again, name="case_mail_again"),
    path("cases/<int:pk>/mails/<int:mail>/settle/", pages.settle, name="case_mail_settle"),
]
