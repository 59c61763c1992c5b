"""Which requests may share one call of predict."""

from collections.abc import Hashable, Sequence

from service.contract import Contract, Record
from service.gate.ticket import Kind


def kind_of(contract: Contract) -> Kind:
    """Return the function that says which requests may be joined: those of one kind, none of None.

    Only where the proof found that rows are answered alike alone and in a batch, and where a row
    in a batch is made into the very values that it is alone: with a dtype that does not depend on
    the other rows, and with the optional features that it brings itself.
    """
    typed = contract.input == "frame" or (contract.input == "rows" and contract.dtype is not None)
    if contract.one_at_a_time or contract.whole or not typed:
        return lambda _: None
    optional = frozenset(contract.features) - contract.required
    if not optional:
        return lambda _: True

    def present(records: Sequence[Record]) -> Hashable:
        return frozenset(name for name in optional if any(name in record for record in records))

    return present
