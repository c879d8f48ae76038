"""Trains the same short run without tracking and with servers that are well, slow, or hang, and compares the times.

    python bench/tracking_cost.py [CONFIG] [--turns 1] [--steps 60] [--kinds none well ...] [--mlflow URI]
                                  [--keep TIMES.jsonl] [key=value ...]
    python bench/tracking_cost.py --report TIMES.jsonl
    python bench/tracking_cost.py --alternate 10 [CONFIG] [--steps 240] [--kinds well ...] [key=value ...]

Each turn is a fresh process of each kind. They run in slices of a second (--slice), one at a time while the others are stopped,
so that all see the machine in the same state. Time that a process was stopped does not count as its time, but its clocks go
on: with four kinds it sends, samples and forces its journal to disk up to four times as often for its time. The kinds:

    none      tracking: {type: none}
    well      a server that answers at once
    slow      one that takes two seconds for each call
    hanging   one that takes connections and never answers
    mlflow    the real server at URI, if there is one; when it runs on the same machine, its own work counts

The servers but the real one are in this process and know just enough of MLflow. Reported are the seconds from the first step
to the last, evaluations and checkpoints among them, and of the whole process, and their ratio to those of "none"; and of the
processor time from the first step to the last the seconds and the share that the threads of tracking take (on Linux). The
end of a run waits for its server up to tracking.close-timeout-seconds, here 0: that is no part of what is compared.

Two processes that do the same differ by up to three percent. --alternate has one process for each kind but none, which
tracks so many steps, each of them, does not track as many, and so on (org.clap4j.bench.AlternatingTracker; needs
mvn package -pl bench -am). Each block but the outermost is compared to the mean of the two around it, in seconds of a step
without those that evaluate; reported are the mean ratio of tracked to not tracked and its standard error. What happens once
in a run does not show in it, and of what is sent the last five seconds of a block fall into the next.
"""
import argparse
import contextlib
import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUN = {"run_id": "0" * 32, "experiment_id": "1", "status": "RUNNING", "lifecycle_stage": "active",
       "artifact_uri": "mlflow-artifacts:/1/" + "0" * 32 + "/artifacts"}
TRACKING_THREADS = ("mlflow-upload", "HttpClient-", "system-metrics", "journal-force")
EXPERIMENT = {"experiment_id": "1", "name": "clap4j", "lifecycle_stage": "active"}


class Tracked(BaseHTTPRequestHandler):
    """Answers as if it had one run, after the server's delay."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.calls += 1
        time.sleep(self.server.delay)
        call = self.path.split("?")[0].split("/mlflow/")[-1]
        run = {"info": RUN, "data": {}}
        body = {"experiments/get-by-name": {"experiment": EXPERIMENT}, "runs/get": {"run": run},
                "runs/search": {"runs": [run]}}.get(call, {})
        content = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = answer

    def log_message(self, *arguments):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Says what failed, unless it is that a client no longer waits for its answer."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def serve(delay):
    server = Server(("127.0.0.1", 0), Tracked)
    server.delay, server.calls = delay, 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Training:
    """A training that runs only while it has its slice; its times are those of its slices."""

    def __init__(self, kind, arguments, uri):
        self.kind, self.steps = kind, arguments.steps
        self.first = self.last = self.end = None
        self.before, self.since, self.lock = 0.0, time.monotonic(), threading.Lock()
        self.said = []
        tracking = "{type: mlflow, close-timeout-seconds: 0}" if uri else "{type: none}"
        environment = dict(os.environ)
        environment.pop("MLFLOW_TRACKING_URI", None)
        if uri:
            environment["MLFLOW_TRACKING_URI"] = uri
        command = [str(ROOT / "clap4j"), "train", arguments.config, "training.epochs=0",
                   f"training.steps={arguments.steps}", f"tracking={tracking}", *arguments.overrides]
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                                        text=True, start_new_session=True)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()
        self.pause()

    def read(self):
        for line in self.process.stderr:
            now = self.ran()
            self.said.append(line)
            if line.startswith("training for"):
                self.first, self.processor_first = now, self.processor()
            if line.startswith(f"step {self.steps}/{self.steps}"):
                self.last, self.processor_last = now, self.processor()
        self.end = self.ran()

    def processor(self):
        """Seconds of processor time so far: of all threads, and of those that track."""
        texts = []
        all_threads = tracking = 0
        for stat in Path(f"/proc/{self.process.pid}/task").glob("*/stat"):
            with contextlib.suppress(OSError):  # a thread that has just ended
                texts.append(stat.read_text())
        for text in texts:
            name, _, fields = text.partition("(")[2].rpartition(")")
            seconds = sum(map(int, fields.split()[11:13])) / os.sysconf("SC_CLK_TCK")
            all_threads += seconds
            tracking += seconds if name.startswith(TRACKING_THREADS) else 0
        return all_threads, tracking

    def ran(self):
        with self.lock:
            return self.before + (time.monotonic() - self.since if self.since else 0)

    def pause(self):
        if self.reader.is_alive():
            os.killpg(self.process.pid, signal.SIGSTOP)
        ran = self.ran()
        with self.lock:
            self.before, self.since = ran, None

    def run(self, seconds):
        """Runs for a slice, and tells whether there is more to do."""
        with self.lock:
            self.since = time.monotonic()
        os.killpg(self.process.pid, signal.SIGCONT)
        self.reader.join(seconds)
        self.pause()
        return self.reader.is_alive()

    def times(self):
        if self.process.wait() or self.first is None or self.last is None:
            sys.exit("training failed:\n" + "".join(self.said[-20:]))
        total, tracking = (last - first for first, last in zip(self.processor_first, self.processor_last))
        return {"steps": self.last - self.first, "process": self.end, "processor": total, "tracking": tracking}


def train(kinds, arguments, uris):
    """Runs a training of each kind, all in slices, and gives the times of each."""
    trainings = [Training(kind, arguments, uris.get(kind)) for kind in kinds]
    running = trainings
    try:
        while running:
            running = [training for training in running if training.run(arguments.slice)]
    finally:
        for training in running:
            os.killpg(training.process.pid, signal.SIGKILL)
    return {training.kind: training.times() for training in trainings}


def find_servers(arguments):
    """Those of this process that are asked for, and the addresses of all that are, by kind."""
    delays = {"well": 0, "slow": 2, "hanging": 10**6}
    asked = arguments.kinds or [*delays, "mlflow"]
    servers = {kind: serve(delay) for kind, delay in delays.items() if kind in asked}
    uris = {kind: f"http://127.0.0.1:{server.server_port}" for kind, server in servers.items()}
    if arguments.mlflow and "mlflow" in asked:
        uris["mlflow"] = arguments.mlflow
    return servers, uris


def measure(arguments):
    servers, uris = find_servers(arguments)
    names = ["none", *uris]
    before = len(read(arguments.keep)) if arguments.keep and Path(arguments.keep).exists() else 0
    turns = []
    for turn in range(before, before + arguments.turns):
        times = train(names[turn % len(names):] + names[:turn % len(names)], arguments, uris)
        for kind, seconds in times.items():
            if kind in servers and not servers[kind].calls:
                sys.exit(f"the server that is {kind} was never called")
            print(f"turn {turn + 1}  {kind:8}  {seconds['steps']:.2f} s; processor {seconds['processor']:.2f} s, "
                  f"of tracking's threads {seconds['tracking']:.2f} s", flush=True)
        turns.append(times)
        if arguments.keep:
            with open(arguments.keep, "a") as file:
                file.write(json.dumps(times) + "\n")
    return read(arguments.keep) if arguments.keep else turns


def read(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def report(turns):
    print(f"{len(turns)} turns; seconds of all, and ratio to none: mean +- standard error (lowest to highest) of a turn")
    for part in ("steps", "process"):
        for kind in turns[0]:
            print(f"{part:8} {kind:8} {total(turns, kind, part):8.2f}   {ratios(turns, (kind, part), ('none', part))}")
    for kind in turns[0]:
        print(f"threads  {kind:8} {total(turns, kind, 'tracking'):8.2f}   "
              f"{ratios(turns, (kind, 'tracking'), (kind, 'processor'))}")


def total(turns, kind, part):
    return sum(turn[kind][part] for turn in turns)


def ratios(turns, above, below):
    """The ratio of two parts of two kinds: the mean of the turns, its standard error, and the range."""
    of_turn = [total([turn], *above) / total([turn], *below) for turn in turns]
    return f"{mean_and_error(of_turn)} ({min(of_turn):.4f} to {max(of_turn):.4f})"


def mean_and_error(values):
    mean = f"{statistics.mean(values):.4f}"
    return f"{mean} +- {statistics.stdev(values) / len(values) ** 0.5:.4f}" if len(values) > 1 else mean


def alternate(arguments):
    jar = next((ROOT / "bench" / "target").glob("clap4j-bench-*.jar"), None)
    if jar is None:
        sys.exit("bench/target has no jar: mvn -B -DskipTests package -pl bench -am")
    _, uris = find_servers(arguments)
    for kind, uri in uris.items():
        command = [str(ROOT / "clap4j"), "train", arguments.config, "training.epochs=0", "training.log-every=1",
                   f"training.steps={arguments.steps}", f"tracking={{type: alternating, steps: {arguments.alternate}}}",
                   *arguments.overrides]
        environment = dict(os.environ, CLAP4J_CLASSPATH=str(jar), MLFLOW_TRACKING_URI=uri)
        printed = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
        report_blocks(kind, blocks(Path(printed.splitlines()[0], "alternating.csv").read_text()))


def blocks(lines):
    """Seconds of the steps of each block, and whether it is tracked."""
    rows = [line.split(",") for line in lines.split()]
    seconds = [(int(row[2]) - int(before[2])) / 1e9 for before, row in zip(rows, rows[1:])]
    usual = [(row[1], took) for row, took in zip(rows[1:], seconds) if took < 1.5 * statistics.median(seconds)]
    return [(tracked == "true", [took for _, took in steps])
            for tracked, steps in itertools.groupby(usual, key=lambda step: step[0])]


def report_blocks(kind, of_run):
    means = [(tracked, statistics.mean(steps)) for tracked, steps in of_run]
    ratios_of_blocks = []
    for (_, before), (tracked, own), (_, after) in zip(means[1:], means[2:], means[3:]):  # the first one warms up
        ratio = 2 * own / (before + after)
        ratios_of_blocks.append(ratio if tracked else 1 / ratio)
    print(f"{kind:8} tracked to not tracked {mean_and_error(ratios_of_blocks)} ({len(ratios_of_blocks)} blocks)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", nargs="?", default="experiments/configs/quickstart.yaml")
    parser.add_argument("overrides", nargs="*", metavar="key=value")
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--slice", type=float, default=1.0, metavar="SECONDS")
    parser.add_argument("--kinds", nargs="+", choices=["none", "well", "slow", "hanging", "mlflow"])
    parser.add_argument("--mlflow", metavar="URI")
    parser.add_argument("--keep", metavar="TIMES.jsonl")
    parser.add_argument("--report", metavar="TIMES.jsonl")
    parser.add_argument("--alternate", type=int, metavar="STEPS")
    arguments = parser.parse_args()
    if arguments.alternate:
        alternate(arguments)
        return
    report(read(arguments.report) if arguments.report else measure(arguments))


if __name__ == "__main__":
    main()
