"""What a plan is judged by: one number, made of what people care about. Pure.

    cost = Σ lots  weight × (tardiness × T + flow × F)  +  changeover × S  +  instability × I

    T  hours that a lot is late         max(0, C − d)
    F  hours that a lot is in the factory      C − r
    S  hours in which machines are set up
    I  hours of movement: for each operation that was to begin within the next NEAR hours, the
       hours by which its start moved, and one hour more if it changed its machine; one that
       should have begun already was to begin now

The weights stand in the settings; the smallest cost is the best plan.
"""

from dataclasses import dataclass

from firsthand.factory.impossible import Impossible


@dataclass(frozen=True, slots=True)
class Objective:
    """The weights, each by the hour."""

    tardiness: float = 1.0
    flow: float = 0.1
    changeover: float = 0.0
    instability: float = 0.0
    near_hours: int = 48

    def __post_init__(self) -> None:
        if min(self.tardiness, self.flow, self.changeover, self.instability) < 0:
            raise Impossible("a plan cannot be better for being worse: a weight is below nought")
        if self.near_hours < 0:
            raise Impossible("what is near ends before it begins")


DEFAULT = Objective()
