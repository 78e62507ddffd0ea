"""API of tasks."""

from django.urls import path

from cases.agenda import api

urlpatterns = [
    path("tasks", api.Tasks.as_view(), name="api_tasks"),
    path("tasks/<int:task>", api.OneTask.as_view(), name="api_task"),
    path("tasks/<int:task>/done", api.SetDone.as_view(), name="api_task_done"),
]
