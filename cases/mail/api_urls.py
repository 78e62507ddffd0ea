"""API of mails."""

from django.urls import path

from cases.mail import api

urlpatterns = [
    path("cases/<case:number>/mails", api.Mails.as_view(), name="api_case_mails"),
    path("cases/<case:number>/mail", api.BeginMail.as_view(), name="api_case_mail"),
    path("cases/<case:number>/mail/send", api.SendMail.as_view(), name="api_case_mail_send"),
    path("cases/<case:number>/mail/again", api.SendMailAgain.as_view(), name="api_case_mail_again"),
    path("cases/<case:number>/mail/settle", api.SettleMail.as_view(), name="api_case_mail_settle"),
]
