"""The distribution that brings a module."""

import pytest

from nb2service.running.distributions import distribution


@pytest.mark.parametrize(
    ("module", "name"),
    [("sklearn.tree", "scikit-learn"), ("PIL", "pillow"), ("nothing", "nothing")],
)
def test_distribution(module: str, name: str) -> None:
    assert distribution(module) == name
