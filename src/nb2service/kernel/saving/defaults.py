"""Defaults of a function: they were computed when its `def` ran, whatever their names hold now."""

import inspect

from .describe import describe


def defaults_of(function, names, namespace, folder):
    """Describe the defaults of a function as `describe` does values, under names of their own.

    Args:
        function: the function's name.
        names: parameters -> the names to describe their defaults under.
        namespace: the notebook's global names.
        folder: where artifacts are saved.

    Returns:
        For each parameter that the live function has a default for, what it is.
    """
    live = inspect.unwrap(namespace[function])
    found = {}
    for name, parameter in inspect.signature(live).parameters.items():
        if name in names and parameter.default is not parameter.empty:
            shown = names[name]
            found[name] = describe(shown, {**namespace, shown: parameter.default}, None, folder)
    return found
