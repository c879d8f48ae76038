"""transformers' side of `clap4j bench htsat-tiny-forward htsat-tiny-train`: the same shapes, threads and rounds.

    python bench/peers/htsat_transformers.py [htsat-tiny-forward] [htsat-tiny-train] [--batch 8] [--rounds 5] [--threads 2]

Prints what peer.py says.
HTSAT-tiny as ClapAudioModel has it by default (dropout 0.1 in feed-forward networks, no stochastic depth), input
[batch, 1, 1001, 64]; forward in eval mode without autograd; a training step is forward, InfoNCE against fixed captions,
backward and AdamW (fused where the build has it).
"""
from torch import nn
from torch.nn import functional as F
from transformers import ClapAudioConfig, ClapAudioModel

import peer

FRAMES, MEL_BINS = 1001, 64


class HtsatTower(nn.Module):
    def __init__(self):
        super().__init__()
        config = ClapAudioConfig()
        self.encoder = ClapAudioModel(config)
        self.projection = nn.Linear(config.hidden_size, peer.EMBEDDING_DIM)

    def forward(self, x):
        return F.normalize(self.projection(self.encoder(x).pooler_output))


def clips(batch):
    return peer.log_mel(batch, FRAMES, MEL_BINS)


WORKLOADS = {
    "htsat-tiny-forward": lambda batch: peer.inference(HtsatTower(), clips(batch)),
    "htsat-tiny-train": lambda batch: peer.training(HtsatTower(), clips(batch)),
}

if __name__ == "__main__":
    peer.main(__doc__, WORKLOADS)
