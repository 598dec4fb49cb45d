"""How a floor is run: a dispatch rule, and its parameters for each group of machines. Pure.

A policy is what a search finds and what the floor goes by: when a machine is free, the rule
gives every waiting operation an index, and the highest goes first. It is kept beside a plan, as
JSON, so that a week later the same machine still decides by the same rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from firsthand.factory.impossible import Impossible

# What a rule is called. The order is their number in the compiled simulation.
RULES = ("fifo", "edd", "spt", "wspt", "cr", "slack", "atc", "atcs", "edd_by_family")


class Parameters(NamedTuple):
    """What a composite rule is tuned by; the plain rules do not look at them.

    K1 looks ahead: a small one rushes only what is nearly late. K2 is the fear of changeovers:
    a small one avoids them. BETA stretches the work that is left of a lot, since it will wait, too.
    """

    k1: float = 2.0
    k2: float = 0.4
    beta: float = 1.5


USUAL = Parameters()


@dataclass(frozen=True, slots=True)
class Policy:
    """A rule, with its parameters by the name of a group of machines."""

    rule: str
    parameters: Mapping[str, Parameters] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise Impossible("nobody knows the rule {rule}", rule=self.rule)
        for values in self.parameters.values():
            if not all(0 < value < float("inf") for value in values):
                raise Impossible("the parameters of a rule are above nought")

    def of(self, group: str) -> Parameters:
        """The parameters of a group; a group that came later has the usual ones."""
        return self.parameters.get(group, USUAL)

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside a plan."""
        return {
            "rule": self.rule,
            "parameters": {group: list(values) for group, values in self.parameters.items()},
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Policy":
        """A policy as it was kept."""
        return cls(
            kept["rule"],
            {group: Parameters(*values) for group, values in kept.get("parameters", {}).items()},
        )
