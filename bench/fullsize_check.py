"""Checks clap4j against transformers at full size: HTS-AT tiny and RoBERTa-base, ClapModel's own default configuration.

    python bench/fullsize_check.py [--fusion] [--seed 0] [--keep DIR]

With --fusion the model fuses clips over 10 s, and some are; transformers' feature extractor, which draws the parts of each third at random,
is made to take the middle place of each.
Needs PyTorch, transformers 5 and 2 GB of disk; no network. Writes a ClapModel of random weights with a tokenizer that is trained here
and filled up to RoBERTa's vocabulary, embeds WAV files and captions with ./clap4j and with transformers, exports the folder with
./clap4j export --format hf, and lets transformers embed from that. Prints the greatest differences, and seconds and peak memory of
each clap4j command; ends with 1 if a difference is above 1e-4, an exported array is not bit-equal, or transformers misses anything.
"""
import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import ClapConfig, ClapFeatureExtractor, ClapModel, ClapProcessor, RobertaTokenizerFast
from transformers.utils import logging

ROOT = Path(__file__).resolve().parent.parent
TOLERANCE = 1e-4  # float32, different summation orders
RATE = 48_000
SECONDS = [10, 7.3, 3.3, 0.7, 10, 5]  # none above 10 s: transformers would crop at random
SECONDS_FUSED = [10, 23.7, 3.3, 10.004, 10.5, 61]  # 10.004 s has as many frames as 10 s, and is not fused
CAPTIONS = [
    "a dog barks while rain falls on a tin roof",
    "the sound of a train that passes far away",
    "café chatter, softly; then a chainsaw",
    "a rooster crows near the sea at night",
    "wind",
    "a siren wails and an engine idles " * 12,  # longer than the 77 tokens that are taken
]


def tokenizer(vocabulary):
    """Byte-level BPE of the captions, with RoBERTa's ids for the special tokens and tokens that no merge makes for the rest."""
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    bpe = Tokenizer(models.BPE(unk_token="<unk>"))
    bpe.pre_tokenizer, bpe.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    bpe.train_from_iterator(
        CAPTIONS, trainers.BpeTrainer(vocab_size=600, special_tokens=special, initial_alphabet=alphabet, show_progress=False))
    settings = json.loads(bpe.to_str())
    known = len(settings["model"]["vocab"])
    settings["model"]["vocab"].update({f"madeupword{i:05d}": i for i in range(known, vocabulary - 1)})
    bpe = Tokenizer.from_str(json.dumps(settings))
    bpe.add_special_tokens(["<mask>"])
    bpe.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False, trim_offsets=True)
    return RobertaTokenizerFast(tokenizer_object=bpe, model_max_length=77)


def random_model(seed, fusion):
    """Random weights at which every layer matters: unit gain, statistics of log-mels in dB."""
    torch.manual_seed(seed)
    audio = {"enable_fusion": True, "fusion_type": "aff_2d"} if fusion else {}
    model = ClapModel(ClapConfig(audio_config=audio)).eval()
    with torch.no_grad():
        for name, array in model.state_dict().items():
            if not array.is_floating_point() or "logit_scale" in name:
                continue
            draw = torch.randn_like(array)
            if "fusion_model" in name and "running" in name:
                array.copy_(1 + 0.3 * draw.abs() if name.endswith("var") else 0.3 * draw)
            elif name.endswith("running_var"):
                array.copy_(200 + 50 * draw.clamp(-2, 2))
            elif name.endswith("running_mean"):
                array.copy_(-25 + 5 * draw)
            elif array.ndim == 1:
                array.copy_(1 + 0.1 * draw if name.endswith("weight") else 0.02 * draw)
            elif "embeddings" in name or "bias_table" in name:
                array.copy_(0.5 * draw)
            else:
                array.copy_(draw / array[0].numel() ** 0.5)
    return model


def clip(random, seconds):
    time_axis = np.arange(int(seconds * RATE)) / RATE
    low, high = random.uniform(80, 600), random.uniform(600, 6000)
    sweep = np.sin(2 * np.pi * (low * time_axis + (high - low) * time_axis**2 / (2 * seconds)))
    noisy = 0.4 * sweep * np.exp(-random.uniform(0, 2) * time_axis) + 0.05 * random.standard_normal(time_axis.size)
    return np.round(noisy.clip(-1, 1) * 32767).astype("<i2")


def write_inputs(folder, seed, lengths):
    random = np.random.default_rng(seed)
    clips = [clip(random, seconds) for seconds in lengths]
    (folder / "clips").mkdir()
    for number, samples in enumerate(clips):
        with wave.open(str(folder / "clips" / f"clip{number}.wav"), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(samples.tobytes())
    (folder / "captions.txt").write_text("\n".join(CAPTIONS) + "\n", encoding="utf-8")
    return [samples.astype(np.float32) / 32768 for samples in clips]


def peak_mib(process):
    """Its own peak so far, which what it was forked from has no part in; nan where there is no /proc."""
    try:
        status = Path(f"/proc/{process.pid}/status").read_text()
    except OSError:
        return math.nan
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), math.nan)


def clap4j(*arguments):
    """Runs a command; its seconds and peak memory go to standard output."""
    start = time.perf_counter()
    process = subprocess.Popen([str(ROOT / "clap4j"), *map(str, arguments)], cwd=ROOT, stdout=subprocess.DEVNULL)
    peak = math.nan
    while process.poll() is None:
        now = peak_mib(process)
        peak = peak if math.isnan(now) else now
        time.sleep(0.02)
    if process.returncode != 0:
        sys.exit(f"clap4j {arguments[0]} ended with {process.returncode}")
    seconds = time.perf_counter() - start
    words = " ".join(word for word in map(str, arguments) if "/" not in word and "--" not in word)
    print(f"clap4j {words:<12} {seconds:5.1f} s {peak:6.0f} MiB", flush=True)


def transformers_embeds(folder, samples):
    model, info = ClapModel.from_pretrained(folder, output_loading_info=True)
    problems = {kind: names for kind, names in info.items() if names}
    if problems:
        sys.exit(f"transformers says of {folder}: {problems}")
    processor = ClapProcessor.from_pretrained(folder)
    audio = processor(audio=samples, sampling_rate=RATE, return_tensors="pt")
    text = processor(text=CAPTIONS, padding=True, truncation=True, return_tensors="pt")
    with torch.no_grad():
        found = model.eval()(input_features=audio["input_features"].float(), is_longer=audio["is_longer"], **text)
    return {"audio": found.audio_embeds, "text": found.text_embeds}


def check(folder, seed, fusion):
    model, tokens = random_model(seed, fusion), tokenizer(ClapConfig().text_config.vocab_size)
    truncation = "fusion" if fusion else "rand_trunc"
    extractor = ClapFeatureExtractor(truncation=truncation, padding="repeatpad", frequency_min=50, frequency_max=14000)
    theirs = folder / "theirs"
    ClapProcessor(feature_extractor=extractor, tokenizer=tokens).save_pretrained(theirs)
    model.save_pretrained(theirs)
    print(f"{sum(array.numel() for array in model.parameters()):,} parameters, {len(tokens):,} tokens", flush=True)
    del model
    samples = write_inputs(folder, seed, SECONDS_FUSED if fusion else SECONDS)

    subprocess.run([str(ROOT / "clap4j"), "config", "keys"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)  # builds it
    back = folder / "back"
    clap4j("embed", "audio", theirs, "--out", folder / "audio.safetensors", folder / "clips")
    clap4j("embed", "text", theirs, "--out", folder / "text.safetensors", "--captions", folder / "captions.txt")
    clap4j("export", theirs, "--format", "hf", "--out", back)

    ours = {tower: load_file(folder / f"{tower}.safetensors")["embeddings"] for tower in ("audio", "text")}
    failed = False
    for name, model_folder in (("its own folder", theirs), ("the exported folder", back)):
        expected = transformers_embeds(model_folder, samples)
        for tower, embeddings in expected.items():
            difference = (embeddings - ours[tower]).abs().max().item()
            apart = (1 - (embeddings @ embeddings.T)).max().item()
            print(f"{tower}: at most {difference:.1e} from transformers with {name}; embeddings up to {apart:.2f} (1 - cosine) apart")
            failed |= not difference <= TOLERANCE
    before, after = load_file(theirs / "model.safetensors"), load_file(back / "model.safetensors")
    unequal = [name for name in before.keys() | after.keys()
               if name not in before or name not in after or not torch.equal(before[name], after[name])]
    print(f"{len(before) - len(unequal)} of {len(before)} arrays come back bit for bit {unequal[:5] or ''}")
    return 1 if failed or unequal else 0


def main():
    logging.disable_progress_bar()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fusion", action="store_true", help="a model that fuses longer clips")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="a new directory for all files; a temporary one otherwise")
    options = parser.parse_args()
    np.random.choice = lambda places: places[len(places) // 2]
    if options.keep:
        options.keep.mkdir(parents=True)
        return check(options.keep.resolve(), options.seed, options.fusion)
    with tempfile.TemporaryDirectory() as folder:
        return check(Path(folder), options.seed, options.fusion)


if __name__ == "__main__":
    sys.exit(main())
