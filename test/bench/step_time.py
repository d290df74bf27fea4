"""The same training step in PyTorch, for comparison with step-time.ts: python3 test/bench/step_time.py [rounds]

Eager, channels_last, two threads, as the fixtures' networks are written. Prints the shortest step at several freeze depths,
interleaved with the unfrozen step.
"""
import sys
import time
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy

sys.path.insert(0, str(Path(__file__).parent.parent / "fixtures" / "reference"))
import reference  # noqa: E402

BATCH, CLASSES = 50, 10
CASES = [
    ({"kind": "densenet-bc", "depth": 40, "growth": 12}, (4, 7, 11, 14, 18, 21)),
    ({"kind": "wide-resnet", "depth": 16, "width": 2, "skip": True}, (1, 2, 4, 5, 6, 7)),
]


class Step:
    def __init__(self, model, frozen):
        spec = {"model": model, "input": [32, 32, 3], "classes": CLASSES, "batchSize": BATCH}
        self.network = reference.build_network(spec, torch.float32).to(memory_format=torch.channels_last)
        self.network.frozen = frozen
        active = [p for layer in list(self.network.layers)[frozen:] for p in layer.parameters()]
        self.sgd = torch.optim.SGD(active, lr=0.01, momentum=0.9, nesterov=True, weight_decay=1e-4)
        self.images, self.labels = reference.batch(spec, 0, torch.float32)
        self.network.train()

    def run(self):
        start = time.perf_counter()
        loss = cross_entropy(self.network(self.images), self.labels)
        self.sgd.zero_grad()
        loss.backward()
        self.sgd.step()
        loss.item()
        return 1000 * (time.perf_counter() - start)


def main(rounds):
    print(f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads, batch {BATCH}, 32x32x3")
    for model, depths in CASES:
        steps = {frozen: Step(model, frozen) for frozen in (0, *depths)}
        shortest = {frozen: float("inf") for frozen in steps}
        for _ in range(rounds):
            for frozen in (frozen for depth in depths for frozen in (0, depth)):
                shortest[frozen] = min(shortest[frozen], steps[frozen].run())
        print(model)
        for frozen, milliseconds in shortest.items():
            print(f"{frozen:6d} {milliseconds:8.1f} ms   saved {100 * (1 - milliseconds / shortest[0]):5.1f} %")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 6)
