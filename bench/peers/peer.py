"""What the peers' scripts share: the training step around a tower, timing, memory, the command line.

They print a JSON array of what `clap4j bench NAME --json` prints: {name, batch, threads, median_seconds, items_per_second,
input_rss_mib, peak_rss_mib}. The peak is of the rounds, from when inputs and models are there. --paced is bench's: 'ready'
on standard error before each measured round, which begins, after one that is not measured, when a line comes on standard
input.
"""
import argparse
import json
import statistics
import sys
import time

import torch
from torch.nn import functional as F

EMBEDDING_DIM, WARM_UP_ROUNDS = 512, 3


def log_mel(batch, frames, mel_bins):
    return torch.randn(batch, 1, frames, mel_bins) * 15 - 40


def inference(model, inputs):
    """A round: embeds the inputs without autograd."""
    model.eval()

    def run():
        with torch.inference_mode():
            model(inputs)

    return run


def training(model, inputs):
    """A round: forward, InfoNCE against fixed embeddings, backward and AdamW (fused where the build has it)."""
    model.train()
    others, targets = F.normalize(torch.randn(len(inputs), EMBEDDING_DIM)), torch.arange(len(inputs))
    try:
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05, fused=True)
    except RuntimeError:
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05)

    def run():
        optimizer.zero_grad(set_to_none=True)
        logits = model(inputs) @ others.T / 0.07
        (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets)).div(2).backward()
        optimizer.step()

    return run


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError as error:
        print(f"the peak of memory cannot be reset: {error}", file=sys.stderr)


def rss_mib(field):
    """Memory in MiB: now, VmRSS, or at most since it was reset, VmHWM."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(field + ":"))


def pace(run):
    """Waits for a line, and does a round that makes up for what the wait has let go cold."""
    print("ready", file=sys.stderr, flush=True)
    if not sys.stdin.readline():
        sys.exit("standard input ended before the last of the paced rounds")
    run()


def measure(name, workload, batch, rounds, paced):
    run = workload(batch)
    reset_peak()
    inputs = rss_mib("VmRSS")
    for _ in range(WARM_UP_ROUNDS):
        run()
    seconds = []
    for _ in range(rounds):
        if paced:
            pace(run)
        start = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - start)
    median = statistics.median(seconds)
    return {
        "name": name,
        "batch": batch,
        "threads": torch.get_num_threads(),
        "median_seconds": median,
        "items_per_second": batch / median,
        "input_rss_mib": inputs,
        "peak_rss_mib": rss_mib("VmHWM"),
    }


def main(description, workloads):
    """Runs the named workloads, each a function from a batch size to a round, and prints what they took."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--paced", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    names = options.names or list(workloads)
    measured = [measure(name, workloads[name], options.batch, options.rounds, options.paced) for name in names]
    print(json.dumps(measured, indent=2))
