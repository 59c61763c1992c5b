"""Records that the contract does not admit yet: nulls, in each way in which they may be given."""

import dataclasses
from functools import partial


def with_schema(contract, schema):
    """The contract with these schemas of features for this once."""
    changed = {name: {**contract.features[name], **more} for name, more in schema.items()}
    return dataclasses.replace(contract, features={**contract.features, **changed})


def unlike_nulls(found, contract, calls, ask):
    """The features of which a null is answered otherwise than by the notebook: it must be refused.

    Args:
        found: the findings of the proof; nulls that are answered alike are counted there.
        contract: predict's contract.
        calls: what the notebook answered, each with the `schema` of a feature.
        ask: called with a contract and records; returns the answers.
    """
    from service.proof.findings import differing, outcome, recorded

    unlike = set()
    for call in calls:
        wanted = with_schema(contract, call["schema"])
        got = outcome(partial(ask, wanted), call["records"])
        if differing(recorded(call), got) is None:
            found.note("drawn", "")
        else:
            unlike.update(call["schema"])
    return sorted(unlike)
