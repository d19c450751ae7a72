import torch
import torch.nn.functional as F

from golden import case, n

CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}


def pads(begin, end):
    """Zeros at each end of the spatial axes, as F.pad wants them: the last axis first."""
    return [p for pair in reversed(list(zip(begin, end))) for p in pair]


def make():
    # stride, zeros at the beginning and at the end, dilation, groups, input, kernel
    for stride, begin, end, dilation, groups, x, w in [
        ([1], [0], [0], [1], 1, (2, 3, 7), (4, 3, 3)),
        ([2], [1], [2], [2], 2, (1, 4, 9), (6, 2, 3)),
        ([3], [3], [3], [1], 1, (2, 1, 2), (3, 1, 5)),
        ([1], [2], [2], [1], 3, (2, 3, 1), (3, 1, 4)),
        ([1, 1], [1, 0], [0, 2], [1, 1], 1, (1, 2, 5, 3), (3, 2, 3, 4)),
        ([2, 3], [0, 1], [1, 1], [2, 1], 2, (2, 4, 7, 5), (2, 2, 2, 3)),
        ([1, 2], [3, 2], [3, 2], [1, 1], 1, (1, 1, 1, 3), (2, 1, 5, 4)),
        ([1, 1], [1, 1], [1, 1], [2, 2], 4, (1, 4, 5, 5), (8, 1, 2, 2)),
        ([1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1], 1, (1, 2, 3, 4, 3), (2, 2, 2, 3, 1)),
        ([2, 1, 2], [1, 0, 1], [1, 1, 0], [1, 2, 1], 2, (2, 2, 3, 5, 4), (4, 1, 2, 2, 3)),
        ([1, 2, 1], [2, 1, 1], [2, 1, 1], [1, 1, 1], 1, (1, 1, 1, 2, 3), (1, 1, 4, 3, 2)),
    ]:
        axes = len(stride)
        case(f"conv{axes}d", lambda a, k: CONV[axes](F.pad(a, pads(begin, end)), k, None, stride, 0, dilation, groups), [n(*x), n(*w)], [stride, begin, end, dilation, groups])
    for axes, x, w, dilation, groups in [
        (1, (2, 2, 5), (3, 2, 4), [1], 1), (2, (1, 2, 4, 5), (2, 2, 2, 3), [1, 2], 1), (2, (1, 4, 3, 3), (4, 1, 5, 2), [1, 1], 4), (3, (1, 1, 3, 2, 3), (2, 1, 2, 3, 2), [1, 1, 1], 1),
    ]:
        case("conv same", lambda a, k: CONV[axes](a, k, None, 1, "same", dilation, groups), [n(*x), n(*w)], [dilation, groups])
    # stride, padding, output padding, dilation, groups
    for stride, pad, out, dilation, groups, x, w in [
        ([1], [0], [0], [1], 1, (2, 3, 5), (3, 2, 3)),
        ([3], [1], [2], [1], 2, (1, 4, 4), (4, 3, 3)),
        ([2], [2], [1], [2], 1, (2, 1, 5), (1, 2, 3)),
        ([2, 2], [0, 0], [0, 0], [1, 1], 1, (1, 3, 3, 2), (3, 2, 2, 2)),
        ([2, 3], [1, 2], [1, 2], [1, 1], 2, (2, 4, 3, 5), (4, 1, 3, 4)),
        ([1, 2], [1, 0], [0, 1], [2, 1], 1, (1, 2, 4, 1), (2, 3, 2, 3)),
        ([1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 1, 1], 1, (1, 2, 2, 3, 2), (2, 2, 2, 1, 3)),
        ([2, 1, 2], [1, 0, 1], [1, 0, 0], [1, 2, 1], 2, (1, 2, 3, 2, 2), (2, 1, 3, 2, 2)),
        ([1, 2, 3], [0, 1, 0], [0, 0, 2], [1, 1, 1], 1, (2, 1, 1, 3, 2), (1, 2, 2, 3, 1)),
    ]:
        axes = len(stride)
        case(f"convtranspose{axes}d", lambda a, k: TRANSPOSED[axes](a, k, None, stride, pad, out, groups, dilation), [n(*x), n(*w)], [stride, pad, out, dilation, groups])
    for stride, pad, dilation, groups, x, w in [
        ([1], [0], [1], 1, (1, 5), (1, 1, 3)), ([2], [1], [1], 1, (2, 6), (3, 2, 3)), ([1, 1], [0, 0], [1, 1], 1, (1, 3, 4), (2, 1, 2, 3)), ([2, 1], [1, 1], [1, 2], 2, (4, 3, 3), (2, 2, 2, 2)),
    ]:
        axes, size = len(stride), torch.Size(x).numel()
        case("convmatrix", lambda k: CONV[axes](torch.eye(size).reshape(size, *x), k, None, stride, pad, dilation, groups).flatten(1), [n(*w)], [stride, pad, dilation, groups, x[1:]])
    # Bricks with their weights in order: the notation, what PyTorch makes of the same weights.
    brick = lambda notation, f, x, *weights: case(f"brick {notation.split()[0]}", f, [n(*x), *(n(*w) for w in weights)], [notation])
    brick("conv1d 4 3 stride=2 pad=1", lambda a, w, b: F.conv1d(a, w, b, 2, 1), (2, 3, 7), (4, 3, 3), (4,))
    brick("conv1d 2 4 pad=same", lambda a, w, b: F.conv1d(a, w, b, 1, "same"), (1, 2, 5), (2, 2, 4), (2,))
    brick("conv1d 6 2 dilation=3 groups=2 bias=false", lambda a, w: F.conv1d(a, w, None, 1, 0, 3, 2), (2, 4, 6), (6, 2, 2))
    brick("conv 3 3x2 stride=2x1 pad=1x0", lambda a, w, b: F.conv2d(a, w, b, (2, 1), (1, 0)), (1, 2, 5, 4), (3, 2, 3, 2), (3,))
    brick("conv 2 2x4 pad=same dilation=2x1", lambda a, w, b: F.conv2d(a, w, b, 1, "same", (2, 1)), (2, 1, 3, 5), (2, 1, 2, 4), (2,))
    brick("conv 2 2x2 pad=0x1 padend=1x2 bias=false", lambda a, w: F.conv2d(F.pad(a, [1, 2, 0, 1]), w), (1, 3, 3, 2), (2, 3, 2, 2))
    brick("conv3d 2 2x2x2", lambda a, w, b: F.conv3d(a, w, b), (1, 2, 3, 3, 2), (2, 2, 2, 2, 2), (2,))
    brick("conv3d 2 3x1x2 stride=2 pad=1x0x1", lambda a, w, b: F.conv3d(a, w, b, 2, (1, 0, 1)), (1, 1, 4, 3, 3), (2, 1, 3, 1, 2), (2,))
    brick("conv3d 3 3x3x3 pad=same groups=3", lambda a, w, b: F.conv3d(a, w, b, 1, "same", 1, 3), (1, 3, 2, 3, 2), (3, 1, 3, 3, 3), (3,))
    brick("convtranspose 2 2x2 stride=2", lambda a, w, b: F.conv_transpose2d(a, w, b, 2), (1, 3, 3, 2), (3, 2, 2, 2), (2,))
    brick("convtranspose 4 3x3 stride=2 pad=1 groups=2 outpad=1", lambda a, w, b: F.conv_transpose2d(a, w, b, 2, 1, 1, 2), (2, 2, 3, 4), (2, 2, 3, 3), (4,))
    brick("convtranspose 1 2x3 dilation=2 bias=false", lambda a, w: F.conv_transpose2d(a, w, None, 1, 0, 0, 1, 2), (1, 2, 1, 3), (2, 1, 2, 3))
    brick("depthwise 3x3 pad=same", lambda a, w, b: F.conv2d(a, w, b, 1, "same", 1, 3), (1, 3, 5, 4), (3, 1, 3, 3), (3,))
    brick("depthwise 2x3 stride=2 multiplier=2", lambda a, w, b: F.conv2d(a, w, b, 2, 0, 1, 2), (2, 2, 5, 5), (4, 1, 2, 3), (4,))
    brick("depthwise 2x2 pad=1 dilation=2 bias=false", lambda a, w: F.conv2d(a, w, None, 1, 1, 2, 4), (1, 4, 3, 3), (4, 1, 2, 2))
    brick("separable 4 3x3 pad=1", lambda a, d, w, b: F.conv2d(F.conv2d(a, d, None, 1, 1, 1, 2), w, b), (1, 2, 4, 5), (2, 1, 3, 3), (4, 2, 1, 1), (4,))
    brick("separable 3 2x3 stride=2 multiplier=2", lambda a, d, w, b: F.conv2d(F.conv2d(a, d, None, 2, 0, 1, 3), w, b), (2, 3, 5, 5), (6, 1, 2, 3), (3, 6, 1, 1), (3,))
    brick("separable 2 3x3 pad=same bias=false", lambda a, d, w: F.conv2d(F.conv2d(a, d, None, 1, "same", 1, 1), w), (1, 1, 2, 3), (1, 1, 3, 3), (2, 1, 1, 1))
