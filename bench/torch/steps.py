"""One training step of each of Kubik's workloads in PyTorch: the other side of `kubik bench --vs torch`.

    /usr/bin/python3 bench/torch/steps.py [NAME ...] [--seconds S]

Prints a line of JSON for each workload: the median, the least and the quantiles of the steps' milliseconds, the number of
parameters, the peak memory of this process, and what PyTorch multiplies matrices with. The workloads are those of
src/Kubik.Cli/Bench/Workload.cs: same networks, batches, losses, optimisers, and random numbers of the same distributions.

How fast PyTorch is depends on its settings, and which is best differs from workload to workload: OMP_NUM_THREADS,
OMP_WAIT_POLICY, and OPENBLAS_CORETYPE, which must be what the processor is (SKYLAKEX with AVX-512). `kubik bench` tries them.
"""
import argparse, json, os, statistics, sys, time

import torch
import torch.nn.functional as F
from torch import nn


def perceptron(*sizes, activation):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), activation()]
    return nn.Sequential(*layers[:-1])


def conv_norm_relu(inputs, outputs, kernel=3, **options):
    return [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, **options), nn.BatchNorm2d(outputs), nn.ReLU()]


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), *perceptron(400, 120, 84, 10, activation=nn.ReLU))


def vgg_a():
    layers, channels = [], 3
    for stage in (64,), (128,), (256, 256), (512, 512), (512, 512):
        for width in stage:
            layers += conv_norm_relu(channels, width)
            channels = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(512, 10))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.body = nn.Sequential(
            *conv_norm_relu(inputs, outputs, stride=stride, bias=False),
            *conv_norm_relu(outputs, outputs, bias=False)[:-1])
        self.shortcut = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(*conv_norm_relu(inputs, outputs, kernel=1, stride=stride, bias=False)[:-1])

    def forward(self, x):
        return F.relu(self.body(x) + (x if self.shortcut is None else self.shortcut(x)))


def resnet18():
    layers, channels = conv_norm_relu(3, 64, bias=False), 64
    for width in 64, 128, 256, 512:
        layers += [Residual(channels, width, 1 if width == 64 else 2), Residual(width, width, 1)]
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def mobilenet():
    layers, channels = conv_norm_relu(3, 32, bias=False), 32
    for width, stride in (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1):
        layers += conv_norm_relu(channels, channels, groups=channels, stride=stride, bias=False)
        layers += conv_norm_relu(channels, width, kernel=1, bias=False)
        channels = width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


class CharLstm(nn.Module):
    def __init__(self, symbols=96):
        super().__init__()
        self.embedding = nn.Embedding(symbols, 64)
        self.lstm = nn.LSTM(64, 256, num_layers=2, batch_first=True)
        self.output = nn.Linear(256, symbols)

    def forward(self, x):
        return self.output(self.lstm(self.embedding(x))[0])


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.project, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.perceptron = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))

    def attention(self, x):
        batch, steps, width = x.shape
        head = width // self.heads
        q, k, v = (part.view(batch, steps, self.heads, head).transpose(1, 2) for part in self.project(x).split(width, dim=2))
        scores = (q @ k.transpose(-2, -1)) * head ** -0.5
        future = torch.ones(steps, steps, dtype=torch.bool).triu(1)
        found = scores.masked_fill(future, float("-inf")).softmax(-1) @ v
        return self.output(found.transpose(1, 2).reshape(batch, steps, width))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.perceptron(self.norm2(x))


class Gpt(nn.Module):
    def __init__(self, symbols=96, length=64, width=128, heads=4, blocks=4):
        super().__init__()
        self.embedding, self.positions = nn.Embedding(symbols, width), nn.Embedding(length, width)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(blocks)])
        self.norm, self.output = nn.LayerNorm(width), nn.Linear(width, symbols, bias=False)

    def forward(self, x):
        return self.output(self.norm(self.blocks(self.embedding(x) + self.positions.weight[:x.shape[1]])))


def numbers(*shape):
    return lambda: torch.randn(*shape)


def labels(classes, *shape):
    return lambda: torch.randint(0, classes, shape)


# network, input, target, loss, optimiser
WORKLOADS = {
    "tiny": (lambda: perceptron(2, 8, 8, 1, activation=nn.Tanh), numbers(10, 2), lambda: torch.rand(10, 1), "bce", "momentum"),
    "mlp": (lambda: perceptron(784, 300, 200, 100, 10, activation=nn.ReLU), numbers(64, 784), labels(10, 64), "cross-entropy", "adam"),
    "lenet": (lenet, numbers(64, 1, 28, 28), labels(10, 64), "cross-entropy", "adam"),
    "vgg_a": (vgg_a, numbers(32, 3, 32, 32), labels(10, 32), "cross-entropy", "momentum"),
    "resnet18": (resnet18, numbers(16, 3, 32, 32), labels(10, 16), "cross-entropy", "momentum"),
    "mobilenet": (mobilenet, numbers(16, 3, 32, 32), labels(10, 16), "cross-entropy", "momentum"),
    "lstm": (CharLstm, labels(96, 32, 64), labels(96, 32 * 64), "cross-entropy", "adam"),
    "gpt": (Gpt, labels(96, 12, 64), labels(96, 12 * 64), "cross-entropy", "adam"),
}


def step_of(name):
    make_net, make_input, make_target, loss, rule = WORKLOADS[name]
    net, x, target = make_net(), make_input(), make_target()
    if rule == "adam":
        optimizer = torch.optim.Adam(net.parameters(), 1e-3)
    else:
        optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9)

    def step():
        optimizer.zero_grad(set_to_none=True)
        y = net(x)
        value = F.binary_cross_entropy_with_logits(y, target) if loss == "bce" else F.cross_entropy(y.flatten(0, -2), target)
        value.backward()
        optimizer.step()

    return net, step


def times_of(step, seconds, least=5, most=100_000):
    """Milliseconds of steps, after as many unmeasured ones as take half a second."""
    start, done = time.perf_counter(), 0
    while done < 3 or time.perf_counter() - start < 0.5:
        step()
        done += 1
    times, start = [], time.perf_counter()
    while len(times) < least or (time.perf_counter() - start < seconds and len(times) < most):
        before = time.perf_counter()
        step()
        times.append((time.perf_counter() - before) * 1e3)
    return sorted(times)


def quantiles(times, most=1000):
    """At most so many of the sorted times, evenly spaced."""
    count = min(most, len(times))
    return [times[(2 * i + 1) * len(times) // (2 * count)] for i in range(count)]


def peak_memory():
    """MB at the most. Not resource.getrusage where it can be helped: that begins with the peak of the process that started this one."""
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024
    except (OSError, StopIteration):
        import resource
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2 ** 20 if sys.platform == "darwin" else 1024)


def blas():
    """The file of the library that multiplies matrices, where the system tells."""
    try:
        with open("/proc/self/maps") as maps:
            files = {line.split()[-1] for line in maps if "blas" in line}
        return min((os.path.realpath(f) for f in files), key=lambda f: "openblas" not in f, default=None)
    except OSError:
        return None


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("names", nargs="*", metavar="NAME", help=", ".join(WORKLOADS))
    arguments.add_argument("--seconds", type=float, default=4, help="how long to measure each")
    given = arguments.parse_args()
    for name in given.names or WORKLOADS:
        torch.manual_seed(0)
        net, step = step_of(name)
        times = times_of(step, given.seconds)
        print(json.dumps({
            "name": name, "parameters": sum(p.numel() for p in net.parameters()), "threads": torch.get_num_threads(), "steps": len(times),
            "ms_median": statistics.median(times), "ms_min": times[0], "ms": quantiles(times), "rss_mb": peak_memory(),
            "torch": torch.__version__, "blas": blas(), "core": os.environ.get("OPENBLAS_CORETYPE"), "wait": os.environ.get("OMP_WAIT_POLICY")}), flush=True)


main()
