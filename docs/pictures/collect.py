"""Copy the figures of the gallery from finished runs, in 64 colors so that they stay small.

After the three commands of docs/gallery.md: .venv/bin/python docs/pictures/collect.py
"""

from pathlib import Path

from PIL import Image

HOME = Path(__file__).parents[2]
PICTURES = {  # name here: figure of a run
    "provinces_coefficients": "provinces/figures/coefficients.png",
    "provinces_prices": "provinces/figures/values_prices.png",
    "provinces_productivity": "provinces/figures/productivity.png",
    "provinces_2007_coefficients": "provinces_2007/figures/coefficients.png",
    "provinces_trade_account": "provinces_trade/figures/account_trade.png",
    "provinces_readings": "provinces/figures/readings_table03.png",
    "wiod_course": "wiod2013/figures/course.png",
    "wiod_account": "wiod2013/figures/account.png",
    "wiod_wage_profit": "wiod2013/figures/wage_profit.png",
}

for name, path in PICTURES.items():
    with Image.open(HOME / "results" / path) as picture:
        small = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    small.save(Path(__file__).with_name(f"{name}.png"), optimize=True)
