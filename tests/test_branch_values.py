"""What is asked so that every branch runs: the values beside constants, keys and texts."""

from textwrap import dedent
from typing import Any

import pytest

from nb2service.proving.branch_values import branch_values


def tried(code: str, *features: str) -> list[dict[str, Any]]:
    return [dict(changes) for changes in branch_values(dedent(code), features)]


@pytest.mark.parametrize(
    ("line", "values"),
    [
        pytest.param("row['age'] > 79", [79, 78, 80], id="a number and its neighbours"),
        pytest.param("row.get('age', 0) >= 1.5", [1.5, 2.5], id="a fraction"),
        pytest.param("row.age == 'x'", ["x"], id="a text, of an attribute"),
        pytest.param("row['age'] in ('a', 'b')", ["a", "b", "a x"], id="a member"),
        pytest.param("row['age'].startswith('Dr')", ["Dr", "Dr x"], id="the beginning of a text"),
        pytest.param("RATES[row['age']]", ["de", "fr"], id="the keys of a table"),
        pytest.param("RATES.get(row['age'], 1)", ["de", "fr"], id="a table with a default"),
        pytest.param("1 if row['age'] else 2", [True, False, 0, 1, ""], id="a truth"),
        pytest.param("np.where(df['age'] > 5, 1, 2)", [5, 4, 6], id="a choice of NumPy's"),
        pytest.param("pd.cut(df['age'], [0, 18, 65])", [0, 18, 17, 65, 66], id="edges of bins"),
        pytest.param("[x for x in row['age'] if x > 3]", [], id="nothing of what is not named"),
    ],
)
def test_the_values_of_a_feature(line: str, values: list[Any]) -> None:
    code = f"RATES = {{'de': 1, 'fr': 2}}\ndef predict(row):\n    return {line}"
    found = [changes["age"] for changes in tried(code, "age") if set(changes) == {"age"}]
    assert all(value in found for value in values), found
    assert len(found) < 20


def test_through_local_names_and_functions_of_the_notebook() -> None:
    code = """
    def band(years):
        return "old" if years > 64 else "young"
    def predict(row):
        a = row["age"]
        limit = a * 2
        if limit < 7:
            return 0
        return band(a)
    """
    found = tried(code, "age", "city")
    assert {"age": 7} in found
    assert {"age": 65} in found
    assert not any("city" in changes for changes in found)


def test_nested_conditions_are_met_together() -> None:
    code = """
    def predict(row):
        if row["age"] > 60:
            if row["plan"] == "pro" and row["member"]:
                return 1
        return 0
    """
    found = tried(code, "age", "plan", "member")
    assert any(
        changes.get("age") == 61 and changes.get("plan") == "pro" and changes.get("member") is True
        for changes in found
    ), found


def test_the_cases_of_a_match() -> None:
    code = """
    def predict(row):
        match row["plan"]:
            case "basic":
                return 1
            case "pro":
                return 2
    """
    assert {"plan": "pro"} in tried(code, "plan")
