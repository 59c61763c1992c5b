"""Rows that a drop-in might answer otherwise: at the edges of splits, at random, and odd in their form.

They are made of what the notebook's calls gave the model, so that they look like what it expects.
"""

import math
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SEED = 7
_BASES = 20  # rows that others are made of
_ALONE = 3  # of the rows at edges and at random, those that are asked alone
_EDGES = 400  # rows at edges; of each edge its neighbours too
_RANDOM = 100
# Numbers that many a model refuses, each in a table of its own; others in one together.
_REFUSED = (math.nan, math.inf, -math.inf, 1e39, -1e300)
_STRANGE = (0.0, -0.0, 5e-324, 0.1, float(2**24 + 1), float(2**53 + 2))
_STRANGE_TEXTS = ("no such value", "", None, math.nan, 3, True, b"x")


def hard_rows(
    given: Any, edges: Mapping[int, Sequence[float]], within: bool = False
) -> Iterator[Any]:
    """Return what to ask besides what was given; tables and arrays only.

    Args:
        given: what a recorded call gave the method.
        edges: numbers at which answers change, by column.
        within: whether only what another part of the model passes on is asked, which has one form.
    """
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    chance = random.Random(_SEED)  # noqa: S311
    if numpy is not None and type(given) is numpy.ndarray and given.ndim == 2 and len(given):
        yield from _arrays(given, edges, chance)
        if not within:
            yield from _odd_arrays(given)
    elif pandas is not None and type(given) is pandas.DataFrame and len(given):
        yield from _tables(given, edges, chance)
        if not within:
            yield from _odd_tables(given)


def _arrays(
    given: Any, edges: Mapping[int, Sequence[float]], chance: random.Random
) -> Iterator[Any]:
    if given.dtype.kind not in "fiub":
        return
    rows = given[:_BASES].astype("float64")
    made = [_changed(rows, column, value, chance) for column, value in _at_edges(edges, chance)]
    for _ in range(_RANDOM):
        row = [rows[chance.randrange(len(rows)), at] for at in range(rows.shape[1])]
        made.append([value + chance.gauss(0, 1) * (abs(value) + 1) for value in row])
    numpy = sys.modules["numpy"]
    table = numpy.array(made, dtype="float64")
    yield table
    yield table.astype("float32")
    for row in table[:: -(-len(table) // _ALONE)]:
        yield row[None, :]
    for column in _ends(range(rows.shape[1])):
        yield numpy.array([_changed(rows, column, value, chance) for value in _STRANGE])
        for value in _REFUSED:
            yield numpy.array([_changed(rows, column, value, chance)])
    everywhere = table[:4].copy()
    everywhere[0, :] = math.nan
    yield everywhere


def _odd_arrays(given: Any) -> Iterator[Any]:
    numpy, pandas = sys.modules["numpy"], sys.modules.get("pandas")
    few = given[:5]
    yield numpy.asfortranarray(few)
    yield few[::-1]
    for dtype in (
        "float32",
        "float16",
        "int64",
        "int8",
        "bool",
        "object",
        "complex128",
        "U8",
        ">f8",
    ):
        try:
            yield few.astype(dtype)
        except (TypeError, ValueError):
            continue
    yield few.tolist()
    yield few[:0]
    yield few[0]
    yield few[:, :-1]
    yield numpy.hstack([few, few[:, :1]])
    yield numpy.ma.masked_array(few)
    yield few[None]
    if pandas is not None:
        yield pandas.DataFrame(few)
        yield pandas.DataFrame(few, columns=[f"c{at}" for at in range(few.shape[1])])


def _tables(
    given: Any, edges: Mapping[int, Sequence[float]], chance: random.Random
) -> Iterator[Any]:
    pandas = sys.modules["pandas"]
    base = given.iloc[:_BASES]
    numeric = [at for at in range(base.shape[1]) if base.dtypes.iloc[at].kind in "fiu"]
    columns = [base.iloc[:, at].tolist() for at in range(base.shape[1])]
    made = [[column[chance.randrange(len(base))] for column in columns] for _ in range(_RANDOM)]
    for row in made:
        for at in numeric:
            row[at] = _near(row[at], base.dtypes.iloc[at].kind, chance)
    for at, value in _at_edges({at: edges.get(at, ()) for at in numeric}, chance):
        row = [column[chance.randrange(len(base))] for column in columns]
        row[at] = value
        made.append(row)
    table = pandas.DataFrame(dict(enumerate(zip(*made, strict=True))))
    table.columns = base.columns
    for at, dtype in enumerate(base.dtypes):
        if dtype.kind not in "iu":  # whole numbers are floats where the edges are
            table.isetitem(at, table.iloc[:, at].astype(dtype))
    yield table
    for at in range(0, len(table), -(-len(table) // _ALONE)):
        yield table.iloc[at : at + 1]
    yield _like(pandas, made[:_RANDOM], base)
    others = [at for at in range(base.shape[1]) if at not in numeric]
    for column in (*_ends(numeric), *_ends(others)):
        strange: Sequence[Any] = _STRANGE_TEXTS
        if column in numeric:
            strange = _REFUSED
            yield _with(base.iloc[: len(_STRANGE)], column, *_STRANGE)
        yield from (_with(base.iloc[:3], column, value) for value in strange)


def _odd_tables(given: Any) -> Iterator[Any]:
    few = given.iloc[:5]
    first = few.columns[0]
    yield few.iloc[:1].reset_index(drop=True)
    yield few.iloc[:, ::-1]
    yield few.drop(columns=first)
    yield few.assign(another=1)
    yield few.iloc[:, [*range(few.shape[1]), 0]]  # one of them twice
    yield few.iloc[:0]
    yield few.rename(columns={first: "another"})
    yield few.set_axis(range(few.shape[1]), axis=1)
    yield few.to_numpy()
    yield few.iloc[0]
    yield few.to_dict("list")
    for dtype in ("object", "float32", "Float64", "category", "string", "bool"):
        for column in _ends(range(few.shape[1])):
            table = few.copy()
            try:
                table.isetitem(column, table.iloc[:, column].astype(dtype))
            except (TypeError, ValueError):
                continue
            yield table


def _at_edges(
    edges: Mapping[int, Sequence[float]], chance: random.Random
) -> list[tuple[int, float]]:
    """Return numbers at the edges and next to them, as float32 and as float64 see it."""
    numpy = sys.modules["numpy"]
    known = [(column, edge) for column, of in edges.items() for edge in of if math.isfinite(edge)]
    chosen = chance.sample(known, min(len(known), _EDGES // 5))
    found = []
    for column, edge in chosen:
        single = numpy.float32(edge)
        found += [(column, edge)]
        for side in (-math.inf, math.inf):
            found.append((column, float(numpy.nextafter(single, numpy.float32(side)))))
            found.append((column, float(numpy.nextafter(edge, side))))
    return found


def _changed(rows: Any, column: int, value: float, chance: random.Random) -> Any:
    row = rows[chance.randrange(len(rows))].copy()
    row[column] = value
    return row


def _near(value: Any, kind: str, chance: random.Random) -> Any:
    if kind == "f":
        return value + chance.gauss(0, 1) * (abs(value) + 1)
    return max(0, value + chance.randrange(-2, 3))


def _like(pandas: Any, rows: Sequence[Any], base: Any) -> Any:
    """Return a table with the very dtypes of another."""
    table = pandas.DataFrame(dict(enumerate(zip(*rows, strict=True))))
    for at, dtype in enumerate(base.dtypes):
        table.isetitem(at, table.iloc[:, at].astype(dtype))
    return table.set_axis(base.columns, axis=1)


def _with(table: Any, column: int, *strange: Any) -> Any:
    values = table.iloc[:, column].tolist()
    values[: len(strange)] = strange[: len(values)]
    changed = table.copy()
    pandas = sys.modules["pandas"]
    dtype = table.dtypes.iloc[column]
    try:
        made = pandas.Series(values, index=table.index, dtype=dtype)
    except (TypeError, ValueError, OverflowError):
        made = pandas.Series(values, index=table.index)
    changed.isetitem(column, made)
    return changed


def _ends(places: Sequence[int]) -> list[int]:
    """Return the first and the last of the places."""
    return sorted({places[0], places[-1]}) if places else []
