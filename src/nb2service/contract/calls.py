"""The recorded calls of one function: which shape they have, and what they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2service.contract.inference import Call
from nb2service.errors import Nb2serviceError


@dataclass(frozen=True)
class Calls:
    """The recorded calls of one function, and where messages say that it is."""

    place: str
    function: str
    parameters: Sequence[Mapping[str, Any]]
    calls: Sequence[Any]

    def refuse_unplain(self) -> None:
        """Raise Nb2serviceError for arguments and answers that JSON cannot carry."""
        for call in self.calls:
            answer = call["answer"]
            for name, argument in call["arguments"].items():
                if argument["form"] == "other":
                    raise Nb2serviceError(
                        self.place,
                        f"{self.function} is called with a {argument['type']} for {name!r}, which "
                        f"JSON cannot carry ({argument['why']})",
                        "Let it take a dict, a table, an array or plain values.",
                    )
            if "unplain" in answer:
                raise Nb2serviceError(
                    self.place,
                    f"{self.function} answers with a {answer['type']}, which JSON cannot carry",
                    "Return a number, a string, a list, a dict, an array or a table.",
                )

    def shape(self, call: Mapping[str, Any]) -> str:
        """The shape of one call, in words."""
        arguments = list(call["arguments"].values())
        if len(arguments) != 1:
            return "plain arguments"
        (argument,) = arguments
        match argument["form"]:
            case "mapping" | "object":
                return "a dict"
            case "frame":
                return "a DataFrame"
            case "series" if argument["named"]:
                return "a row"
            case "matrix":
                return "rows"
            case "array" if argument["ndim"] > 1:
                return "rows"
            case "array" | "list" | "series":
                return "rows" if self._are_rows(argument) else "plain arguments"
        return "plain arguments"

    def _are_rows(self, argument: Mapping[str, Any]) -> bool:
        """Whether a flat array or a list is many questions, or one question of several values."""
        rows = argument["plain"]
        if rows and all(isinstance(row, list | dict) for row in rows):
            return True
        each = [_length_of_only(call) == call["answer"]["length"] for call in self.calls]
        return bool(rows) and all(each)

    def only(self) -> tuple[str, list[Mapping[str, Any]]]:
        """The name and the values of the one parameter that is passed."""
        name = next(iter(self.calls[0]["arguments"]))
        return name, [next(iter(call["arguments"].values())) for call in self.calls]

    def later(self) -> dict[str, Mapping[str, Any]]:
        """What the calls beyond those that were kept tell of each feature."""
        return {name: told for call in self.calls for name, told in call.get("later", {}).items()}

    def answers_whole(self) -> bool:
        """Whether predict answers a table with one value; refuse it if there was a second row."""
        sizes = [_length_of_only(call) for call in self.calls]
        by_row = [_by_row(call["answer"], n) for call, n in zip(self.calls, sizes, strict=True)]
        if all(by_row):
            return False
        if all(n == 1 for n in sizes):
            return True
        at = by_row.index(False)
        answer = self.calls[at]["answer"]
        raise Nb2serviceError(
            self.place,
            f"{self.function} was given {sizes[at]} rows and answered with "
            f"{'one value' if answer['length'] is None else answer['length']} ({answer['type']})",
            "A service answers each record: return one answer for each row.",
        )

    def table(self, records: Sequence[list[dict[str, Any]]], whole: bool) -> tuple[Call, ...]:
        """The calls of a table or of rows: one answer for each record."""
        found = []
        for call, asked in zip(self.calls, records, strict=True):
            if whole:
                found.append(Call(asked, [call["answer"]["one"]], many=False))
            else:
                found.append(Call(asked, _answers(call["answer"], len(asked)), len(asked) != 1))
        return tuple(found)


def _length_of_only(call: Mapping[str, Any]) -> int:
    return len(next(iter(call["arguments"].values()))["plain"])


def _by_row(answer: Mapping[str, Any], rows: int) -> bool:
    return rows in (answer["length"], answer["columns"]) and not answer["mapping"]


def _answers(answer: Mapping[str, Any], rows: int) -> list[Any]:
    """One answer for each row; a tuple of columns is turned around."""
    plain = answer["plain"]
    if answer["columns"] == rows:
        return [list(parts) for parts in zip(*plain, strict=True)]
    return list(plain)
