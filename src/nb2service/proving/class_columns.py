"""Class columns: which class each column of the answers stands for, as the model itself says."""

import asyncio
from dataclasses import replace

from nb2service import places
from nb2service.extraction import Extraction
from nb2service.running.run import Session
from nb2service.writing.write import contract_of

# Recorded calls that are asked for it, and seconds beyond those that the kernel takes itself.
_CALLS, _SECONDS = 3, 40


async def with_class_columns(taken: Extraction, live: Session) -> Extraction:
    """Add the place of each column of the answers among the classes of the one classifier.

    Without a proof there are none, and the columns stay numbers.
    """
    if not taken.may_be_classes:
        return taken
    inference = taken.inference
    asked = live.ask(
        "class_columns",
        document=contract_of(taken),
        asking={
            "parameter": inference.parameter,
            "bound": dict(taken.bound),
            "record_class": taken.record_class,
        },
        calls=[{"records": call.records} for call in inference.calls[:_CALLS]],
        models=[i.name for i in taken.artifacts if i.artifact and i.artifact.classes],
        folder=str(places.service()),
    )
    try:
        columns = await asyncio.wait_for(asked, _SECONDS)
    except (TimeoutError, RuntimeError):
        return taken
    return replace(taken, class_columns=tuple(columns or ()))
