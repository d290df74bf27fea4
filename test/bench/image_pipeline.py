"""The other side of image-pipeline.ts. `make FOLDER COUNT SOURCE` writes JPEG files of 500x375 into two classes, each a mosaic of the small photographs
below SOURCE; `load FOLDER` reads them as torchvision's users do, and prints what an image costs with 0, 1 and 2 workers as one line of JSON each.
"""
import json
import random
import resource
import sys
import time
from pathlib import Path


def make(folder: Path, count: int, source: Path) -> None:
    from PIL import Image

    photographs = sorted(source.rglob("*.jp*g"))
    draw = random.Random(1)
    for index in range(count):
        part = "test" if index < 2 else "train"
        target = folder / part / f"class_{index % 2}" / f"{index:05}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        image = Image.new("RGB", (500, 375))
        for place in range(12):
            tile = Image.open(draw.choice(photographs)).resize((125, 125), Image.Resampling.BICUBIC)
            image.paste(tile, (place % 4 * 125, place // 4 * 125))
        image.save(target, quality=90)


def processor_seconds() -> float:
    uses = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def load(folder: Path, workers: int) -> None:
    import torch
    from torchvision import datasets, transforms

    torch.set_num_threads(1)
    views = transforms.Compose([
        transforms.RandomResizedCrop(224),
        transforms.RandomHorizontalFlip(),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    images = datasets.ImageFolder(str(folder / "train"), views)
    loader = torch.utils.data.DataLoader(images, batch_size=32, shuffle=True, drop_last=True, num_workers=workers)
    start, used = time.perf_counter(), processor_seconds()
    count = sum(len(batch) for batch, _ in loader)
    del loader
    result = {"workers": workers, "seconds": time.perf_counter() - start, "processor": processor_seconds() - used}
    print(json.dumps({**result, "images": count}), flush=True)


command, folder = sys.argv[1], Path(sys.argv[2])
if command == "make":
    make(folder, int(sys.argv[3]), Path(sys.argv[4]))
else:
    for workers in (0, 1, 2):
        load(folder, workers)
