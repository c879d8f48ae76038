"""Runs clap4j's and its peer's side of a benchmark in turn, and prints the ratios.

    python bench/compare.py [cnn14-forward] [cnn14-train] [htsat-tiny-forward] [htsat-tiny-train]
                            [roberta-base-forward] [roberta-base-train] [log-mel] [info-nce]
                            [--python PYTHON] [--turns 3] [--rounds 5] [--batch 8]

The batch of info-nce is 8192 unless --batch says otherwise.

The peer is PyTorch, for htsat-* transformers' ClapAudioModel, for roberta-* its RobertaModel, for log-mel its
ClapFeatureExtractor; PYTHON has both.

Each turn is a fresh process of each side, one after the other, so that both see the machine in the same state. Reported
are medians over the turns; speed is clap4j's items per second over the peer's, memory is clap4j's peak over the peer's.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PEERS = {
    "cnn14-forward": "PyTorch",
    "cnn14-train": "PyTorch",
    "htsat-tiny-forward": "transformers",
    "htsat-tiny-train": "transformers",
    "roberta-base-forward": "transformers",
    "roberta-base-train": "transformers",
    "log-mel": "transformers",
    "info-nce": "PyTorch",
}
SCRIPTS = {"cnn14": "cnn14_pytorch.py", "htsat": "htsat_transformers.py", "roberta": "roberta_transformers.py"}


def run(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    answer = json.loads(done.stdout)
    return answer[0] if isinstance(answer, list) else answer


def batch_of(name, options):
    return options.batch or (8192 if name == "info-nce" else 8)


def sides(name, options):
    batch = batch_of(name, options)
    size = [f"batch={batch}", f"rounds={options.rounds}"]
    peers = ROOT / "bench" / "peers"
    if name == "log-mel":
        peer = [str(peers / "log_mel_transformers.py"), *size]
    elif name == "info-nce":
        peer = [str(peers / "info_nce_pytorch.py"), "--batch", str(batch), "--rounds", str(options.rounds)]
    else:
        counts = ["--batch", str(batch), "--rounds", str(options.rounds), "--threads", str(options.threads)]
        peer = [str(peers / SCRIPTS[name.split("-")[0]]), name, *counts]
    return {
        "clap4j": [str(ROOT / "clap4j"), "bench", name, *size, "--json"],
        PEERS[name]: [options.python, *peer],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*PEERS, []], default=[])
    parser.add_argument("--python", default=sys.executable, help="a Python that has torch and transformers")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print("| workload | side | median s | range s | items/s | peak MiB |")
    print("|---|---|---|---|---|---|")
    for name in options.names or list(PEERS):
        results = {"clap4j": [], PEERS[name]: []}
        for _ in range(options.turns):
            for side, command in sides(name, options).items():
                results[side].append(run(command, options.threads))
        medians = {}
        for side, measured in results.items():
            seconds = [one["median_seconds"] for one in measured]
            medians[side] = (statistics.median(seconds), statistics.median(one["peak_rss_mib"] for one in measured))
            median, peak = medians[side]
            spread = f"{min(seconds):.3f}-{max(seconds):.3f}"
            print(f"| {name} | {side} | {median:.3f} | {spread} | {batch_of(name, options) / median:.2f} | {peak:.0f} |")
        speed = medians[PEERS[name]][0] / medians["clap4j"][0]
        memory = medians["clap4j"][1] / medians[PEERS[name]][1]
        print(f"| {name} | clap4j / {PEERS[name]} | | speed x {speed:.2f} | | memory x {memory:.2f} |", flush=True)


if __name__ == "__main__":
    main()
