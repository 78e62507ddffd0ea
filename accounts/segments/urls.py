"""The page of accounts over the SMB line."""

from django.urls import path

from accounts.segments import pages

urlpatterns = [path("segment-moves/", pages.show, name="segment_moves")]
