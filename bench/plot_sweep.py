"""Draws a metric of sweeps: a dot for each run, a line for each setting's mean.

    python bench/plot_sweep.py OUT.png SWEEP_DIR [SWEEP_DIR ...] [--metric test/zero_shot/accuracy]

Needs matplotlib. Reads the runs.csv of each sweep.
"""
import argparse
import csv
import statistics
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

NO_AXIS = {"number", "seed", "state", "directory"}


def runs(sweep, metric):
    with open(Path(sweep) / "runs.csv", newline="") as file:
        for run in csv.DictReader(file):
            axes = [value for key, value in run.items() if key not in NO_AXIS and "/" not in key]
            if run.get(metric):
                yield " ".join(axes), float(run[metric])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("sweeps", nargs="+")
    parser.add_argument("--metric", default="test/zero_shot/accuracy")
    options = parser.parse_args()
    values = {}
    for sweep in options.sweeps:
        for setting, value in runs(sweep, options.metric):
            values.setdefault(setting, []).append(value)
    settings = sorted(values, key=lambda setting: statistics.mean(values[setting]))
    figure, axes = plt.subplots(figsize=(8, 0.32 * len(settings) + 1))
    for row, setting in enumerate(settings):
        axes.plot(values[setting], [row] * len(values[setting]), "o", color="tab:blue", alpha=0.6)
        mean = statistics.mean(values[setting])
        axes.plot([mean, mean], [row - 0.35, row + 0.35], color="black")
    axes.set_yticks(range(len(settings)), settings, fontsize=8)
    axes.set_xlabel(options.metric)
    axes.grid(axis="x", alpha=0.3)
    figure.tight_layout()
    figure.savefig(options.out, dpi=110)


if __name__ == "__main__":
    main()
