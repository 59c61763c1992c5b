FOOT = 0.3048


def in_feet(metres):
    return metres / FOOT
