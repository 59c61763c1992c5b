import math


def rounded(x):
    return math.floor(x)
