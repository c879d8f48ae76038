"""PyTorch's side of `clap4j bench info-nce`: symmetric InfoNCE, forward and backward, D = 512.

    python bench/peers/info_nce_pytorch.py [--batch 8192] [--rounds 5] [--threads 2]

Prints what peer.py says.
"""
import torch
from torch.nn import functional as F

import peer

FEW = 256


def unit_rows(pairs):
    return F.normalize(torch.randn(pairs, peer.EMBEDDING_DIM), dim=1).requires_grad_()


def step(audio, text, log_logit_scale):
    logits = log_logit_scale.exp() * audio @ text.T
    labels = torch.arange(len(audio))
    loss = (F.cross_entropy(logits, labels) + F.cross_entropy(logits.T, labels)) / 2
    loss.backward()
    for leaf in (audio, text, log_logit_scale):
        leaf.grad = None


def info_nce(pairs):
    log_logit_scale = torch.tensor(2.659).requires_grad_()
    for _ in range(100):  # loads what a step needs, as the other side does
        step(unit_rows(FEW), unit_rows(FEW), log_logit_scale)
    audio, text = unit_rows(pairs), unit_rows(pairs)
    return lambda: step(audio, text, log_logit_scale)


if __name__ == "__main__":
    peer.main(__doc__, {"info-nce": info_nce})
