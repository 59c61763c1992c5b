"""Randomness without a seed: two answers to one question."""

import ast
import re
from collections.abc import Iterator

from nb2service.checking.calls import calls, full_name
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Part, Survey

NAME = "randomness"
_DRAWS = re.compile(
    r"numpy\.random\.(?!seed$|default_rng$|RandomState$|Generator$|SeedSequence$)\w+|"
    r"random\.(?!seed$|Random$)\w+|secrets\.\w+|uuid\.uuid[14]|os\.urandom|"
    r"torch\.(?:rand|randn|randint|randperm|normal|bernoulli|multinomial)(?:_like)?|"
    r"tensorflow\.random\.(?!set_seed$)\w+"
)
# Makers of generators: without an argument they are seeded by chance.
_MAKERS = frozenset({"numpy.random.default_rng", "numpy.random.RandomState", "random.Random"})
_SEEDS = frozenset(
    {"numpy.random.seed", "random.seed", "torch.manual_seed", "tensorflow.random.set_seed"}
)
_REMEDY = "Make a generator with a seed inside of the function: rng = numpy.random.default_rng(0)."


def find(survey: Survey) -> Iterator[Finding]:
    """Find draws without a seed, in code that answers requests."""
    shared = _shared_generators(survey)
    for part in survey.served:
        if part.when == "request":
            yield from _draws(survey, part)
            yield from _draws_from(survey, part, shared)


def _draws(survey: Survey, part: Part) -> Iterator[Finding]:
    called = list(calls(part.node, survey.imports))
    if any(name in _SEEDS and call.args for call, name in called):
        return
    for call, name in called:
        maker = name in _MAKERS and not call.args and not call.keywords
        root = (
            full_name(call.func.value, survey.imports)
            if isinstance(call.func, ast.Attribute)
            else ""
        )
        if maker or (_DRAWS.fullmatch(name) and root not in _MAKERS):
            yield at(
                NAME,
                "warning",
                survey.notebook,
                part.statement,
                call.lineno,
                f"{name}() draws without a seed, so the same request is answered in different ways",
                _REMEDY,
            )


def _shared_generators(survey: Survey) -> set[str]:
    return {
        plan.name
        for plan in survey.planned
        if isinstance(plan.statement.value, ast.Call)
        and full_name(plan.statement.value.func, survey.imports) in _MAKERS
    }


def _draws_from(survey: Survey, part: Part, shared: set[str]) -> Iterator[Finding]:
    for node in ast.walk(part.node):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in shared:
                yield at(
                    NAME,
                    "warning",
                    survey.notebook,
                    part.statement,
                    node.lineno,
                    f"`{name}` is one generator for all requests: each draw changes the next answer",
                    _REMEDY,
                )
