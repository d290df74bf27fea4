"""PyTorch's side of lab check-gpu: reads one request a line and answers by a line. The argument is the device, "cuda" or "cpu".

{"hello": true} asks for version and device. {"model": ..., "frozen": k, "batch": n, "side": s} asks for one training step: eager, channels_last, TF32 off;
frozen layers run in evaluation mode without gradients. Images are on the device already.
"""
import json
import resource
import sys
import time
from pathlib import Path

import torch
from networks import layers_of
from torch.nn.functional import cross_entropy

CLASSES, CHANNELS = 10, 3
DEVICE = torch.device(sys.argv[1])
torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False


class Step:
    def __init__(self, model, batch, side):
        self.layers = layers_of(model, CHANNELS, CLASSES).to(DEVICE, memory_format=torch.channels_last)
        images = torch.randn(batch, CHANNELS, side, side, device=DEVICE)
        self.images = images.contiguous(memory_format=torch.channels_last)
        self.labels = torch.arange(batch, device=DEVICE) % CLASSES
        self.frozen, self.sgd = None, None

    def freeze(self, frozen):
        if frozen == self.frozen:
            return
        parameters = self.layers[frozen:].train().parameters()
        self.sgd = torch.optim.SGD(parameters, lr=0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)
        self.frozen = frozen
        self.layers[:frozen].eval()

    def run(self, frozen):
        self.freeze(frozen)
        start = time.perf_counter()
        x = self.images
        with torch.no_grad():
            for layer in self.layers[:frozen]:
                x = layer(x)
        for layer in self.layers[frozen:]:
            x = layer(x)
        loss = cross_entropy(x, self.labels)
        self.sgd.zero_grad()
        loss.backward()
        self.sgd.step()
        loss.item()
        return 1000 * (time.perf_counter() - start)


def resident_bytes():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def main():
    known = (None, None)
    for line in sys.stdin:
        request = json.loads(line)
        if "hello" in request:
            name = torch.cuda.get_device_name() if DEVICE.type == "cuda" else "the processor"
            answer = {"version": torch.__version__, "device": name}
        else:
            place = (request["model"], request["batch"], request["side"])
            if known[0] != place:
                known = (place, Step(*place))
            milliseconds = known[1].run(request["frozen"])
            answer = {"milliseconds": milliseconds, "residentBytes": resident_bytes()}
        print(json.dumps(answer), flush=True)


main()
