"""PyTorch's side of `clap4j bench cnn14-forward cnn14-train`: the same shapes, threads and rounds.

    python bench/peers/cnn14_pytorch.py [cnn14-forward] [cnn14-train] [--batch 8] [--rounds 5] [--threads 2]

Prints what peer.py says.
CNN14 as in PANNs (Kong et al. 2020), full width, input [batch, 1, 690, 64]; forward in eval mode without autograd;
a training step is forward, InfoNCE against fixed captions, backward and AdamW (fused where the build has it).
"""
from torch import nn
from torch.nn import functional as F

import peer

FRAMES, MEL_BINS = 690, 64


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
        self.projection = nn.Linear(2048, peer.EMBEDDING_DIM)

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


def clips(batch):
    return peer.log_mel(batch, FRAMES, MEL_BINS)


WORKLOADS = {
    "cnn14-forward": lambda batch: peer.inference(Cnn14(), clips(batch)),
    "cnn14-train": lambda batch: peer.training(Cnn14(), clips(batch)),
}

if __name__ == "__main__":
    peer.main(__doc__, WORKLOADS)
