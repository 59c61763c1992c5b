"""Rows of the notebook's own tables that have the features of a record: what else may be asked."""

from typing import Any

from ..notebook import notebook_names
from ..plain import to_plain
from ..tables.kinds import kind_of

# Larger tables are looked at by an even sample: the order of a table is no chance.
_MOST_LOOKED_AT = 2000
# Distinct values of a column, if it has no more.
_MOST_KNOWN = 50


def table_rows(features, count):
    """Rows of the table that has the most of the features, and what all tables hold of each.

    Args:
        features: the names of the record's features.
        count: how many rows; those with the smallest and the largest number of a column are among them.

    Returns:
        A dict with `rows`, plain records of some of the features, and `known`, feature -> its distinct
        texts or whole numbers, where they are few.
    """
    tables = _tables(features)
    if not tables:
        return {"rows": [], "known": {}}
    table, names = tables[0]
    sample = (
        table if len(table) <= _MOST_LOOKED_AT else table.iloc[:: -(-len(table) // _MOST_LOOKED_AT)]
    )
    places = list(range(0, len(sample), max(1, len(sample) // count)))[:count]
    places += [place for name in names for place in _ends(sample[name])]
    picked = sample[names].iloc[sorted(set(places))]
    rows = to_plain(picked.reset_index(drop=True))
    whole = [(table, name) for table, held in tables if len(held) == len(features) for name in held]
    known: dict[str, Any] = {}
    for table, name in whole:
        found = _known(table[name])
        if found is not None:
            known[name] = sorted({*known.get(name, ()), *found})
    return {"rows": rows, "known": known}


def _tables(features):
    """The tables that have features as their columns, and which; the most of them first."""
    wanted = list(features)
    found: dict[int, Any] = {}
    for name, value in list(notebook_names().items()):
        if name.startswith("_") or kind_of(value) != "frame" or not len(value):
            continue
        if not value.columns.is_unique:
            continue
        names = [n for n in wanted if n in value.columns]
        if names:
            found.setdefault(id(value), (value, names))
    return sorted(found.values(), key=lambda one: -len(one[1]))


def _ends(column):
    """Where the smallest and the largest number of a column stand."""
    if column.dtype.kind not in "iuf" or not column.notna().any():
        return []
    return [
        int(column.to_numpy(float, na_value=float("nan")).argsort()[place]) for place in (0, -1)
    ]


def _known(column):
    """The distinct texts or whole numbers of a column; None if it has others, or many."""
    values = column.dropna()
    if values.iloc[:1000].nunique() > _MOST_KNOWN:
        return None
    distinct = to_plain(list(values.unique())[: _MOST_KNOWN + 1])
    kinds = set(map(type, distinct))
    return distinct if kinds in ({str}, {int}) and len(distinct) <= _MOST_KNOWN else None
