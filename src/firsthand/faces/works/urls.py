"""Where the planner's pages are, and the floor's."""

from django.urls import path

from firsthand.faces.works import board, chart, runs, versus, ways

urlpatterns = [
    path("", board.board, name="works"),
    path("operations/", board.operations, name="works-operations"),
    path("late/", board.late, name="works-late"),
    path("ladder/", board.ladder, name="works-ladder"),
    path("versus/", versus.versus, name="works-versus"),
    path("runs/", runs.runs, name="works-runs"),
    path("runs/progress.json", runs.progress, name="works-progress"),
    path("runs/start/", runs.start, name="works-run-start"),
    path("runs/<int:run_id>/stop/", runs.stop, name="works-run-stop"),
    path("pins/", runs.pin, name="works-pin"),
    path("pins/<int:pin_id>/let-go/", runs.unpin, name="works-unpin"),
    path("lots/<str:number>/", ways.lot, name="works-lot"),
    path("plans/<int:plan_id>/chart.json", chart.chart, name="works-chart"),
]
