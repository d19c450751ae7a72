"""Single kernels in PyTorch: the other side of bench/Kernels, which says what the words of a kernel mean.

    OMP_NUM_THREADS=1 /usr/bin/python3 bench/torch/kernels.py "gemm 1024x1024x1024" "conv-dw 32x64x16x16 128x64x3x3 s1 p1 g1" "exp 10000"

Prints a line of JSON for each: the median and the least of the milliseconds of one run.
"""
import json, statistics, sys, time

import torch
import torch.nn.functional as F

SOFTMAX_ROW = 1000
FUNCTIONS = {
    "relu": torch.relu, "exp": torch.exp, "log": torch.log, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": F.gelu,
    "gelu-tanh": lambda x: F.gelu(x, approximate="tanh"),
    "softmax": lambda x: x.view(-1, SOFTMAX_ROW).softmax(-1), "log-softmax": lambda x: x.view(-1, SOFTMAX_ROW).log_softmax(-1),
    "copy": torch.clone, "add": lambda x: x + x,
}


def sizes(word):
    return [int(size) for size in word.split("x")]


def kernel(words):
    """What runs the kernel of these words once."""
    name = words[0]
    if name in FUNCTIONS:
        count = int(words[1])
        x = torch.rand(count) + 0.5 if name == "log" else torch.randn(count)
        return lambda: FUNCTIONS[name](x)
    if name == "gelu-step":
        x, dy = torch.randn(int(words[1])), torch.randn(int(words[1]))
        return lambda: (F.gelu(x, approximate="tanh"), torch.ops.aten.gelu_backward(dy, x, approximate="tanh"))
    if name == "permute":
        x = torch.randn(*sizes(words[1])).permute(*(int(axis) for axis in words[2].split(",")))
        return lambda: x.contiguous()
    if name.startswith("gemm"):
        m, k, n = sizes(words[1])
        a = torch.randn(k, m).t() if name == "gemm-ta" else torch.randn(m, k)
        b = torch.randn(n, k).t() if name == "gemm-tb" else torch.randn(k, n)
        return lambda: a @ b
    x, w = torch.randn(*sizes(words[1])), torch.randn(*sizes(words[2]))
    stride, pad, groups = (int(word[1:]) for word in words[3:])
    if name == "conv":
        return lambda: F.conv2d(x, w, None, stride, pad, 1, groups)
    dy = torch.randn_like(F.conv2d(x, w, None, stride, pad, 1, groups))
    wanted = [name == "conv-dx", name == "conv-dw", False]
    return lambda: torch.ops.aten.convolution_backward(dy, x, w, None, [stride] * 2, [pad] * 2, [1, 1], False, [0, 0], groups, wanted)


def measure(run, iterations=15, milliseconds=60):
    """Milliseconds of one run, the mean of each of so many iterations, after some that do not count."""
    start, done = time.perf_counter(), 0
    while done < 5 or time.perf_counter() - start < 0.25:
        run()
        done += 1
    count = max(1, int(milliseconds / 1e3 / ((time.perf_counter() - start) / done)))
    times = []
    for _ in range(iterations):
        start = time.perf_counter()
        for _ in range(count):
            run()
        times.append((time.perf_counter() - start) * 1e3 / count)
    return times


for name in sys.argv[1:]:
    with torch.no_grad():
        times = measure(kernel(name.split()))
    print(json.dumps({"name": name, "threads": torch.get_num_threads(), "ms_median": statistics.median(times), "ms_min": min(times), "torch": torch.__version__}), flush=True)
