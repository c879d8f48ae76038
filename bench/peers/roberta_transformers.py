"""transformers' side of `clap4j bench roberta-base-forward roberta-base-train`: the same shapes, threads and rounds.

    python bench/peers/roberta_transformers.py [roberta-base-forward] [roberta-base-train] [--batch 8] [--rounds 5]
                                               [--threads 2]

Prints what peer.py says.
RoBERTa-base (dropout 0.1 as pretrained) with its pooler, captions of 32 tokens without padding; forward in eval mode
without autograd; a training step is forward, InfoNCE against fixed clips, backward and AdamW (fused where the build has
it).
"""
import torch
from torch import nn
from torch.nn import functional as F
from transformers import RobertaConfig, RobertaModel

import peer

TOKENS = 32


class RobertaTower(nn.Module):
    def __init__(self):
        super().__init__()
        config = RobertaConfig(vocab_size=50265, max_position_embeddings=514, type_vocab_size=1)
        self.encoder = RobertaModel(config)
        self.projection = nn.Linear(config.hidden_size, peer.EMBEDDING_DIM)

    def forward(self, ids):
        return F.normalize(self.projection(self.encoder(ids, torch.ones_like(ids)).pooler_output))


def captions(batch):
    return torch.randint(4, 64, (batch, TOKENS))


WORKLOADS = {
    "roberta-base-forward": lambda batch: peer.inference(RobertaTower(), captions(batch)),
    "roberta-base-train": lambda batch: peer.training(RobertaTower(), captions(batch)),
}

if __name__ == "__main__":
    peer.main(__doc__, WORKLOADS)
