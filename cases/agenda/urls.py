"""Pages of tasks and of the calendar."""

from django.urls import path

from cases.agenda import calendar_page, pages

urlpatterns = [
    path("tasks/", pages.show, name="tasks"),
    path("tasks/add/", pages.add, name="task_add"),
    path("tasks/accounts/", pages.find_accounts, name="task_accounts"),
    path("cases/<int:pk>/tasks/", pages.add_to_case, name="case_tasks"),
    path("tasks/<int:pk>/", pages.edit, name="task"),
    path("tasks/<int:pk>/done/", pages.set_done, name="task_done"),
    path("tasks/<int:pk>/remove/", pages.remove, name="task_remove"),
    path("tasks/<int:pk>/restore/", pages.restore, name="task_restore"),
    path("calendar/", calendar_page.show, name="calendar"),
    path("calendar/make/", calendar_page.make, name="calendar_make"),
    path("calendar/revoke/", calendar_page.revoke, name="calendar_revoke"),
    path("calendar/<str:secret>.ics", calendar_page.feed, name="calendar_feed"),
]
