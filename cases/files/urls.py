"""Files on a case."""

from django.urls import path

from cases.files import page

urlpatterns = [
    path("cases/<int:pk>/attach/", page.attach, name="case_attach"),
    path("cases/<int:pk>/files/<int:attachment>/", page.download, name="case_file"),
    path("cases/<int:pk>/files/<int:attachment>/image/", page.image, name="case_file_image"),
    path("cases/<int:pk>/files/<int:attachment>/remove/", page.remove, name="case_file_remove"),
]
