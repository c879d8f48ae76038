"""What transformers makes of a CLAP folder: python transformers_embed.py MODEL CLIPS CAPTIONS OUT.safetensors

Fails if anything is missing, left over or warned of. Writes audio_embeds [n, D] of the WAV files in sorted order and text_embeds [m, D].
"""
import logging, pathlib, struct, sys, warnings
import numpy as np, torch
from safetensors.torch import save_file
from transformers import ClapModel, ClapProcessor
from transformers.utils import logging as transformers_logging

model_folder, clips, captions, out = map(pathlib.Path, sys.argv[1:])
warnings.simplefilter("error")
torch.set_num_threads(1)


class Refuse(logging.Handler):
    def emit(self, record):
        if record.levelno >= logging.WARNING:
            sys.exit(f"transformers warned: {record.getMessage()}")


transformers_logging.disable_progress_bar()
transformers_logging.get_logger("transformers").addHandler(Refuse())

model, info = ClapModel.from_pretrained(model_folder, output_loading_info=True)
problems = {kind: names for kind, names in info.items() if names}
if problems:
    sys.exit(f"transformers says: {problems}")
processor = ClapProcessor.from_pretrained(model_folder)


def samples(path):
    """16-bit mono PCM, without a library for it."""
    data = path.read_bytes()
    at = data.index(b"data") + 8
    return np.frombuffer(data[at:at + struct.unpack("<I", data[at - 4:at])[0]], "<i2").astype(np.float32) / 32768


rate = processor.feature_extractor.sampling_rate
np.random.choice = lambda places: places[len(places) // 2]  # parts of longer clips begin where ours do
audio = processor(audio=[samples(p) for p in sorted(clips.glob("*.wav"))], sampling_rate=rate, return_tensors="pt")
text = processor(text=captions.read_text().splitlines(), padding=True, truncation=True, return_tensors="pt")
with torch.no_grad():
    found = model.eval()(input_features=audio["input_features"].float(), is_longer=audio["is_longer"], **text)
save_file({"audio_embeds": found.audio_embeds.contiguous(), "text_embeds": found.text_embeds.contiguous(),
           "logits_per_audio": found.logits_per_audio.contiguous()}, out)
