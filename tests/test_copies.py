"""Copies that nothing changes later, as long as there is room."""

import numpy as np
import pandas as pd
import pytest

from support import kernel_side


def test_a_copy_stays_as_it_was() -> None:
    frame, array, nested = pd.DataFrame({"a": [1]}), np.zeros(2), [[1]]
    with kernel_side() as package:
        copies = [package.tracking.copies.Copies().of(value) for value in (frame, array, nested)]
    frame.loc[0, "a"], array[0], nested[0][0] = 9, 9, 9
    assert copies[0].to_dict("list") == {"a": [1]}
    assert copies[1].tolist() == [0, 0]
    assert copies[2] == [[1]]


def test_what_is_never_copied() -> None:
    class Shy:
        def __deepcopy__(self, memo: object) -> object:
            raise RuntimeError

    with kernel_side() as package:
        copies = package.tracking.copies.Copies()
        assert all(copies.of(value) is value for value in (np, len, Shy))
        assert copies.of(Shy()) is None  # it may be another one later


def test_there_is_room_for_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    large, small = np.zeros(100), np.zeros(10)
    with kernel_side() as package:
        monkeypatch.setattr(package.tracking.copies, "MOST_BYTES", 400)
        monkeypatch.setattr(package.tracking.copies, "MOST_IN_ALL", 200)
        copies = package.tracking.copies.Copies()
        taken = [copies.of(value) is not None for value in (large, small, small, small)]
    assert taken == [False, True, True, False]
