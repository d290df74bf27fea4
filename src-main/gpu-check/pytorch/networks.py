"""The networks in PyTorch, as lists of the layers that are frozen one after the other: those of the paper written from its definition, and torchvision's. They are
what lab check-gpu times next to ours; the first three are also the reference to which tests hold the TypeScript."""
from torch import cat, nn
from torch.nn.functional import avg_pool2d, max_pool2d, relu

VGG_WIDTHS = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
VGG_POOLED = {1, 3, 6, 9, 12}  # a max pool belongs to the conv before it


# Children are assigned in the order in which the forward pass reads them.
def conv(inputs, outputs, size, stride=1):
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False)


class Stem(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = conv(inputs, outputs, 3)

    def forward(self, x):
        return self.conv(x)


class Bottleneck(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, 4 * growth, 1)
        self.bn2, self.conv2 = nn.BatchNorm2d(4 * growth), conv(4 * growth, growth, 3)

    def forward(self, x):
        return cat((x, self.conv2(relu(self.bn2(self.conv1(relu(self.bn1(x))))))), 1)


class Transition(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.bn, self.conv = nn.BatchNorm2d(inputs), conv(inputs, outputs, 1)

    def forward(self, x):
        return avg_pool2d(self.conv(self.bn(relu(x))), 2)


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs, stride, skip):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs, 3)
        self.skip, self.shortcut = skip, conv(inputs, outputs, 1, stride) if skip and inputs != outputs else None

    def forward(self, x):
        activated = relu(self.bn1(x))
        out = self.conv2(relu(self.bn2(self.conv1(activated))))
        if not self.skip:
            return out
        return out + (self.shortcut(activated) if self.shortcut else x)


class ConvUnit(nn.Module):
    def __init__(self, inputs, outputs, pooled):
        super().__init__()
        self.conv, self.bn, self.pooled = conv(inputs, outputs, 3), nn.BatchNorm2d(outputs), pooled

    def forward(self, x):
        out = relu(self.bn(self.conv(x)))
        return max_pool2d(out, 2) if self.pooled else out


class MeanHead(nn.Module):
    def __init__(self, inputs, classes):
        super().__init__()
        self.bn, self.dense = nn.BatchNorm2d(inputs), nn.Linear(inputs, classes)

    def forward(self, x):
        return self.dense(relu(self.bn(x)).mean((2, 3)))


class VggHead(nn.Module):
    def __init__(self, classes, dropout):
        super().__init__()
        self.dense1, self.bn1 = nn.Linear(512, 512), nn.BatchNorm1d(512)
        self.dense2, self.bn2, self.bn3 = nn.Linear(512, 512), nn.BatchNorm1d(512), nn.BatchNorm1d(512)
        self.dense3, self.drop = nn.Linear(512, classes), nn.Dropout(dropout)

    def forward(self, x):
        x = self.drop(relu(self.bn1(self.dense1(x.flatten(1)))))
        return self.dense3(self.drop(self.bn3(relu(self.bn2(self.dense2(x))))))


def densenet(channels, classes, depth, growth):
    width = 2 * growth
    layers = [Stem(channels, width)]
    for block in range(3):
        for _ in range((depth - 4) // 3 // 2):
            layers.append(Bottleneck(width, growth))
            width += growth
        if block < 2:
            layers.append(Transition(width, width // 2))
            width //= 2
    return [*layers, MeanHead(width, classes)]


def wide_resnet(channels, classes, depth, width, skip=True):
    layers, inputs = [Stem(channels, 16)], 16
    for block, outputs in enumerate((16 * width, 32 * width, 64 * width)):
        for unit in range((depth - 4) // 6):
            layers.append(ResidualBlock(inputs, outputs, 2 if block > 0 and unit == 0 else 1, skip))
            inputs = outputs
    return [*layers, MeanHead(inputs, classes)]


def vgg(channels, classes, depth, dropout=0.5):
    assert depth == 16
    inputs = (channels, *VGG_WIDTHS)
    units = [ConvUnit(inputs[i], outputs, i in VGG_POOLED) for i, outputs in enumerate(VGG_WIDTHS)]
    return [*units, VggHead(classes, dropout)]


def resnet(channels, classes, depth, stem):
    from torchvision import models

    network = getattr(models, f"resnet{depth}")(num_classes=classes)
    first = [network.conv1, network.bn1, network.relu, network.maxpool]
    if stem == "small":
        first = [nn.Conv2d(channels, 64, 3, padding=1, bias=False), network.bn1, network.relu]
    blocks = [*network.layer1, *network.layer2, *network.layer3, *network.layer4]
    return [nn.Sequential(*first), *blocks, nn.Sequential(network.avgpool, nn.Flatten(1), network.fc)]


def mobilenet(channels, classes, width, dropout):
    from torchvision import models

    network = models.mobilenet_v2(num_classes=classes, width_mult=width, dropout=dropout)
    return [*network.features, nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(1), network.classifier)]


KINDS = {"densenet-bc": densenet, "wide-resnet": wide_resnet, "vgg": vgg, "resnet": resnet, "mobilenet-v2": mobilenet}


def layers_of(model, channels, classes):
    options = {key: value for key, value in model.items() if key != "kind"}
    return nn.ModuleList(KINDS[model["kind"]](channels, classes, **options))
