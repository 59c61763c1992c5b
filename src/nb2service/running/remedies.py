"""Remedies: what to do about a cell that fails, one small rule for each known cause.

A rule looks at the failure, at the notebook's source and at files that the failing lines name, and
answers with one or a few sentences, or with None if it knows nothing. The first answer counts, so the
rules stand in the order of how sure they are.
"""

from nb2service.running.rules import cells, files, machine, modules, versions
from nb2service.running.trouble import Rule, Trouble

_TOP_TO_BOTTOM = (
    "Make the notebook run from top to bottom (Restart & Run All), then try again. If it is right "
    "without this cell, put `#| ignore` on its first line."
)
RULES: tuple[Rule, ...] = (
    cells.no_python,
    cells.exercise_blank,
    files.lfs_pointer,
    cells.no_input,
    cells.command_line,
    files.colab,
    files.kaggle,
    modules.magic,
    machine.missing_program,
    machine.missing_data,
    machine.no_network,
    versions.library_changed,
    versions.python_2,
    versions.old_pickle,
    modules.missing_module,
    cells.unbound_name,
    files.wrong_encoding,
    files.missing_file,
    machine.no_gpu,
    versions.unknown_parameter,
    versions.pandas_three,
)


def remedy(trouble: Trouble) -> str:
    """Say what to do about a failure."""
    return next((answer for rule in RULES if (answer := rule(trouble))), _TOP_TO_BOTTOM)
