"""API of mail that came in."""

from django.urls import path

from cases.intake import api

urlpatterns = [
    path("received-mails", api.ReceivedMails.as_view(), name="api_received_mails"),
    path("received-mails/<int:mail>", api.OneReceivedMail.as_view(), name="api_received_mail"),
    path("received-mails/<int:mail>/account", api.ChooseAccount.as_view(), name="api_received_account"),
    path("received-mails/<int:mail>/case", api.PutOnCase.as_view(), name="api_received_case"),
    path("received-mails/<int:mail>/let-through", api.LetThrough.as_view(), name="api_received_let_through"),
    path("received-mails/<int:mail>/try-again", api.TryAgain.as_view(), name="api_received_try_again"),
    path("received-mails/<int:mail>/file", api.FileAway.as_view(), name="api_received_file"),
    path("cases/<case:number>/received-mails", api.MailsOfCase.as_view(), name="api_case_received_mails"),
    path("cases/<case:number>/open-from-mail", api.OpenFromMail.as_view(), name="api_case_open_from_mail"),
]
