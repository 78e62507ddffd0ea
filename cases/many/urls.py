"""Acts on many cases."""

from django.urls import path

from cases.many import page

urlpatterns = [
    path("cases/many/", page.choose, name="many"),
    path("cases/many/<uuid:run>/", page.run, name="many_run"),
    path("cases/many/<uuid:run>/preview/", page.preview, name="many_preview"),
    path("cases/many/<uuid:run>/do/", page.carry_out, name="many_do"),
    path("cases/many/<uuid:run>/undo/", page.undo, name="many_undo"),
]
