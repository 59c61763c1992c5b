"""Mutants of the examples' services: in each, one thing is changed that changes answers.

Where no answer can change, `equivalent` says why; `tests/mutate.py` compares such a mutant with the
service on drawn records.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

BY_NAME = "predict takes its columns by name, so their order in the contract says nothing"


class Mutant(NamedTuple):
    """One change of a service's `model/`.

    Attributes:
        kind: what is changed: artifact, constant, helper, order or dtype.
        name: the change in words.
        edit: changes the folder `model/`; of an artifact, the code that changes `value`.
        artifact: the artifact whose value is changed, if it is one.
        equivalent: why no answer can change.
    """

    kind: str
    name: str
    edit: Callable[[Path], None] | str
    artifact: str = ""
    equivalent: str = ""


def code(kind: str, old: str, new: str, equivalent: str = "") -> Mutant:
    """Another text in the extracted code."""

    def edit(model: Path) -> None:
        path = model / "predict.py"
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in model/predict.py"
        path.write_text(text.replace(old, new), encoding="utf-8")

    return Mutant(kind, f"{old} becomes {new}", edit, equivalent=equivalent)


def contract(
    kind: str, name: str, change: Callable[[dict[str, Any]], object], equivalent: str = ""
) -> Mutant:
    """Something else in the contract."""

    def edit(model: Path) -> None:
        path = model / "contract.json"
        document = json.loads(path.read_text(encoding="utf-8"))
        before = json.dumps(document)
        change(document)
        assert json.dumps(document) != before, f"{name}: changes nothing"
        path.write_text(json.dumps(document, indent=2), encoding="utf-8")

    return Mutant(kind, name, edit, equivalent=equivalent)


def artifact(file: str, change: str, equivalent: str = "") -> Mutant:
    """Another value in an artifact."""
    return Mutant("artifact", f"{file}: {change}", change, file, equivalent)


def dtype(feature: str, new: str, equivalent: str = "") -> Mutant:
    """Another dtype of a column."""

    def change(document: dict[str, Any]) -> None:
        document["$defs"]["record"]["properties"][feature]["x-dtype"] = new

    return contract("dtype", f"{feature} becomes {new}", change, equivalent)


def type_of(feature: str, new: str, equivalent: str = "") -> Mutant:
    """Another JSON type of a feature."""

    def change(document: dict[str, Any]) -> None:
        document["$defs"]["record"]["properties"][feature]["type"] = new

    return contract("dtype", f"{feature} becomes {new}", change, equivalent)


def array_of(new: str, equivalent: str = "") -> Mutant:
    """Another dtype of the array that predict takes."""
    return contract("dtype", f"rows of {new}", lambda d: d["predict"].update(dtype=new), equivalent)


def turned(equivalent: str = "") -> Mutant:
    """The features the other way round."""

    def change(document: dict[str, Any]) -> None:
        record = document["$defs"]["record"]
        record["properties"] = dict(reversed(record["properties"].items()))

    return contract("order", "the features the other way round", change, equivalent)


def swapped(one: str, other: str, equivalent: str = "") -> Mutant:
    """Two features in each other's place."""

    def change(document: dict[str, Any]) -> None:
        record = document["$defs"]["record"]
        names = list(record["properties"])
        at, to = names.index(one), names.index(other)
        names[at], names[to] = other, one
        record["properties"] = {name: record["properties"][name] for name in names}

    return contract("order", f"{one} and {other} in each other's place", change, equivalent)


def _classes(document: dict[str, Any]) -> None:
    names = document["predict"]["classes"]
    names[3], names[8] = names[8], names[3]


def _without_voss(document: dict[str, Any]) -> None:
    city = document["$defs"]["record"]["properties"]["city"]
    for list_of in ("enum", "x-categories", "x-known"):
        if "Voss" in city.get(list_of, ()):
            city[list_of].remove("Voss")


def _cities_turned(document: dict[str, Any]) -> None:
    city = document["$defs"]["record"]["properties"]["city"]
    city["x-categories"] = city["x-categories"][::-1]


NUMBERS = 'value[0].named_transformers_["numbers"]'
MUTANTS: dict[str, list[Mutant]] = {
    "churn_xgboost": [
        artifact("model.ubj", "value._Booster = value.get_booster()[:90]"),
        code(
            "constant",
            '"monthly_charges",\n    "total_charges"',
            '"total_charges",\n    "monthly_charges"',
        ),
        code("helper", "pd.DataFrame([payload])", "pd.DataFrame([payload]).round()"),
        code("helper", "[0, 1]", "[0, 0]"),
        turned(BY_NAME),
        type_of("monthly_charges", "integer"),
    ],
    "houses_bare": [
        artifact("scaler.joblib", "value.mean_[0] += 0.5"),
        artifact("model.joblib", "value.learning_rate = 0.09"),
        code("constant", "float64(1963.0046801872074)", "float64(1960.0)"),
        code("helper", ".fillna(built_mean)", ".fillna(0)"),
        code("order", "['centre', 'harbour', ", "['harbour', 'centre', "),
        turned(),
        dtype("area_sqm", "int64"),
        dtype("rooms", "float64", "the scaler makes floats of all numbers"),
    ],
    "tickets_text": [
        artifact("model.joblib", "value[-1].coef_ *= 1.001"),
        artifact("model.joblib", "value[0].idf_ = value[0].idf_[::-1].copy()"),
        code("constant", "SURE_ENOUGH = 0.8", "SURE_ENOUGH = 0.78"),
        code("constant", 'r"\\d+"', 'r"\\d"'),
        code("helper", '"somenumber"', '"anumber"'),
        code(
            "helper",
            "text.lower()",
            "text",
            "the vectoriser makes lower case of every text itself",
        ),
        code(
            "helper",
            ".strip()",
            "",
            "the vectoriser takes words; blanks around a text are none",
        ),
        code("order", "model.classes_[prob", "model.classes_[::-1][prob"),
        type_of("texts", "number"),
    ],
    "digits_arrays": [
        artifact("model.joblib", "value[-1].intercept_[3] += 0.001"),
        artifact("model.joblib", "value[0].components_[29] *= -1"),
        code("constant", "DARKEST = 16.0", "DARKEST = 15.0"),
        code("helper", "np.clip(images, 0, DARKEST)", "images"),
        code("order", "predict_proba(grey(images", "predict_proba(grey(images[:, ::-1]"),
        contract("order", "two classes in each other's place", _classes),
        array_of("int64"),
        array_of("int8"),
    ],
    "bikes_booster": [
        artifact("booster.ubj", "value.set_attr(best_iteration='80')"),
        artifact("booster.ubj", "value = value[:70]"),
        code("constant", "best_iteration + 1", "best_iteration"),
        code("constant", "(0, booster.best_iteration + 1)", "(0, 0)"),
        turned(),
        swapped("hour", "working_day"),
        array_of("int64"),
        array_of("float64", "a DMatrix holds float32 whatever it is made of"),
    ],
    "claims_pipeline": [
        artifact("model.cloudpickle", f"{NUMBERS}[0].bounds_[1] *= 0.9"),
        artifact("model.cloudpickle", f"{NUMBERS}[1].statistics_ *= 1.1"),
        artifact("model.cloudpickle", f"{NUMBERS}[2].func = abs"),
        artifact("model.cloudpickle", "value[-1].intercept_ += 0.001"),
        code("helper", "*self.bounds_)", "self.bounds_[0], None)"),
        code("constant", "(df)[:, 1]", "(df)[:, 0]"),
        turned(BY_NAME),
        type_of("estimate", "integer"),
        dtype("damage", "category"),
        dtype("mileage", "int64"),
    ],
    "hotel_lightgbm": [
        artifact(
            "model.joblib",
            "import lightgbm\n"
            "text = value.booster_.model_to_string(num_iteration=130)\n"
            "value._Booster = lightgbm.Booster(model_str=text)",
        ),
        code("constant", "LOWEST = 75", "LOWEST = 70"),
        code("constant", '"month", "weekday"', '"weekday", "month"'),
        code("helper", "np.round(", "np.floor("),
        code("helper", "dates.day_of_week", "dates.day_of_year"),
        turned(BY_NAME),
        contract("dtype", "a category less", _without_voss),
        contract(
            "dtype",
            "the categories the other way round",
            _cities_turned,
            "LightGBM looks its own categories up by their names",
        ),
        dtype("city", "str"),
        dtype("booked_days_before", "int8"),
        dtype("breakfast", "int64", "LightGBM makes numbers of booleans"),
    ],
    "pumps_anomaly": [
        artifact("scaler.joblib", "value.center_[0] += 0.05"),
        artifact("forest.joblib", "value.estimators_ = value.estimators_[::-1][1:]"),
        artifact(
            "forest.joblib",
            "value.offset_ = -0.4",
            "score_samples does not use the offset; only predict of scikit-learn does",
        ),
        code("constant", "CELSIUS_PER_RPM = 0.012", "CELSIUS_PER_RPM = 0.013"),
        code("helper", "- CELSIUS_PER_RPM", "+ CELSIUS_PER_RPM"),
        code("helper", "score < limit", "score > limit"),
        code("order", '"pressure_bar", "vibration_mm_s"', '"vibration_mm_s", "pressure_bar"'),
        turned(BY_NAME),
        type_of("speed_rpm", "integer"),
    ],
    "icecream_forecast": [
        artifact("factors.joblib", "value[20] *= 1.01"),
        artifact("factors.joblib", "value[51] *= 1.01"),
        code("constant", "LITRES_OF_MILK = 0.62", "LITRES_OF_MILK = 0.63"),
        code("constant", "reserve: float = 0.1", "reserve: float = 0.2"),
        code("helper", "round(float(value), 1)", "round(float(value))"),
        code("helper", "(1 - damping**steps)", "(1 - damping ** (steps - 1))"),
        code("helper", "weeks=int(step)", "weeks=int(step) - 1"),
        turned("arguments go by their names"),
        type_of("reserve", "integer"),
    ],
    "cars_skew": [
        artifact("model.joblib", "value.coef_ *= 1.001"),
        code("helper", "drop_first=True", "drop_first=False"),
        code("constant", "fill_value=0.0", "fill_value=1.0"),
        turned("the dummies are brought into the order of COLUMNS"),
        dtype("age", "int64"),
    ],
    "bearings_torchscript": [
        artifact("scripted.pt", "value.decide.bias.data += 0.001"),
        code("constant", "LEVEL = 0.9", "LEVEL = 0.8"),
        code("helper", "1e-6", "1.0"),
        code("helper", ".mean(axis=1", ".max(axis=1"),
        code("order", "levelled(windows)))", "levelled(windows)[:, ::-1].copy()))"),
        array_of("int64"),
    ],
}


def names() -> Iterator[tuple[str, str, str]]:
    """Folder, kind and name of every mutant."""
    for folder, mutants in MUTANTS.items():
        for mutant in mutants:
            yield folder, mutant.kind, mutant.name
