"""Write readings.csv: one reading a day of each pump, from a fixed seed; pump 9 wears out."""

from pathlib import Path

import numpy as np
import pandas as pd

rng = np.random.default_rng(12)
days = pd.date_range("2025-01-01", "2025-03-31")
table = pd.MultiIndex.from_product([days, range(1, 13)], names=["day", "pump"]).to_frame(
    index=False
)
count = len(table)

speed = rng.normal(1450, 60, count)
worn = (table["pump"] == 9) * np.clip((table["day"] - days[70]).dt.days, 0, None)
table["pressure_bar"] = (4.2 + rng.normal(0, 0.15, count) - 0.05 * worn).round(2)
table["vibration_mm_s"] = (rng.gamma(9, 0.22, count) + 0.18 * worn).round(2)
table["speed_rpm"] = speed.round(0)
table["temperature_celsius"] = (44 + 0.012 * speed + rng.normal(0, 1.2, count) + 0.6 * worn).round(
    1
)
table.to_csv(Path(__file__).with_name("readings.csv"), index=False)
