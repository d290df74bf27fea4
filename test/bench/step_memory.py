"""PyTorch's side of step-memory.ts, in a process of its own: builds a network, trains some steps, and prints the resident memory
before the first of them and its peak since, in MB.

The one argument is {"model": ..., "side": s, "batch": n, "steps": k, "freezes": [{"frozen": k}]}; eager, channels_last. Frozen layers
run in evaluation mode, and none of their parameters asks for a gradient.
"""
import gc
import json
import sys
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures" / "reference"))
import reference  # noqa: E402

CLASSES = 10


def resident():
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {name: int(status[key].split()[0]) / 1024 for name, key in (("now", "VmRSS"), ("peak", "VmHWM"))}


def main():
    request = json.loads(sys.argv[1])
    side = request["side"]
    spec = {"model": request["model"], "input": [side, side, 3], "classes": CLASSES, "batchSize": request["batch"]}
    network = reference.build_network(spec, torch.float32).to(memory_format=torch.channels_last)
    network.frozen = request["freezes"][0]["frozen"]
    network.train()
    for layer in list(network.layers)[: network.frozen]:
        layer.requires_grad_(False)
    active = [parameter for parameter in network.parameters() if parameter.requires_grad]
    sgd = torch.optim.SGD(active, lr=0.001, momentum=0.9, nesterov=True, weight_decay=1e-4)
    images, labels = reference.batch(spec, 0, torch.float32)
    images = images.contiguous(memory_format=torch.channels_last)

    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = resident()["now"]
    for _ in range(request["steps"]):
        loss = cross_entropy(network(images), labels)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
    print(json.dumps({"version": torch.__version__, "before": before, "peak": resident()["peak"]}))


main()
