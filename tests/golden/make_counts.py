"""Makes the reference for what famous networks cost and see: parameters, multiply-adds, receptive field and stride, computed by
PyTorch. The networks are written here module by module from their papers (and torchvision, whose layout is named), not from
Kubik's notation. Multiply-adds are counted by forward hooks on convolutions and linear layers, from the shapes that really pass.
The receptive field is not a formula either: all weights are made 1, so that the gradient of one element of the output is not 0
exactly where it sees the input; its extent is the size, how far it moves from one element to the next the stride.

Usage: /usr/bin/python3 make_counts.py   (needs python3-torch; writes counts.json beside this script)
"""
import json, os
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(2)

def vgg(depths, head=True):
    layers, inputs = [], 3
    for width, depth in zip([64, 128, 256, 512, 512], depths):
        for _ in range(depth):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.ReLU()]
            inputs = width
        layers.append(nn.MaxPool2d(2))
    if head: layers += [nn.Flatten(), nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Linear(4096, 4096), nn.ReLU(), nn.Linear(4096, 1000)]
    return nn.Sequential(*layers)

class Block(nn.Module):
    """He et al. 2015, figure 5: two 3x3, or 1x1 3x3 1x1 with four times as many outputs."""
    def __init__(self, inputs, width, stride, bottleneck):
        super().__init__()
        outputs = 4 * width if bottleneck else width
        conv = lambda a, b, k, s=1: [nn.Conv2d(a, b, k, s, k // 2, bias=False), nn.BatchNorm2d(b)]
        self.body = nn.Sequential(*(conv(inputs, width, 1) + [nn.ReLU()] + conv(width, width, 3, stride) + [nn.ReLU()] + conv(width, outputs, 1) if bottleneck
            else conv(inputs, width, 3, stride) + [nn.ReLU()] + conv(width, width, 3)))
        self.shortcut = nn.Sequential(*conv(inputs, outputs, 1, stride)) if stride > 1 or inputs != outputs else nn.Identity()
    def forward(self, x): return torch.relu(self.body(x) + self.shortcut(x))

def resnet(depths, bottleneck, stride_last=False, head=True):
    """stride_last: the code of the first paper for TensorFlow (slim) halves in the last block of a stage, torchvision in the first of the next."""
    layers, inputs = [nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], 64
    for stage, depth in enumerate(depths):
        for block in range(depth):
            half = block == depth - 1 and stage < 3 if stride_last else block == 0 and stage > 0
            layers.append(Block(inputs, 64 << stage, 2 if half else 1, bottleneck))
            inputs = (64 << stage) * (4 if bottleneck else 1)
    if head: layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, 1000)]
    return nn.Sequential(*layers)

def mobilenet(head=True):
    """Howard et al. 2017, table 1."""
    layers, inputs = [nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU()], 32
    for width, stride in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)] + 5 * [(512, 1)] + [(1024, 2), (1024, 1)]:
        layers += [nn.Conv2d(inputs, inputs, 3, stride, 1, groups=inputs, bias=False), nn.BatchNorm2d(inputs), nn.ReLU(),
                   nn.Conv2d(inputs, width, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        inputs = width
    if head: layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(1024, 1000)]
    return nn.Sequential(*layers)

def alexnet():
    """Krizhevsky 2014, as torchvision has it; the convolutions."""
    return nn.Sequential(nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(), nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(), nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2))

def lenet():
    """LeCun et al. 1998 for pictures of 28x28, with ReLU and max pooling."""
    return nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))

def costs(net, sample):
    net.eval()
    macs = 0
    def conv(m, x, y):
        nonlocal macs
        macs += y[0].numel() * m.weight[0].numel()
    def linear(m, x, y):
        nonlocal macs
        macs += y[0].numel() * m.in_features
    for m in net.modules():
        if isinstance(m, nn.Conv2d): m.register_forward_hook(conv)
        if isinstance(m, nn.Linear): m.register_forward_hook(linear)
    with torch.no_grad(): net(torch.zeros(1, *sample))
    return {"parameters": sum(p.numel() for p in net.parameters()), "macs": macs}

class Mean(nn.Module):
    """In the place of max pooling: all cells of the window count, and not one winner."""
    def __init__(self, pool):
        super().__init__()
        self.pool = nn.AvgPool2d(pool.kernel_size, pool.stride, pool.padding)
    def forward(self, x): return self.pool(x)

def sees(net, channels):
    """Size and stride of the field of the last layer, from the gradients of two neighbours far from the border."""
    net = net.eval().double()
    for name, child in list(net.named_children()):
        if isinstance(child, nn.MaxPool2d): setattr(net, name, Mean(child))
    for m in net.modules():
        if isinstance(m, nn.Conv2d):
            nn.init.constant_(m.weight, 1.0 / m.weight[0].numel()) # of one sign, so that nothing cancels
            if m.bias is not None: nn.init.zeros_(m.bias)
    extent = []
    x = torch.ones(1, channels, 1280, 64, dtype=torch.float64, requires_grad=True) # narrow: along the rows is enough
    y = net(x)
    middle = y.shape[2] // 2
    for row in [middle, middle + 1]:
        g, = torch.autograd.grad(y[0, :, row].sum(), x, retain_graph=True)
        rows = g.abs().sum((0, 1, 3)).nonzero().flatten()
        extent.append((rows[0].item(), rows[-1].item()))
    (first, last), (after, _) = extent
    assert first > 0 and last < x.shape[2] - 1, "the field reaches the border"
    return {"size": last - first + 1, "stride": after - first}

picture = (3, 224, 224)
with open(os.path.join(HERE, "counts.json"), "w") as f:
    json.dump({
        "lenet": costs(lenet(), (1, 28, 28)),
        "vgg11": costs(vgg([1, 1, 2, 2, 2]), picture),
        "vgg16": costs(vgg([2, 2, 3, 3, 3]), picture) | {"sees": sees(vgg([2, 2, 3, 3, 3], head=False), 3)},
        "vgg11 convolutions": costs(vgg([1, 1, 2, 2, 2], head=False), picture),
        "vgg11 to the first of 256": {"sees": sees(nn.Sequential(*list(vgg([1, 1, 2, 2, 2], head=False))[:7]), 3)},
        "resnet18": costs(resnet([2, 2, 2, 2], False), picture),
        "resnet50": costs(resnet([3, 4, 6, 3], True), picture) | {"sees": sees(resnet([3, 4, 6, 3], True, head=False), 3)},
        "resnet50 stride last": {"sees": sees(resnet([3, 4, 6, 3], True, stride_last=True, head=False), 3)},
        "mobilenet": costs(mobilenet(), picture) | {"sees": sees(mobilenet(head=False), 3)},
        "alexnet": {"sees": sees(alexnet(), 3)},
    }, f, indent=1)
    f.write("\n")
