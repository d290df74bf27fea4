"""PyTorch's side of step-time.ts: reads one request a line, runs that training step, and answers with its milliseconds.

A request is {"model": ..., "frozen": k, "batch": n, "side": s, "channels": c, "variant": "eager" | "compiled" | "autocast" | "mode"}; the networks
are those of the fixtures, or torchvision's, channels_last. Frozen layers run in evaluation mode without gradients, as an expert would do it.
"""
import json
import sys
import time
from pathlib import Path

import torch
from torch import nn
from torch.nn.functional import cross_entropy

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures" / "reference"))
import reference  # noqa: E402
from networks import layers_of  # noqa: E402

CLASSES = 10


TORCHVISION = {"resnet", "mobilenet-v2"}


class Torchvision(nn.Module):
    """A network of torchvision in the layers in which it is frozen here."""

    def __init__(self, spec):
        super().__init__()
        self.layers = layers_of(spec["model"], 3, spec["classes"])
        self.frozen = 0

    def forward(self, images):
        x = images.permute(0, 3, 1, 2)
        with torch.no_grad():
            for layer in self.layers[: self.frozen]:
                x = layer.eval()(x)
        for layer in self.layers[self.frozen :]:
            x = layer(x)
        return x


class Step:
    def __init__(self, request):
        spec = {
            "model": request["model"],
            "input": [request["side"], request["side"], request["channels"]],
            "classes": CLASSES,
            "batchSize": request["batch"],
        }
        is_torchvision = request["model"]["kind"] in TORCHVISION
        network = Torchvision(spec) if is_torchvision else reference.build_network(spec, torch.float32)
        network = network.to(memory_format=torch.channels_last)
        network.frozen = request["frozen"]
        network.train()
        active = [p for layer in list(network.layers)[network.frozen :] for p in layer.parameters()]
        self.sgd = torch.optim.SGD(active, lr=0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)
        self.images, self.labels = reference.batch(spec, 0, torch.float32)
        if not is_torchvision:
            self.images = self.images.contiguous(memory_format=torch.channels_last)
        self.variant = request["variant"]
        self.network = torch.compile(network) if request["variant"] == "compiled" else network

    def run(self):
        for unit in (torch.backends.mkldnn.conv, torch.backends.mkldnn.matmul):
            unit.fp32_precision = "bf16" if self.variant == "mode" else "ieee"
        start = time.perf_counter()
        with torch.autocast("cpu", torch.bfloat16, enabled=self.variant == "autocast"):
            logits = self.network(self.images)
        loss = cross_entropy(logits.float(), self.labels)
        self.sgd.zero_grad()
        loss.backward()
        self.sgd.step()
        loss.item()
        return 1000 * (time.perf_counter() - start)


def main():
    print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    steps = {}
    for line in sys.stdin:
        if line not in steps:
            steps[line] = Step(json.loads(line))
        print(steps[line].run(), flush=True)


main()
