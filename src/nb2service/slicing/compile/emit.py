"""The text of a path's function: the notebook's statements, under the cells that they come from."""

import ast
import io
import tokenize
from collections.abc import Sequence
from dataclasses import replace

from nb2service.marking.answers import Answer
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.trees import copied


def function_source(
    answer: Answer,
    start: Input,
    effects: Sequence[Effect],
    entry: str,
    all_columns: Sequence[Label] = (),
) -> str:
    """The source of the function.

    Args:
        answer: what it answers.
        start: where it begins; its name is the parameter.
        effects: what happens to the rows, the answer last.
        entry: the name of the function.
        all_columns: all columns that the preparation takes, where a request has fewer.
    """
    marked = answer.statement.cell.number
    written = [one for one in effects if one.node is not None and not _is_idle(one)]
    kept = _without_aliases(written)
    body = _returning(kept)
    lines = [f"def {entry}({start.name}):", f'    """{_summary(answer, start)}"""']
    own = {start.name, *(effect.name for effect in kept if _alias(effect) == start.name)}
    if all_columns:
        table = ast.Attribute(ast.Name(start.name, ast.Load()), "reindex", ast.Load())
        every = ast.List([ast.Constant(label) for label in all_columns], ast.Load())
        keywords = [ast.keyword("columns", every), ast.keyword("fill_value", ast.Constant(0))]
        bound = ast.Assign([ast.Name(start.name, ast.Store())], ast.Call(table, [], keywords))
        lines.append("    # what a model learns is prepared, too; no answer depends on it")
        lines.append(f"    {statement_text(bound)}")
    changes = any(_changed_by(effect) & own for effect in kept)
    if changes and start.kind in ("frame", "series", "array"):
        lines.append(f"    {start.name} = {start.name}.copy()")
    shown = marked if all(cell == marked for cell, _ in body) else 0
    for cell, text in body:
        if cell != shown:
            lines.append(f"    # cell {cell}")
            shown = cell
        lines += [f"    {line}" for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def _changed_by(effect: Effect) -> set[str]:
    """The names whose tables it changes, rather than to give a name another one."""
    if effect.form == "guard":
        return set()
    match effect.node:
        case ast.Assign(targets=[ast.Name()]):
            return set(effect.same + effect.views)
    return set(effect.names)


def statement_text(node: ast.stmt) -> str:
    """The statement as Python, its strings in double quotes where that costs no backslash."""
    return _double_quoted(ast.unparse(ast.fix_missing_locations(node)))


def _summary(answer: Answer, start: Input) -> str:
    what = f"`{answer.name}`" if answer.name else "The answer"
    marked = answer.statement.cell.number
    if start.place is not None:
        return f"{what} of cell {marked} for rows like those written there."
    done = "uses" if start.as_used else "makes"
    return f"{what} of cell {marked} for rows of `{start.name}` as {start.made} {done} it."


def _returning(effects: Sequence[Effect]) -> list[tuple[int, str]]:
    """The statements with their cells; the last one returns the answer."""
    last = effects[-1]
    assert isinstance(last.node, ast.Assign)
    body = [(effect.step.cell, _shown(effect)) for effect in effects[:-1]]
    value = last.node.value
    before = effects[-2] if len(effects) > 1 else last
    made_before = before.form == "bind" and isinstance(value, ast.Name) and before.name == value.id
    if made_before and isinstance(before.node, ast.Assign):
        returned = statement_text(ast.Return(before.node.value))
        return [*body[:-1], (before.step.cell, returned)]
    return [*body, (last.step.cell, statement_text(ast.Return(value)))]


def _shown(effect: Effect) -> str:
    """The statement as the notebook has it, if nothing in it had to change."""
    assert effect.node is not None
    cell, node = effect.step.statement.cell, effect.step.node
    if ast.dump(effect.node) == ast.dump(node):
        written = ast.get_source_segment(cell.python, node)
        if written and node.col_offset == 0 and _reads_as(written, effect.node):
            return written
    return statement_text(effect.node)


def _reads_as(written: str, node: ast.stmt) -> bool:
    """Whether the text is the statement: the parameter may stand in place of what it writes down."""
    return ast.dump(ast.parse(written).body[0]) == ast.dump(node)


def _without_aliases(effects: Sequence[Effect]) -> list[Effect]:
    """Without names that only stand for another name until the next one: `X = df`, `X_test = X`."""
    kept = list(effects)
    place = 0
    while place < len(kept) - 1:
        effect, rest = kept[place], kept[place + 1 :]
        alias = _alias(effect)
        # As long as the name means this: up to where it is bound anew.
        reach = next((i for i, one in enumerate(rest, 1) if _binds(one, effect.name)), len(rest))
        if alias and _may_go(effect.name, alias, rest[:reach], rest):
            kept[place:] = [_renamed(one, effect.name, alias) for one in rest[:reach]] + rest[
                reach:
            ]
        else:
            place += 1
    return kept


def _binds(effect: Effect, name: str) -> bool:
    return effect.form == "bind" and effect.name == name


def _alias(effect: Effect) -> str | None:
    match effect.node:
        case ast.Assign(targets=[ast.Name()], value=ast.Name(id=name)) if effect.form == "bind":
            return name
    return None


def _may_go(name: str, alias: str, reach: Sequence[Effect], rest: Sequence[Effect]) -> bool:
    """Whether one statement alone uses the name, and nothing behind it the other one."""
    users = [effect for effect in reach if effect.node is not None and _loads(effect.node, name)]
    others = [effect for effect in rest if effect.node is not None and _loads(effect.node, alias)]
    return len(users) == 1 and not others and users[0].form == "bind"


def _loads(node: ast.stmt, name: str) -> bool:
    return any(
        isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
        for n in ast.walk(node)
    )


def _renamed(effect: Effect, old: str, new: str) -> Effect:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            is_use = node.id == old and isinstance(node.ctx, ast.Load)
            return ast.Name(new, node.ctx) if is_use else node

    assert effect.node is not None
    return replace(effect, node=Rename().visit(copied(effect.node)))


def _is_idle(effect: Effect) -> bool:
    """Whether it gives a name to itself, as a drop of rows does for one row."""
    return _alias(effect) == effect.name


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
