"""Infer: what a request and an answer look like, from the recorded calls and the signature."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from nb2service.contract.arguments import of_arguments
from nb2service.contract.calls import Calls
from nb2service.contract.frames import of_frame
from nb2service.contract.inference import Call, Inference, Input
from nb2service.contract.records import of_record, of_row
from nb2service.contract.rows import of_rows
from nb2service.contract.schemas import schema_of
from nb2service.errors import Nb2serviceError

__all__ = ["Call", "Inference", "Input", "infer"]

_SHAPES = {
    "a dict": of_record,
    "a row": of_row,
    "a DataFrame": of_frame,
    "rows": of_rows,
    "plain arguments": of_arguments,
}


def infer(
    place: str,
    function: str,
    parameters: Sequence[Mapping[str, Any]],
    calls: Sequence[Any],
    seen: int,
) -> Inference:
    """Infer the contract from what the recorder saw; see `kernel/recording/recorder.py`.

    Args:
        place: the marked cell, for messages.
        function: the name of predict, for messages.
        parameters: its parameters, without trained state.
        calls: the recorded calls, without trained state.
        seen: how many calls there were.

    Raises:
        Nb2serviceError: predict takes or answers something that JSON cannot say, or is called in
            different ways.
    """
    looked = Calls(place, function, parameters, calls)
    looked.refuse_unplain()
    shapes = {looked.shape(call) for call in calls}
    if len(shapes) > 1:
        raise Nb2serviceError(
            place,
            f"{function} is called in different ways: with {' and with '.join(sorted(shapes))}",
            "A service has one kind of request: call it in one way.",
        )
    inferred = _SHAPES[shapes.pop()](looked)
    answers = [answer for call in inferred.calls for answer in call.answers]
    if all(answer is None for answer in answers):
        raise Nb2serviceError(
            place,
            f"{function} returns None in every call",
            "End it with a return: what it prints or draws, no service can send.",
        )
    answers_are: Literal["dict", "value"] = (
        "dict" if answers and all(isinstance(a, dict) for a in answers) else "value"
    )
    return Inference(
        **vars(inferred), answer=schema_of(answers), answers_are=answers_are, seen=seen
    )
