"""Measures transformers' ClapFeatureExtractor: the peer of the workload log-mel.

Clips of 10 s at 48 kHz, one after the other, as `clap4j bench log-mel` computes them.
usage: python log_mel_transformers.py [batch=8] [rounds=5]
Prints what `clap4j bench log-mel --json` prints. Needs numpy, torch, transformers.
"""

import json
import resource
import statistics
import sys
import time

import numpy as np
import torch
from transformers import ClapFeatureExtractor

options = dict(argument.split("=") for argument in sys.argv[1:])
batch, rounds = int(options.get("batch", 8)), int(options.get("rounds", 5))

extractor = ClapFeatureExtractor(
    feature_size=64,
    sampling_rate=48_000,
    hop_length=480,
    max_length_s=10,
    fft_window_size=1024,
    frequency_min=50,
    frequency_max=14_000,
    truncation="rand_trunc",
    padding="repeatpad",
)
random = np.random.default_rng(0)
clips = [random.uniform(-0.5, 0.5, 480_000).astype(np.float32) for _ in range(batch)]


def one_round():
    start = time.perf_counter()
    for clip in clips:
        extractor(clip, sampling_rate=48_000, return_tensors="np")
    return time.perf_counter() - start


warmed_up = one_round() + one_round()
while warmed_up < 1:
    warmed_up += one_round()
median = statistics.median(one_round() for _ in range(rounds))
print(
    json.dumps(
        [
            {
                "name": "log-mel",
                "batch": batch,
                "threads": torch.get_num_threads(),
                "median_seconds": median,
                "items_per_second": batch / median,
                "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        ]
    )
)
