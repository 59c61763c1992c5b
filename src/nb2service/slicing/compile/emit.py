"""The text of a path's function: the notebook's statements, under the cells that they come from."""

import ast
import io
import tokenize
from collections.abc import Sequence
from dataclasses import replace

from nb2service.marking.answers import Answer
from nb2service.slicing.compile.effects import Act
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.trees import copied


def function_source(
    answer: Answer,
    start: Input,
    acts: Sequence[Act],
    entry: str,
    filled: Sequence[Label] = (),
) -> str:
    """The source of the function.

    Args:
        answer: what it answers.
        start: where it begins; its name is the parameter.
        acts: what happens to the rows, the answer last.
        entry: the name of the function.
        filled: all columns that the preparation takes, where a request has fewer.
    """
    marked = answer.statement.cell.number
    kept = _without_aliases([act for act in acts if act.node is not None and not _is_idle(act)])
    body = _returning(kept)
    lines = [f"def {entry}({start.name}):", f'    """{_summary(answer, start)}"""']
    own = {start.name, *(act.name for act in kept if _alias(act) == start.name)}
    if filled:
        table = ast.Attribute(ast.Name(start.name, ast.Load()), "reindex", ast.Load())
        every = ast.List([ast.Constant(label) for label in filled], ast.Load())
        keywords = [ast.keyword("columns", every), ast.keyword("fill_value", ast.Constant(0))]
        bound = ast.Assign([ast.Name(start.name, ast.Store())], ast.Call(table, [], keywords))
        lines.append("    # what a model learns is prepared, too; no answer depends on it")
        lines.append(f"    {statement_text(bound)}")
    changes = any(_in_place(act) and act.name in own for act in kept)
    if changes and start.kind in ("frame", "series", "array"):
        lines.append(f"    {start.name} = {start.name}.copy()")
    shown = marked if all(cell == marked for cell, _ in body) else 0
    for cell, text in body:
        if cell != shown:
            lines.append(f"    # cell {cell}")
            shown = cell
        lines += [f"    {line}" for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def _in_place(act: Act) -> bool:
    """Whether it changes a table rather than giving a name to another one."""
    match act.node:
        case ast.Assign(targets=[ast.Name()]):
            return False
    return True


def statement_text(node: ast.stmt) -> str:
    """The statement as Python, its strings in double quotes where that costs no backslash."""
    return _double_quoted(ast.unparse(ast.fix_missing_locations(node)))


def _summary(answer: Answer, start: Input) -> str:
    what = f"`{answer.name}`" if answer.name else "The answer"
    cell, marked = start.step.cell, answer.statement.cell.number
    if start.place is not None:
        return f"{what} of cell {marked} for rows like those written there."
    done = "uses" if start.as_used else "makes"
    return f"{what} of cell {marked} for rows of `{start.name}` as cell {cell} {done} it."


def _returning(acts: Sequence[Act]) -> list[tuple[int, str]]:
    """The statements with their cells; the last one returns the answer."""
    last = acts[-1]
    assert isinstance(last.node, ast.Assign)
    body = [(act.step.cell, _shown(act)) for act in acts[:-1]]
    value = last.node.value
    before = acts[-2] if len(acts) > 1 else last
    made_before = before.form == "bind" and isinstance(value, ast.Name) and before.name == value.id
    if made_before and isinstance(before.node, ast.Assign):
        returned = statement_text(ast.Return(before.node.value))
        return [*body[:-1], (before.step.cell, returned)]
    return [*body, (last.step.cell, statement_text(ast.Return(value)))]


def _shown(act: Act) -> str:
    """The statement as the notebook has it, if nothing in it had to change."""
    assert act.node is not None
    cell, node = act.step.statement.cell, act.step.node
    if ast.dump(act.node) == ast.dump(node):
        written = ast.get_source_segment(cell.python, node)
        if written and node.col_offset == 0 and _reads_as(written, act.node):
            return written
    return statement_text(act.node)


def _reads_as(written: str, node: ast.stmt) -> bool:
    """Whether the text is the statement: the parameter may stand in place of what it writes down."""
    return ast.dump(ast.parse(written).body[0]) == ast.dump(node)


def _without_aliases(acts: Sequence[Act]) -> list[Act]:
    """Without names that only stand for another name until the next one: `X = df`, `X_test = X`."""
    kept = list(acts)
    place = 0
    while place < len(kept) - 1:
        act, rest = kept[place], kept[place + 1 :]
        alias = _alias(act)
        # As long as the name means this: up to where it is bound anew.
        reach = next((i for i, one in enumerate(rest, 1) if _binds(one, act.name)), len(rest))
        if alias and _may_go(act.name, alias, rest[:reach], rest):
            kept[place:] = [_renamed(one, act.name, alias) for one in rest[:reach]] + rest[reach:]
        else:
            place += 1
    return kept


def _binds(act: Act, name: str) -> bool:
    return act.form == "bind" and act.name == name


def _alias(act: Act) -> str | None:
    match act.node:
        case ast.Assign(targets=[ast.Name()], value=ast.Name(id=name)) if act.form == "bind":
            return name
    return None


def _may_go(name: str, alias: str, reach: Sequence[Act], rest: Sequence[Act]) -> bool:
    """Whether one statement alone uses the name, and nothing behind it the other one."""
    users = [act for act in reach if act.node is not None and _loads(act.node, name)]
    others = [act for act in rest if act.node is not None and _loads(act.node, alias)]
    return len(users) == 1 and not others and users[0].form == "bind"


def _loads(node: ast.stmt, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        for n in ast.walk(node)
    )


def _renamed(act: Act, old: str, new: str) -> Act:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            is_use = node.id == old and isinstance(node.ctx, ast.Load)
            return ast.Name(new, node.ctx) if is_use else node

    assert act.node is not None
    return replace(act, node=Rename().visit(copied(act.node)))


def _is_idle(act: Act) -> bool:
    """Whether it gives a name to itself, as a drop of rows does for one row."""
    return _alias(act) == act.name


def _double_quoted(source: str) -> str:
    """The source with its strings in double quotes, where these need no backslash."""
    lines = source.splitlines(keepends=True)
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for token in reversed(tokens):
        text = token.string
        prefix = text[: text.index(text[-1])] if text else ""
        plain = text.removeprefix(prefix)
        if token.type != tokenize.STRING or not plain.startswith("'") or plain.startswith("'''"):
            continue
        if '"' in text or "\\" in text or "'" in plain[1:-1] or token.start[0] != token.end[0]:
            continue
        row, (first, last) = token.start[0] - 1, (token.start[1], token.end[1])
        lines[row] = f'{lines[row][:first]}{prefix}"{plain[1:-1]}"{lines[row][last:]}'
    return "".join(lines)
