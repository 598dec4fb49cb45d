"""Where the planner's pages are, and the floor's."""

from django.urls import path

from firsthand.faces.works import board, chart, floor, runs, versus, ways, what_if

urlpatterns = [
    path("", board.board, name="works"),
    path("operations/", board.operations, name="works-operations"),
    path("late/", board.late, name="works-late"),
    path("ladder/", board.ladder, name="works-ladder"),
    path("versus/", versus.versus, name="works-versus"),
    path("runs/", runs.runs, name="works-runs"),
    path("what-if/", what_if.what_if, name="works-what-if"),
    path("what-if/<int:run_id>/", what_if.answer, name="works-answer"),
    path("runs/progress.json", runs.progress, name="works-progress"),
    path("runs/start/", runs.start, name="works-run-start"),
    path("runs/<int:run_id>/stop/", runs.stop, name="works-run-stop"),
    path("pins/", runs.pin, name="works-pin"),
    path("pins/<int:pin_id>/let-go/", runs.unpin, name="works-unpin"),
    path("lots/<str:number>/", ways.lot, name="works-lot"),
    path("plans/<int:plan_id>/chart.json", chart.chart, name="works-chart"),
    path("floor/", floor.floor, name="works-floor"),
    path("floor/find/", floor.find, name="works-floor-find"),
    path("floor/at/<slug:work_centre>/<int:number>/", floor.machine, name="works-floor-machine"),
    path("floor/at/<slug:work_centre>/<int:number>/down/", floor.down, name="works-floor-down"),
    path("floor/at/<slug:work_centre>/<int:number>/up/", floor.up, name="works-floor-up"),
    path("floor/piece/<str:serial>/", floor.piece, name="works-floor-piece"),
    path("floor/<str:number>/", floor.order, name="works-floor-order"),
    path("floor/<str:number>/paper/", floor.paper, name="works-floor-paper"),
    path("floor/<str:number>/parts/", floor.put_in, name="works-floor-parts"),
    *(
        path(
            f"floor/<str:number>/<int:operation_id>/{what}/",
            floor.report,
            {"what": what},
            name=f"works-floor-{what}",
        )
        for what in floor.REPORTS
    ),
]
