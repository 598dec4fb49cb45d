"""Where the planner's pages are, and the floor's."""

from django.urls import path

from firsthand.faces.works import board, chart, versus, ways

urlpatterns = [
    path("", board.board, name="works"),
    path("operations/", board.operations, name="works-operations"),
    path("late/", board.late, name="works-late"),
    path("ladder/", board.ladder, name="works-ladder"),
    path("versus/", versus.versus, name="works-versus"),
    path("lots/<str:number>/", ways.lot, name="works-lot"),
    path("plans/<int:plan_id>/chart.json", chart.chart, name="works-chart"),
]
