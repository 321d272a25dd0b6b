"""The plan's targets, the indices of its area VIII, and what was found of both."""

from indicators.models.indices import (
    ComponentScore,
    Index,
    IndexComponent,
    IndexResult,
    IndexVersion,
)
from indicators.models.targets import Indicator, Measurement

__all__ = [
    "ComponentScore",
    "Index",
    "IndexComponent",
    "IndexResult",
    "IndexVersion",
    "Indicator",
    "Measurement",
]
