"""Talk on a case, and the notices of whoever is signed in."""

from django.urls import path

from cases.talk import notice_pages, pages

urlpatterns = [
    path("cases/<int:pk>/comment/", pages.comment, name="case_comment"),
    path("cases/<int:pk>/questions/<int:question>/answer/", pages.answer, name="case_answer"),
    path("cases/<int:pk>/people/", pages.people, name="case_people"),
    path("notices/", notice_pages.show, name="notices"),
    path("notices/bell/", notice_pages.bell, name="notices_bell"),
    path("notices/read/", notice_pages.mark_read, name="notices_read"),
    path("notices/settings/", notice_pages.settings, name="notice_settings"),
    path("notices/<int:pk>/", notice_pages.open_one, name="notice"),
]
