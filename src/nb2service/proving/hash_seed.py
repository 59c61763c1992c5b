"""The hash seed: what the order of a set or `hash()` of a text owes to the process that it runs in.

Python salts them anew in each process. The notebook's kernel and the proof run with one seed, so that
the same notebook gives the same files; a service has another one each time.
"""

import ast
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.read import Notebook
from nb2service.proving.causes import where_in
from nb2service.proving.prove import ProofError, Prover, Requirements

SEEDS = ("1", "4321")
# What a set may be given to without its order being seen.
_BLIND = {
    "len",
    "sorted",
    "set",
    "frozenset",
    "any",
    "all",
    "sum",
    "min",
    "max",
    "bool",
    "isinstance",
}
_OF_SETS = {"issubset", "issuperset", "isdisjoint", "union", "intersection", "difference", "add"}
_OF_SETS |= {"discard", "remove", "update", "isin", "symmetric_difference"}


def refuse_hash_seed(
    notebook: Notebook,
    marked: Mark,
    prover: Prover,
    requirements: Requirements,
    job: Mapping[str, Any],
    model: Path,
) -> None:
    """Refuse a predict whose answers depend on the seed: it is proven under two other ones.

    Where nothing in the code shows a hash there is nothing to prove.

    Raises:
        Nb2serviceError: under another seed a call is answered otherwise, or fails.
    """
    text = (model / "predict.py").read_text(encoding="utf-8")
    modules = [path.read_text(encoding="utf-8") for path in (model / "modules").rglob("*.py")]
    places = hashing(text)
    if not places and not any(map(hashing, modules)):
        return
    with ExitStack() as stack:
        processes = [
            stack.enter_context(prover.another(requirements.imports, requirements.closure, seed))
            for seed in SEEDS
        ]
        for process in processes:
            failure = _failure(process, {**job, "imports": requirements.imports})
            if failure:
                raise _refusal(notebook, marked, failure, places, model)


def _failure(process: Prover, job: Mapping[str, Any]) -> str:
    try:
        process.load(job)
        failures = process.prove().failures
    except ProofError as error:
        return error.args[0] if error.args else "it fails"
    return failures[0] if failures else ""


def _refusal(
    notebook: Notebook, marked: Mark, failure: str, places: list[tuple[int, str]], model: Path
) -> Nb2serviceError:
    where = where_in(model)
    named = "; ".join(f"`{text}` in {where(line)}" for line, text in places[:3])
    return Nb2serviceError(
        notebook.place(marked.cell),
        f"{marked.function} answers otherwise in a process that salts its hashes otherwise: {failure}"
        + (f"\n    {named}" if named else ""),
        "hash() of a text and the order of a set are other ones in each process, so no service gives "
        "these answers again. Take zlib.crc32(text.encode()) for a number and sorted(...) for an order, "
        "in training as well.",
    )


def hashing(text: str) -> list[tuple[int, str]]:
    """The places of a module that may depend on the seed: their lines, and what stands there.

    Args:
        text: the text of the module.
    """
    tree = ast.parse(text)
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    sets = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _is_set(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    return sorted(set(_places(tree, above, sets)))


def _places(
    tree: ast.AST, above: dict[ast.AST, ast.AST], sets: set[str]
) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "hash"
        ):
            yield node.lineno, ast.unparse(node)
        held = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in sets
        if isinstance(node, ast.expr) and (held or _is_set(node)) and _shows_order(node, above):
            yield node.lineno, ast.unparse(node)


def _is_set(node: ast.AST) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("set", "frozenset")
    )


def _shows_order(node: ast.expr, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether the order of a set may be seen where it stands: a loop, a list, a join, a call."""
    user = above.get(node)
    if isinstance(user, ast.comprehension | ast.For | ast.Starred):
        return True
    if isinstance(user, ast.Call) and node is not user.func:
        named = getattr(user.func, "attr", getattr(user.func, "id", ""))
        return named not in _BLIND | _OF_SETS
    if isinstance(user, ast.Attribute):
        return user.attr == "pop"
    return False
