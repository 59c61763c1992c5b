"""Extracted from ways_of_binding.ipynb, cell 9, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

from collections import Counter
from math import floor, hypot

# cell 1
import sys

# cell 2
from enum import Enum, IntEnum, auto
from typing import NamedTuple

# cell 8
import functools

from model.loading import load as load_artifact

# cell 4, computed there
LIMIT = 10
last = 3
rest = [1, 2]
first = 1
others = [3, 4]
second = 2
place = 1
word = 'b'
big = False
size = 2

# cell 5, computed there
born = 'here'
count = 2
kept = 10
STEP = 3

# cell 7, computed there
totals = [0, 0, 1, 3]

# cell 1
try:
    import no_such_json as json
except ImportError:
    import json

if sys.version_info >= (3, 5):
    def same(x):
        return x
else:
    def same(x):
        return -x


# cell 2
class Level(Enum):
    LOW = auto()
    HIGH = auto()

    @classmethod
    def of(cls, x):
        return cls.HIGH if x > LIMIT else cls.LOW


class Rank(IntEnum):
    FIRST = 1
    SECOND = 2


# cell 3
class Point(NamedTuple):
    x: float
    y: float = 0.5

    @property
    def norm(self):
        return hypot(self.x, self.y)


class Account:
    total = 0

    def __init__(self, k):
        self._k = k

    @property
    def k(self):
        return self._k

    @k.setter
    def k(self, value):
        self._k = value

    @staticmethod
    def up(x):
        return x + STEP

    @classmethod
    def make(cls):
        return cls(3)


# cell 6
def outer(x):
    def inner(y):
        nonlocal x
        x += y
        return late(x)
    return inner(2)


# cell 7
def late(x):
    import statistics
    return statistics.mean([x, x])


cube = lambda x, k=3: x ** k


# cell 8
def times(n):
    def decorate(f):
        @functools.wraps(f)
        def inner(*args, **named):
            return n * f(*args, **named)
        return inner
    return decorate


@times(2)
@functools.lru_cache(maxsize=None)
def base(x, *, extra=LIMIT):
    return x + extra


# cell 3, computed there: Account
account = load_artifact("account.joblib")

# cell 7, computed there: dict
pick = load_artifact("pick.cloudpickle")


# cell 9, the marked one
def predict(x: float, kind: str = 'a'):
    answer = {'norm': floor(Point(x).norm), 'level': Level.of(x), 'rank': Rank.SECOND}
    answer['account'] = account.k + Account.up(1)
    answer['sum'] = outer(x) + cube(2) + pick[1](x) + sum(totals) + base(x)
    answer['words'] = [first, second, others, rest, last, place, word, size, big, count, born, kept]
    return {**answer, 'json': json.dumps([same(x)]), 'counted': Counter('aab')}
