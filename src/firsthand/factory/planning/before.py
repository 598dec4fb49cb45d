"""The plan in force, as far as it has what is still to be planned. Pure."""

from datetime import timedelta

from firsthand.factory.plan import Plan, PlannedOperation
from firsthand.factory.problem import Problem
from firsthand.factory.tables import Tables

SECOND = timedelta(seconds=1)
MINUTE = 60
NAME = "before"


def plan_before(tables: Tables, problem: Problem) -> Plan:
    """Where the plan in force has the operations of a problem; those that it lacks are left out."""
    runs = {(run.work_order_id, run.operation_id): run for run in tables.runs}
    return Plan(
        NAME,
        0,
        tuple(
            PlannedOperation(
                lot_id=run.work_order_id,
                operation_id=run.operation_id,
                work_centre_id=run.work_centre_id,
                machine=run.machine,
                start=(run.starts_at - problem.begins_at) // SECOND,
                end=-((problem.begins_at - run.ends_at) // SECOND),
                setup_seconds=run.setup_minutes * MINUTE,
            )
            for lot in problem.lots
            for one in lot.operations
            if (run := runs.get((lot.id, one.id))) is not None
        ),
    )


def is_whole(before: Plan, problem: Problem) -> frozenset[int]:
    """The lots of which the plan before has everything that is left."""
    known = {(one.lot_id, one.operation_id) for one in before.operations}
    return frozenset(
        lot.id for lot in problem.lots if all((lot.id, one.id) in known for one in lot.operations)
    )
