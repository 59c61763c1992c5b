"""Who is to blame when predict raises: which records, and of each which values.

It is asked, not guessed: a record is to blame if predict fails at it alone, and a value if predict
answers as soon as a value that the notebook had stands in its place. What the notebook's own values
cannot explain is predict's fault.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from service.contract import Contract, Record, Schema
from service.outcomes import Fault, Outcome, Refused
from service.records.conform import shown
from service.records.tables import FeatureError
from service.records.unknown_values import unknown_value
from service.request_record import the_request

Ask = Callable[[Sequence[Record]], list[Any]]

# Inside predict, for the whole search, and the failing records in it: a request must not cost many
# times its work. Waiting for others is no cost, but must end, too.
SECONDS = 2.0
PATIENCE = 20.0
MOST_RECORDS = 20


@dataclass(frozen=True)
class _Suspect:
    """A feature, a value that the notebook had, and what is to be said of the one that came."""

    name: str
    usual: Any
    fault: Fault


def settled(
    records: Sequence[Record], many: bool, error: Exception, ask: Ask, contract: Contract
) -> list[Any]:
    """Return the answers of records at which predict raised the error, asked apart.

    Raises Refused for what the caller sent, and else what predict raised.
    """
    if isinstance(error, FeatureError):
        fault: Fault = {"field": error.feature, "message": str(error)}
        raise Refused.for_records({error.record: [fault]}, many) from error
    search = Search(ask, contract)
    raised = {0: error}
    if len(records) > 1:
        answers, raised = search.apart(records)
        if not raised and contract.rowwise:
            return answers  # it fails for them together only
    # Where the notebook leaves a record out, predict itself says so.
    left_out = {
        at: [{"message": str(one)}] for at, one in raised.items() if hasattr(one, "left_out")
    }
    if left_out and len(left_out) == len(raised):
        raise Refused.for_records(left_out, many, Outcome.NO_ANSWER) from error
    faults = {at: search.faults(records[at]) for at in raised if at not in left_out}
    for at, found in faults.items():
        if not found:
            raise raised[at]
    if not faults:
        raise error
    raise Refused.for_records(left_out | faults, many) from error


class Search:
    """Asks predict again, in parts, about records at which it raised."""

    def __init__(self, ask: Ask, contract: Contract) -> None:
        self._predict, self._contract = ask, contract
        self._spent, self._until = 0.0, monotonic() + PATIENCE

    def apart(self, records: Sequence[Record]) -> tuple[list[Any], dict[int, Exception]]:
        """Return the answers of the records by themselves, and what was raised at others, by place.

        It halves the records as long as there is time; the answers are whole only if none raised.
        """
        answers: list[Any] = []
        raised: dict[int, Exception] = {}
        waiting = [range(len(records))]
        while waiting and len(raised) < MOST_RECORDS and not (raised and self._is_late()):
            part = waiting.pop()
            try:
                answers += self._ask([records[at] for at in part])
            except Refused:
                raise
            except Exception as error:
                middle = part.start + len(part) // 2
                if len(part) == 1:
                    raised[part.start] = error
                else:
                    waiting += [range(middle, part.stop), range(part.start, middle)]
        return answers, raised

    def faults(self, record: Record) -> list[Fault]:
        """Return the values of the record to blame; none if they are all like the notebook's."""
        blamed = list(self._suspects(record))
        if not blamed or not self._answers(_instead(record, blamed)):
            return []
        for suspect in list(blamed):
            others = [one for one in blamed if one is not suspect]
            if others and self._answers(_instead(record, others)):
                blamed = others
        return [suspect.fault for suspect in blamed]

    def _answers(self, record: Record) -> bool:
        if self._is_late():
            return False
        try:
            self._ask([record])
        except Refused:
            raise
        except Exception:
            return False
        return True

    def _ask(self, records: Sequence[Record]) -> list[Any]:
        try:
            return self._predict(records)
        finally:
            self._spent += the_request().predict_ms / 1000

    def _is_late(self) -> bool:
        return self._spent > SECONDS or monotonic() > self._until

    def _suspects(self, record: Record) -> Iterator[_Suspect]:
        """Yield features whose value the notebook did not have, each with one that it had."""
        for name, schema in self._contract.features.items():
            usual = usual_value(name, schema, self._contract)
            if usual is not None and (told := _unlike(name, record.get(name), schema)):
                yield _Suspect(name, usual, {"field": name, "message": told})


def _instead(record: Record, suspects: Sequence[_Suspect]) -> Record:
    return {**record, **{suspect.name: suspect.usual for suspect in suspects}}


def usual_value(name: str, schema: Schema, contract: Contract) -> Any:
    """Return a value of the feature that the notebook had; None if the contract tells none."""
    for example in contract.examples:
        if example["record"].get(name) is not None:
            return example["record"][name]
    for listed in ("x-known", "x-categories", "enum"):
        for value in schema.get(listed, ()):
            if value is not None:
                return value
    return schema.get("x-seen", {}).get("min")


def _unlike(name: str, value: Any, schema: Schema) -> str:
    """Return what is to be said of a value unlike the notebook's; "" of one like them."""
    known = schema.get("x-known")
    if value is None:
        return f"feature {name}: predict needs a value here"
    if known is not None:
        return "" if value in known else unknown_value(name, value, known)
    seen = schema.get("x-seen", {})
    if isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)) and "min" in seen:
        if seen["min"] <= value <= seen["max"]:
            return ""
        return (
            f"feature {name}: predict does not take {value:.10g}; "
            f"the notebook had {seen['min']:.10g} to {seen['max']:.10g}"
        )
    return f"feature {name}: predict does not take {shown(value)}"
