"""Runs clap4j's and its peer's side of a benchmark in turn, and prints the ratios.

    python bench/compare.py [cnn14-forward] [cnn14-train] [htsat-tiny-forward] [htsat-tiny-train]
                            [roberta-base-forward] [roberta-base-train] [log-mel] [info-nce]
                            [embed] [embed-htsat-tiny]
                            [--python PYTHON] [--turns 3] [--rounds 5] [--batch 8]

The batch of info-nce is 8192 unless --batch says otherwise, that of embed-* 250.

The peer is PyTorch, for htsat-* transformers' ClapAudioModel, for roberta-* its RobertaModel, for log-mel its
ClapFeatureExtractor; PYTHON has both. For embed, recordings in and embeddings out, the peer is clap4j's own tower on
ready log-mels: the speed says what reading and log-mels leave of the tower's.

Each turn is a fresh process of each side. Both get ready, and then do their rounds in turn, one of this, one of that, so
that both see the machine in the same state; each measured round follows one of the same side that is not measured. Reported are medians over the turns; speed is clap4j's items per second over
the peer's, the median of the turns' ratios and their range; memory is clap4j's peak over the peer's.
"Beyond" is the peak less what the process held when model and inputs were there (for info-nce also less the gradients,
which both sides hand over); its ratio is printed for each turn.
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
    "embed": "tower alone",
    "embed-htsat-tiny": "tower alone",
}
SCRIPTS = {
    "cnn14": "cnn14_pytorch.py",
    "htsat": "htsat_transformers.py",
    "roberta": "roberta_transformers.py",
    "log": "log_mel_transformers.py",
    "info": "info_nce_pytorch.py",
}
LOSS_DIM = 512


class Side:
    """A process that waits before each of its rounds."""

    def __init__(self, command, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        self.process = subprocess.Popen(command, env=environment, cwd=ROOT, text=True, **pipes)
        self.await_ready()

    def await_ready(self):
        """Returns once the process is ready for a round, or has ended."""
        for line in self.process.stderr:
            if line == "ready\n":
                return
            sys.stderr.write(line)

    def round(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.await_ready()

    def result(self):
        printed = self.process.stdout.read()
        if self.process.wait() != 0:
            sys.exit(f"{' '.join(self.process.args)} ended with {self.process.returncode}")
        return json.loads(printed)[0]


def turn_of(commands, options):
    """One turn: what each side has measured, by name."""
    sides = {name: Side(command, options.threads) for name, command in commands.items()}
    for _ in range(options.rounds):
        for side in sides.values():
            side.round()
    return {name: side.result() for name, side in sides.items()}


def batch_of(name, options):
    return options.batch or {"info-nce": 8192, "embed": 250, "embed-htsat-tiny": 250}.get(name, 8)


def clap4j(name, batch, options):
    return [str(ROOT / "clap4j"), "bench", name, f"batch={batch}", f"rounds={options.rounds}", "--json", "--paced"]


def commands_of(name, options):
    batch = batch_of(name, options)
    if name.startswith("embed"):
        return {side: clap4j(workload, batch, options)
                for side, workload in {"clap4j": name, PEERS[name]: name.replace("embed", "embed-tower")}.items()}
    script = str(ROOT / "bench" / "peers" / SCRIPTS[name.split("-")[0]])
    counts = ["--batch", str(batch), "--rounds", str(options.rounds), "--threads", str(options.threads), "--paced"]
    return {
        "clap4j": clap4j(name, batch, options),
        PEERS[name]: [options.python, script, name, *counts],
    }


def beyond(name, measured):
    """MiB at the peak beyond model and inputs, and beyond the two gradients of a loss."""
    gradients = 2 * measured["batch"] * LOSS_DIM * 4 / 2**20 if name == "info-nce" else 0
    return measured["peak_rss_mib"] - measured["input_rss_mib"] - gradients


def spread(values, digits):
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}-{max(values):.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*PEERS, []], default=[])
    parser.add_argument("--python", default=sys.executable, help="a Python that has torch and transformers")
    parser.add_argument("--batch", type=int)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    print("| workload | side | s | items/s | peak MiB | beyond MiB |")
    print("|---|---|---|---|---|---|")
    for name in options.names or list(PEERS):
        results = {"clap4j": [], PEERS[name]: []}
        for turn in range(options.turns):
            for side, measured in turn_of(commands_of(name, options), options).items():
                results[side].append(measured)
                print(f"turn {turn + 1}, {side}: {json.dumps(measured)}", file=sys.stderr, flush=True)
        seconds, peaks, extras = {}, {}, {}
        for side, turns in results.items():
            seconds[side] = [turn["median_seconds"] for turn in turns]
            peaks[side] = [turn["peak_rss_mib"] for turn in turns]
            extras[side] = [beyond(name, turn) for turn in turns]
            items = batch_of(name, options) / statistics.median(seconds[side])
            cells = [spread(seconds[side], 3), f"{items:.2f}", spread(peaks[side], 0), spread(extras[side], 0)]
            print(f"| {name} | {side} | {' | '.join(cells)} |")
        ours, peers = "clap4j", PEERS[name]
        speed = spread([theirs / mine for mine, theirs in zip(seconds[ours], seconds[peers])], 2)
        memory = statistics.median(peaks[ours]) / statistics.median(peaks[peers])
        extra = ", ".join(f"{mine / theirs:.3f}" for mine, theirs in zip(extras[ours], extras[peers]))
        print(f"| {name} | {ours} / {peers} | x {speed} as fast | | x {memory:.2f} | x {extra} |", flush=True)


if __name__ == "__main__":
    main()
