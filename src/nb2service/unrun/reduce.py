"""Reduce: a notebook of the few statements that predict needs, which runs in place of the whole one."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace

from nb2service.closure.close import cells_that_call
from nb2service.errors import Nb2serviceError
from nb2service.look import Look, Reduced
from nb2service.notebook.read import Cell
from nb2service.notebook.roles import directives
from nb2service.notebook.statements import Statement, parse
from nb2service.unrun.examples import example_calls, is_example
from nb2service.unrun.gather import Gatherer
from nb2service.unrun.gathered import Gathered, UnavailableError

_MOST_NAMED = 8


def reduced(looked: Look) -> Look:
    """Look at the notebook as if it held only what predict needs.

    Raises:
        Nb2serviceError: a value that predict needs can only be had by running the notebook, or none
            of its calls can be made without that, or no function is marked.
    """
    if looked.mark.answer is not None:
        raise _bare(looked)
    gatherer = Gatherer(looked)
    found = _needed(looked, gatherer)
    calls, appended = _calls(looked, gatherer)
    found.add(calls)
    found.add(_around(gatherer))
    cells = tuple(_cells(looked, found, appended))
    notebook = replace(looked.notebook, cells=cells)
    scope = parse(notebook)
    (cell,) = (c for c in cells if c.number == looked.mark.cell.number)
    definition = next(
        s for s in scope.of_cell(cell) if s.is_definition and s.line == looked.mark.definition.line
    )
    mark = replace(looked.mark, cell=cell, definition=definition)
    whole, last = _comparable(looked, found)
    about = Reduced(
        len(found.kept) + len(found.loaded), len(looked.scope.statements), found.files, whole, last
    )
    return replace(
        looked,
        notebook=notebook,
        scope=scope,
        mark=mark,
        callers=cells_that_call(scope, mark),
        reduced=about,
    )


def _bare(looked: Look) -> Nb2serviceError:
    return Nb2serviceError(
        looked.notebook.place(looked.mark.cell),
        "the marked cell defines no function, and what it does with a row is only seen by running it",
        "Leave run_notebook=no out, or mark a function:\n"
        f"    #| predict\n    def {looked.mark.function}(df):\n        return …",
    )


def _needed(looked: Look, gatherer: Gatherer) -> Gathered:
    """What the marked function and its helpers need, or one error for all that is not to be had."""
    definition = looked.mark.definition
    place, end = gatherer.place(definition), _end(looked)
    found = Gathered(kept={place})
    missing: list[UnavailableError] = []
    wanted = [(n, place) for n in definition.eager | definition.soft]
    wanted += [(n, end) for n in definition.lazy]
    for name, use in sorted(wanted):
        try:
            found.add(gatherer.value(name, use))
        except UnavailableError as error:
            missing.append(error)
    if missing:
        raise _unavailable(looked, missing)
    return found


def _end(looked: Look) -> int:
    """The place of the first statement below the last call."""
    return sum(1 for s in looked.scope.statements if s.cell.number <= looked.callers[-1])


def _unavailable(looked: Look, missing: list[UnavailableError]) -> Nb2serviceError:
    first = missing[0]
    names = list(dict.fromkeys(error.name for error in missing))
    others = ", ".join(f"`{name}`" for name in names[1:_MOST_NAMED])
    also = f"; the same holds for {others}" if others else ""
    lines = "".join(f'\n    joblib.dump({name}, "{name}.joblib")' for name in names[:_MOST_NAMED])
    return Nb2serviceError(
        looked.notebook.place(first.statement.cell, first.statement.line),
        f"`{first.name}`, which {looked.mark.function} needs, cannot be had without running the notebook: "
        f"{first.why}{also}",
        f"Let the notebook save it, run it once, and leave the file beside it:\n    import joblib{lines}",
    )


def _calls(looked: Look, gatherer: Gatherer) -> tuple[Gathered, dict[int, list[str]]]:
    """The calls that can be made, and lines to append to cells, which make the calls of examples."""
    found = Gathered()
    callers = {looked.mark.function}
    made = 0
    why: list[UnavailableError] = []
    for statement in looked.scope.statements:
        if not statement.follows(looked.mark.definition):
            continue
        if statement.is_definition and looked.mark.function in statement.binds:
            break  # from here on the name means another function
        if statement.is_definition or isinstance(statement.value, ast.Lambda | ast.Name):
            callers |= statement.binds if callers & (statement.eager | statement.lazy) else set()
        elif callers & (statement.eager | statement.lazy):
            try:
                found.add(gatherer.runs(gatherer.place(statement), loops=True))
                made += 1
            except UnavailableError as error:
                why.append(error)
    appended = _examples(looked, gatherer, found)
    if not made and not appended:
        raise _no_call(looked, why)
    return found, appended


def _examples(looked: Look, gatherer: Gatherer, found: Gathered) -> dict[int, list[str]]:
    appended: dict[int, list[str]] = {}
    for cell in looked.notebook.cells:
        if not is_example(cell):
            continue
        lines = example_calls(looked.scope, cell, looked.mark)
        for statement in looked.scope.of_cell(cell):
            try:
                found.add(gatherer.runs(gatherer.place(statement), loops=True))
            except UnavailableError as error:
                raise _of_example(looked, statement, error) from None
        if lines:
            number = max(cell.number, looked.mark.cell.number)
            appended.setdefault(number, []).extend(lines)
    return appended


def _of_example(looked: Look, statement: Statement, error: UnavailableError) -> Nb2serviceError:
    return Nb2serviceError(
        looked.notebook.place(statement.cell, statement.line),
        f"this example needs `{error.name}`, which cannot be had without running the notebook: "
        f"{error.why}",
        "Write the example's values out.",
    )


def _no_call(looked: Look, why: list[UnavailableError]) -> Nb2serviceError:
    function = looked.mark.function
    reason = f": {why[0].why}" if why else ""
    return Nb2serviceError(
        looked.notebook.place(looked.mark.cell),
        f"no call of {function} can be made without running the notebook{reason}",
        f"Add a call with its values written out, or a cell with the tag `example` that holds them:\n"
        f"    #| example\n    {function}({{…}})",
    )


def _around(gatherer: Gatherer) -> Gathered:
    """What stands outside of every need: paths of modules, star imports, the version."""
    found = Gathered()
    for place, statement in enumerate(gatherer.statements):
        text = statement.source
        around = text.lstrip().startswith(("sys.path.", "os.chdir("))
        version = "MODEL_VERSION" in statement.binds
        if statement.is_future or statement.is_star or around or version:
            try:
                found.add(gatherer.runs(place))
            except UnavailableError:
                continue
    return found


def _cells(looked: Look, found: Gathered, appended: Mapping[int, list[str]]) -> Iterable[Cell]:
    places = {id(s): place for place, s in enumerate(looked.scope.statements)}
    running = found.kept | found.loaded.keys()
    for cell in looked.notebook.cells:
        statements = [s for s in looked.scope.of_cell(cell) if not s.within]
        kept = [s for s in statements if places[id(s)] in running]
        more = appended.get(cell.number, [])
        if not kept and not more:
            continue
        lines = [""] * len(cell.python.split("\n"))
        for number, words in directives(cell.source):
            lines[number - 1] = f"#| {words}"
        for statement in kept:
            loads = found.loaded.get(places[id(statement)], {})
            _put(lines, statement, "; ".join(loads.values()) or statement.source)
        text = "\n".join([*lines, *more])
        yield replace(cell, source=text, python=text)


def _put(lines: list[str], statement: Statement, text: str) -> None:
    """Put the text where the statement stands; comments and decorators stand above its own line."""
    first = statement.line - ast.parse(text).body[0].lineno + 1
    for at, line in enumerate(text.split("\n"), first - 1):
        before = lines[at]
        lines[at] = f"{before}; {line}" if before and not before.startswith("#") else line


def _comparable(looked: Look, found: Gathered) -> tuple[frozenset[int], frozenset[int]]:
    whole, last = set(), set()
    for number in looked.callers:
        statements = [s for s in looked.scope.statements if s.cell.number == number]
        places = [looked.scope.statements.index(s) for s in statements]
        if all(place in found.kept for place in places):
            whole.add(number)
        if places[-1] in found.kept and isinstance(statements[-1].node, ast.Expr):
            last.add(number)
    return frozenset(whole), frozenset(last)
