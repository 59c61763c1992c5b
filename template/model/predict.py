"""Extracted from toy.ipynb, cell 5, by nb2service 0.1.0.

Do not edit it: change the notebook and generate again.
"""

# cell 1
import math

from model.loading import load as load_artifact

# cell 2
BASE_MINUTES = 6.0
WEATHER_DELAY = {"dry": 0.0, "rain": 4.0, "snow": 11.0}


# cell 3
class Scorer:
    """Minutes on the road, fitted on last year's deliveries."""

    def __init__(self, minutes_per_km, minutes_per_parcel):
        self.minutes_per_km = minutes_per_km
        self.minutes_per_parcel = minutes_per_parcel

    def minutes(self, distance_km, parcels):
        return self.minutes_per_km * distance_km + self.minutes_per_parcel * math.sqrt(parcels)


def climb_minutes(floor):
    # Nobody writes down the ground floor.
    return 0.4 * (floor or 0)


# cell 4, computed there: Scorer
scorer = load_artifact("scorer.joblib")


# cell 5, the marked one
def predict(payload):
    """Minutes until the parcels are at the door."""
    minutes = BASE_MINUTES + WEATHER_DELAY[payload["weather"]]
    minutes += scorer.minutes(payload["distance_km"], payload["parcels"])
    minutes += climb_minutes(payload.get("floor"))
    if payload["express"]:
        minutes *= 0.8
    return {"minutes": round(minutes, 2), "late": minutes > 45}
