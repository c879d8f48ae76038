"""transformers' side of `clap4j bench log-mel`: ClapFeatureExtractor on clips of 10 s at 48 kHz, one after the other.

    python bench/peers/log_mel_transformers.py [--batch 8] [--rounds 5] [--threads 2]

Prints what peer.py says. Needs numpy, torch, transformers.
"""
import numpy as np
from transformers import ClapFeatureExtractor

import peer


def log_mel(batch):
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

    def run():
        for clip in clips:
            extractor(clip, sampling_rate=48_000, return_tensors="np")

    return run


if __name__ == "__main__":
    peer.main(__doc__, {"log-mel": log_mel})
