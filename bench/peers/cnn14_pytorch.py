"""PyTorch's side of `clap4j bench cnn14-forward cnn14-train`: the same shapes, threads and rounds.

    python bench/peers/cnn14_pytorch.py [cnn14-forward] [cnn14-train] [--batch 8] [--rounds 5] [--threads 2]

Prints a JSON array of {name, batch, threads, median_seconds, items_per_second, peak_rss_mib}.
CNN14 as in PANNs (Kong et al. 2020), full width, input [batch, 1, 690, 64]; forward in eval mode without autograd;
a training step is forward, InfoNCE against fixed captions, backward and AdamW (fused where the build has it).
"""
import argparse
import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

FRAMES, MEL_BINS, EMBEDDING_DIM, WARM_UP_ROUNDS = 690, 64, 512, 3


class ConvBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.bn2 = nn.BatchNorm2d(outputs)

    def forward(self, x):
        x = F.relu_(self.bn1(self.conv1(x)))
        return F.relu_(self.bn2(self.conv2(x)))


class Cnn14(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [1, 64, 128, 256, 512, 1024, 2048]
        self.bn0 = nn.BatchNorm2d(MEL_BINS)
        self.blocks = nn.ModuleList(ConvBlock(i, o) for i, o in zip(widths, widths[1:]))
        self.fc1 = nn.Linear(2048, 2048)
        self.projection = nn.Linear(2048, EMBEDDING_DIM)

    def forward(self, x):
        x = self.bn0(x.transpose(1, 3)).transpose(1, 3)
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i < 5:
                x = F.avg_pool2d(x, 2)
            x = F.dropout(x, 0.2, self.training)
        x = x.mean(3)
        x = x.max(2).values + x.mean(2)
        x = F.dropout(x, 0.5, self.training)
        x = F.dropout(F.relu_(self.fc1(x)), 0.5, self.training)
        return F.normalize(self.projection(x))


def forward(batch):
    model, clips = Cnn14().eval(), torch.randn(batch, 1, FRAMES, MEL_BINS) * 15 - 40

    def run():
        with torch.inference_mode():
            model(clips)

    return run


def train(batch):
    model, clips = Cnn14().train(), torch.randn(batch, 1, FRAMES, MEL_BINS) * 15 - 40
    captions, targets = F.normalize(torch.randn(batch, EMBEDDING_DIM)), torch.arange(batch)
    try:
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05, fused=True)
    except RuntimeError:
        optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.05)

    def run():
        optimizer.zero_grad(set_to_none=True)
        logits = model(clips) @ captions.T / 0.07
        (F.cross_entropy(logits, targets) + F.cross_entropy(logits.T, targets)).div(2).backward()
        optimizer.step()

    return run


def reset_peak():
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError as error:
        print(f"the peak of memory cannot be reset: {error}", file=sys.stderr)


def peak_rss_mib():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) // 1024 for line in file if line.startswith("VmHWM:"))


WORKLOADS = {"cnn14-forward": forward, "cnn14-train": train}


def measure(name, batch, rounds):
    reset_peak()
    run = WORKLOADS[name](batch)
    for _ in range(WARM_UP_ROUNDS):
        run()
    seconds = []
    for _ in range(rounds):
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
        "peak_rss_mib": peak_rss_mib(),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    names = options.names or list(WORKLOADS)
    print(json.dumps([measure(name, options.batch, options.rounds) for name in names], indent=2))


if __name__ == "__main__":
    main()
