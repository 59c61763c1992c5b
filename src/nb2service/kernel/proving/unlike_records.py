"""Records that the contract does not admit yet: nulls, in each way in which they may be given."""

import dataclasses
from functools import partial


def with_schema(contract, schema):
    """The contract with these schemas of features for this once."""
    changed = {name: {**contract.features[name], **more} for name, more in schema.items()}
    return dataclasses.replace(contract, features={**contract.features, **changed})


def answered_alike(found, contract, calls, ask):
    """Note whether predict answers each of them as the notebook did.

    Args:
        found: the findings of the proof.
        contract: predict's contract.
        calls: what the notebook answered, each with the `schema` of a feature.
        ask: called with a contract and records; returns the answers.
    """
    from service.proof.findings import differing, outcome, recorded, said

    for call in calls:
        wanted = with_schema(contract, call["schema"])
        expected = recorded(call)
        got = outcome(partial(ask, wanted), call["records"])
        text = ""
        if differing(expected, got) is not None:
            (name,) = call["schema"]
            text = f"{name} null: the notebook answered {said(expected)}, the service {said(got)}"
        found.note("drawn", text)
