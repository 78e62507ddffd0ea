"""One case: its page and what is done on it."""

from django.urls import include, path

from cases import case_acts, case_page

urlpatterns = [
    path("", include("cases.opportunities.urls")),
    path("", include("cases.escalating.urls")),
    path("cases/<int:pk>/", case_page.case, name="case"),
    path("cases/<int:pk>/history/", case_page.history, name="case_history"),
    path("cases/<int:pk>/pick-up/", case_acts.pick_up, name="case_pick_up"),
    path("cases/<int:pk>/status/", case_acts.set_status, name="case_status"),
    path("cases/<int:pk>/next-steps/", case_acts.next_steps, name="case_next_steps"),
    path("cases/<int:pk>/later/", case_acts.put_off, name="case_later"),
    path("cases/<int:pk>/close/", case_acts.close, name="case_close"),
    path("cases/<int:pk>/reopen/", case_acts.reopen, name="case_reopen"),
    path("cases/<int:pk>/touch/", case_acts.log_touch, name="case_touch"),
    path("cases/<int:pk>/contact/", case_acts.set_contact, name="case_contact"),
    path(
        "cases/<int:pk>/opportunity/",
        case_acts.link_opportunity,
        name="case_opportunity",
    ),
    path("cases/<int:pk>/account/", case_acts.set_account, name="case_account"),
]
