"""What will be asked for: forecasts by SKU and day, from what buyers took, judged before use.

    pieces taken a day → events taken out → models, each judged on the past → the best → forecast

``history`` and ``backtest`` are pure; ``models`` holds what statsforecast brings, and is loaded
only where somebody forecasts (``seam``): pages never pay for it.
"""
