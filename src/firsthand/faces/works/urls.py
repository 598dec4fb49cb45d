"""Where the planner's pages are, and the floor's."""

from django.urls import path

from firsthand.faces.works import board

urlpatterns = [
    path("", board.board, name="works"),
]
