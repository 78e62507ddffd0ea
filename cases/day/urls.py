"""The page of the day."""

from django.urls import path

from cases.day import page

urlpatterns = [path("day/", page.show, name="my_day")]
