"""Settings in `model/predict.py`: what the notebook set for the whole process, or for a thread."""

import sys
from collections.abc import Iterable, Mapping, Sequence

from nb2service.closure.items import Item
from nb2service.closure.modules import imported
from nb2service.closure.setup import indented

# The function that sets what threads have of their own; `model/loading.py` calls it in each of them.
_FUNCTION = "notebook_settings"
HELPER = "in_each_thread"


def early(items: Iterable[Item]) -> list[Item]:
    """The variables that the notebook sets above imports: libraries may read them as they come."""
    found = list(items)
    places = [(i.cell or 0, i.line) for i in found if i.becomes == "import" and _is_foreign(i)]
    return [
        i
        for i in found
        if i.becomes == "setting"
        and i.name.startswith("os.environ")
        and i.needs <= {"os"}
        and any((i.cell or 0, i.line) < place for place in places)
    ]


def _is_foreign(item: Item) -> bool:
    return any(
        name.partition(".")[0] not in sys.stdlib_module_names for name in imported(item.source)
    )


def by_thread(items: Mapping[str, Item]) -> list[Item]:
    """The settings that each thread has of its own, in the notebook's order."""
    found = [i for i in items.values() if i.becomes == "setting" and i.by_thread]
    return sorted(found, key=lambda i: (i.cell or 0, i.line))


def function_name(items: Mapping[str, Item]) -> str:
    """The name of the function that sets them; none that the notebook has."""
    name = _FUNCTION
    while name in items:
        name += "_"
    return name


def function_block(found: Sequence[Item], name: str) -> str:
    """The function that sets them, called once where it stands."""
    lines = [
        f"def {name}():",
        '    """Set what each thread has of its own, as the notebook did."""',
    ]
    shown = None
    for item in found:
        if item.cell != shown:
            lines.append(f"    # cell {item.cell}")
        shown = item.cell
        lines.append(indented(item.source))
    return "\n".join([*lines, "", "", f"{name}()"])


def wrapped(served: str, name: str, helper: str) -> str:
    """What lets the served function run with them in whatever thread asks."""
    return (
        "# threads have these settings of their own, and a service answers in many\n"
        f"{served} = {helper}({name}, {served})"
    )
