"""Mail that came in."""

from django.urls import path

from cases.intake import pages, webhook_door

urlpatterns = [
    path("mail/", pages.listed, {"kind": "unmatched"}, name="mail_in_first"),
    path("mail/from/<slug:provider>/", webhook_door.post, name="mail_webhook"),
    path("mail/<int:pk>/", pages.one, name="mail_in_one"),
    path("mail/<int:pk>/original/", pages.original, name="mail_in_original"),
    path("mail/<int:pk>/<slug:act>/", pages.decide, name="mail_in_decide"),
    path("mail/<slug:kind>/", pages.listed, name="mail_in"),
    path("cases/<int:pk>/received/<int:mail>/", pages.on_case, name="case_received"),
    path(
        "cases/<int:pk>/received/<int:mail>/original/", pages.original_on_case, name="case_received_original"
    ),
    path("cases/<int:pk>/received/<int:mail>/open/", pages.open_new, name="case_received_open"),
]
