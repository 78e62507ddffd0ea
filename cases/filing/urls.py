"""Filing a case."""

from django.urls import path

from cases.filing import filed_page, pages

urlpatterns = [
    path("cases/file/", pages.begin, name="file_case"),
    path("cases/file/find/<slug:kind>/", pages.find, name="file_case_find"),
    path("cases/file/<uuid:key>/", pages.form, name="file_case_form"),
    path("cases/file/<uuid:key>/draft/", pages.draft, name="file_case_draft"),
    path("cases/file/<uuid:key>/discard/", pages.discard, name="file_case_discard"),
    path("cases/file/<uuid:key>/add/<int:pk>/", pages.add, name="file_case_add"),
    path("cases/file/<uuid:key>/files/", pages.attach, name="file_case_attach"),
    path("cases/file/<uuid:key>/files/<int:file>/remove/", pages.take_away, name="file_case_take_away"),
    path("cases/<int:pk>/filed/", filed_page.show, name="case_filed"),
]
