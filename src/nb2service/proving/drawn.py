"""Drawn: let the notebook's own predict answer random records, while its kernel is alive."""

import asyncio
from dataclasses import replace

from nb2service import places
from nb2service.extraction import Extraction
from nb2service.proving.draw import draw
from nb2service.running.run import Session
from nb2service.writing.write import contract_of

# Seconds; the kernel itself stops earlier, if it lives.
_PATIENCE = 40


async def with_drawn(taken: Extraction, live: Session) -> Extraction:
    """Add random records and the notebook's answers to them, or a note that there are none."""
    inference = taken.inference
    try:
        asked = live.ask(
            "drawn",
            document=contract_of(taken),
            parameter=inference.parameter,
            bound=dict(taken.bound),
            record_class=taken.record_class,
            records=draw(inference.record, inference.calls),
            folder=str(places.service()),
        )
        calls = await asyncio.wait_for(asked, _PATIENCE)
    except (TimeoutError, RuntimeError):
        # All that is served was taken before: only this part of the proof is missing.
        note = (
            "the kernel did not survive random records: the proof is of the recorded calls alone."
        )
        return replace(taken, notes=(*taken.notes, note))
    return replace(taken, drawn=tuple(calls))
