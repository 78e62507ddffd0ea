"""Clean your room."""

from django.urls import path

from cases.room import page

urlpatterns = [
    path("clean-your-room/", page.show, name="clean_room"),
    path("clean-your-room/count/", page.count, name="clean_room_count"),
    path("clean-your-room/give-back/", page.give_back, name="clean_room_give_back"),
]
