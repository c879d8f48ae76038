"""Trains the same short run without tracking and with servers that are well, slow, or hang, and compares the times.

    python bench/tracking_cost.py [CONFIG] [--turns 1] [--steps 60] [--mlflow URI] [--keep TIMES.jsonl] [key=value ...]
    python bench/tracking_cost.py --report TIMES.jsonl

Each turn is a fresh process of each kind, one after the other, the next turn beginning with the next kind:

    none      tracking: {type: none}
    well      a server that answers at once
    slow      one that takes two seconds for each call
    hanging   one that takes connections and never answers
    mlflow    the real server at URI, if there is one; when it runs on the same machine, its own work counts

The servers but the real one are in this process and know just enough of MLflow. Reported are medians over the turns of the
seconds from the first step to the last, evaluations and checkpoints among them, and of the whole process, and of their
ratio to "none" in the same turn. The end of a run waits for its server up to tracking.close-timeout-seconds, here 0: that
is no part of what is compared.
"""
import argparse
import json
import os
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


def train(arguments, tracking, uri):
    environment = dict(os.environ)
    environment.pop("MLFLOW_TRACKING_URI", None)
    if uri:
        environment["MLFLOW_TRACKING_URI"] = uri
    command = [str(ROOT / "clap4j"), "train", arguments.config, "training.epochs=0",
               f"training.steps={arguments.steps}", f"tracking={tracking}", *arguments.overrides]
    start = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    first = last = None
    said = []
    for line in process.stderr:
        now = time.monotonic()
        said.append(line)
        if line.startswith("training for"):
            first = now
        if line.startswith(f"step {arguments.steps}/{arguments.steps}"):
            last = now
    if process.wait() or not first or not last:
        sys.exit("training failed:\n" + "".join(said[-20:]))
    return {"steps": last - first, "process": time.monotonic() - start}


def measure(arguments):
    kinds = {"none": None, "well": serve(0), "slow": serve(2), "hanging": serve(10**6)}
    uris = {kind: server and f"http://127.0.0.1:{server.server_port}" for kind, server in kinds.items()}
    if arguments.mlflow:
        uris["mlflow"] = arguments.mlflow
    names = list(uris)
    before = len(read(arguments.keep)) if arguments.keep and Path(arguments.keep).exists() else 0
    turns = []
    for turn in range(before, before + arguments.turns):
        times = {}
        for kind in names[turn % len(names):] + names[:turn % len(names)]:
            tracking = "{type: mlflow, close-timeout-seconds: 0}" if uris[kind] else "{type: none}"
            times[kind] = train(arguments, tracking, uris[kind])
            if kinds.get(kind) and not kinds[kind].calls:
                sys.exit(f"the server that is {kind} was never called")
            print(f"turn {turn + 1}  {kind:8}  {times[kind]['steps']:.2f} s", flush=True)
        turns.append(times)
        if arguments.keep:
            with open(arguments.keep, "a") as file:
                file.write(json.dumps(times) + "\n")
    return read(arguments.keep) if arguments.keep else turns


def read(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def report(turns):
    print(f"{len(turns)} turns; seconds, and ratio to none: median (lowest to highest)")
    for part in ("steps", "process"):
        for kind in turns[0]:
            seconds = statistics.median(turn[kind][part] for turn in turns)
            ratios = sorted(turn[kind][part] / turn["none"][part] for turn in turns)
            print(f"{part:8} {kind:8} {seconds:8.2f}   {statistics.median(ratios):.4f} "
                  f"({ratios[0]:.4f} to {ratios[-1]:.4f})")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("config", nargs="?", default="experiments/configs/quickstart.yaml")
    parser.add_argument("overrides", nargs="*", metavar="key=value")
    parser.add_argument("--turns", type=int, default=1)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--mlflow", metavar="URI")
    parser.add_argument("--keep", metavar="TIMES.jsonl")
    parser.add_argument("--report", metavar="TIMES.jsonl")
    arguments = parser.parse_args()
    report(read(arguments.report) if arguments.report else measure(arguments))


if __name__ == "__main__":
    main()
