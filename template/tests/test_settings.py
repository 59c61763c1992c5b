"""Settings: what is read, what is refused, and that the README tells them all."""

import re
from dataclasses import fields

import pytest

from service.settings import Settings, SettingsError
from tests.server import ROOT


def test_an_empty_environment_gives_the_defaults():
    assert Settings.from_env({}) == Settings()
    assert Settings.from_env({"PORT": " "}) == Settings()


def test_variables_are_read():
    found = Settings.from_env({"PORT": "9000", "LOG_LEVEL": "debug", "STRICT_FIELDS": "Yes"})
    assert found == Settings(port=9000, log_level="DEBUG", strict_fields=True)
    assert Settings.from_env({"WEB_CONCURRENCY": "3", "STRICT_FIELDS": "0"}).web_concurrency == 3


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [
        pytest.param("PORT", "http", "a whole number from 0 to 65535", id="text"),
        pytest.param("PORT", "70000", "a whole number from 0 to 65535", id="too large"),
        pytest.param("PREDICT_TIMEOUT", "0", "a whole number from 1 to 86400", id="too small"),
        pytest.param("MAX_RECORDS", "9" * 5000, "a whole number from 1", id="thousands of digits"),
        pytest.param("STRICT_FIELDS", "maybe", "yes or no", id="neither yes nor no"),
        pytest.param("LOG_LEVEL", "loud", "one of DEBUG, INFO, WARNING, ERROR", id="no such word"),
    ],
)
def test_a_bad_value_names_its_variable(variable, value, expected):
    with pytest.raises(SettingsError, match=f"^{variable}={value}: expected {expected}"):
        Settings.from_env({variable: value})


def test_secrets_may_lie_in_files(tmp_path):
    file = tmp_path / "keys"
    file.write_text("one\ntwo, three\n")
    found = Settings.from_env({"API_KEYS_FILE": str(file), "API_KEYS": "other"})
    assert found.keys == ["one", "two", "three"]
    assert "two" not in repr(found)
    file.write_text(" \n")
    with pytest.raises(SettingsError, match=r"API_KEYS_FILE=.*keys: the file is empty"):
        Settings.from_env({"API_KEYS_FILE": str(file)})
    with pytest.raises(SettingsError, match=r"API_KEYS_FILE=.*none: cannot be read"):
        Settings.from_env({"API_KEYS_FILE": str(tmp_path / "none")})


def test_lists_are_separated_by_commas_or_spaces():
    found = Settings.from_env({"TRUSTED_HOSTS": "a.example, b.example c.example"})
    assert found.trusted_hosts == ("a.example", "b.example", "c.example")


def test_the_readme_lists_every_setting_with_its_default(contract):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)?[^|]*\|", readme, re.MULTILINE))
    defaults = {item.name.upper(): _written(item.default) for item in fields(Settings)}
    if contract.document["provenance"].get("toy"):  # generation writes the port into the README
        assert table.pop("PORT")
        defaults.pop("PORT")
    assert table == defaults


def _written(default):
    if isinstance(default, bool):
        return "yes" if default else "no"
    return "" if default in (None, (), "") else str(default)
