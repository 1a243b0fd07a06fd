"""What every shape shares."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Answer = Literal["yes", "no", "unknown"]
PriorityOut = Literal["P1", "P2", "P3", "P4"]
Mode = Literal["full", "rules only"]


class Shape(BaseModel):
    """What every shape shares: no field beyond those named."""

    model_config = ConfigDict(extra="forbid")
