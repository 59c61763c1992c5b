"""Extracted from classes_and_factories.ipynb, cell 8, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from __future__ import annotations

# cell 1
import enum
import functools
from dataclasses import dataclass
from typing import NamedTuple

from model.loading import load as load_artifact


# cell 2
class Size(enum.Enum):
    SMALL = 1
    LARGE = 10


class Offer(NamedTuple):
    price: float
    size: Size = Size.SMALL


# cell 3
def logged(function):
    @functools.wraps(function)
    def inner(*args):
        inner.calls += 1
        return function(*args)
    inner.calls = 0
    return inner


def rounding(digits):
    return lambda x: round(x, digits)


cents = rounding(2)


# cell 4
@dataclass
class Tariff:
    base: float
    __secret: float = 0.5

    @property
    def margin(self) -> Unknown:
        return self.base * self.__secret


USUAL = Size.LARGE


# cell 5
def net(offer: 'Offer') -> float:
    return gross(offer) / 1.2


# cell 7
net = functools.lru_cache(net)


# cell 6
@logged
def gross(offer):
    return offer.price * offer.size.value + tariff.margin


upper = str.upper

# cell 4, computed there: Tariff
tariff = load_artifact("tariff.joblib")


# cell 8, the marked one
def predict(price: float, note: str):
    return {'net': cents(net(Offer(price, USUAL))), 'note': upper(note)}
