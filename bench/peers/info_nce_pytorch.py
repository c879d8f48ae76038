#!/usr/bin/env python3
"""Times symmetric InfoNCE, forward and backward, in PyTorch on the CPU.

usage: OMP_NUM_THREADS=2 python bench/peers/info_nce_pytorch.py [--batch 4096] [--rounds 5]
Prints one JSON object with the fields of `clap4j bench info-nce --json`.
"""
import argparse
import json
import resource
import statistics
import time

import torch
import torch.nn.functional as F


def step(audio, text, log_logit_scale):
    logits = log_logit_scale.exp() * audio @ text.T
    labels = torch.arange(len(audio))
    loss = (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2
    loss.backward()
    for leaf in (audio, text, log_logit_scale):
        leaf.grad = None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    torch.manual_seed(0)
    audio = F.normalize(torch.randn(arguments.batch, 512), dim=1).requires_grad_()
    text = F.normalize(torch.randn(arguments.batch, 512), dim=1).requires_grad_()
    log_logit_scale = torch.tensor(2.659).requires_grad_()
    step(audio, text, log_logit_scale)
    seconds = []
    for _ in range(arguments.rounds):
        start = time.perf_counter()
        step(audio, text, log_logit_scale)
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    print(
        json.dumps(
            {
                "name": "info-nce",
                "batch": arguments.batch,
                "threads": torch.get_num_threads(),
                "median_seconds": median,
                "items_per_second": arguments.batch / median,
                "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main()
