"""Cells of text become what their feature's type says, and nothing that they do not say."""

import pytest

from service.records.cells import ABSENT, cell_reader

NUMBER, NULLABLE = {"type": "number"}, {"type": ["number", "null"]}
TEXT, NULLABLE_TEXT = {"type": "string"}, {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("schema", "cell", "value"),
    [
        pytest.param(NUMBER, "3", 3, id="a whole number"),
        pytest.param(NUMBER, " -3.50 ", -3.5, id="a fraction"),
        pytest.param(NUMBER, ".5e1", 5.0, id="an exponent"),
        pytest.param(NUMBER, "1_000", "1_000", id="no number of a table"),
        pytest.param(NUMBER, "inf", "inf", id="infinity is refused as text"),
        pytest.param(NUMBER, "٣", "٣", id="digits of other scripts"),
        pytest.param(NUMBER, "9" * 400, float("inf"), id="more digits than numbers have"),
        pytest.param(NUMBER, "", ABSENT, id="nothing, where null is not allowed"),
        pytest.param(NULLABLE, "", None, id="nothing"),
        pytest.param(NULLABLE, "NaN", None, id="NaN"),
        pytest.param(TEXT, "", "", id="the empty text"),
        pytest.param(NULLABLE_TEXT, "", None, id="no text"),
        pytest.param(TEXT, "1.0", "1.0", id="text stays"),
        pytest.param({"type": "boolean"}, "True", True, id="a flag"),
        pytest.param({"type": "boolean"}, "yes", "yes", id="no flag"),
        pytest.param({"type": "array"}, "[1, 2]", [1, 2], id="a list"),
        pytest.param(None, "x", "x", id="no feature"),
    ],
)
def test_a_cell_is_read(schema, cell, value):
    found = cell_reader(schema)(cell)
    assert type(found) is type(value)
    assert found == value or found is value
