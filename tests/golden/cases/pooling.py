import torch
import torch.nn.functional as F

from golden import case, n, p

MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
AVG = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
LP = {1: F.lp_pool1d, 2: F.lp_pool2d}
ADAPTIVE_AVG = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}
ADAPTIVE_MAX = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}


def distinct(*shape):
    return torch.randperm(torch.Size(shape).numel()).double().reshape(shape) / 8


def make():
    # kernel, stride, padding, dilation, ceil
    for k, s, pad, d, ceil, shape in [
        ([2], [2], [0], [1], False, (2, 3, 7)), ([3], [2], [1], [1], True, (1, 2, 8)), ([3], [1], [1], [2], False, (2, 1, 5)),
        ([3, 3], [2, 2], [1, 1], [1, 1], True, (1, 2, 6, 4)), ([2, 3], [2, 1], [0, 1], [2, 1], False, (2, 1, 5, 4)), ([3, 2], [2, 3], [0, 0], [1, 1], True, (1, 1, 2, 7)), ([1, 4], [1, 2], [0, 2], [1, 1], True, (1, 1, 1, 5)),
        ([2, 2, 2], [2, 2, 2], [0, 0, 0], [1, 1, 1], False, (1, 2, 4, 5, 3)), ([3, 1, 2], [2, 1, 2], [1, 0, 1], [1, 1, 1], True, (1, 1, 4, 2, 4)), ([2, 2, 3], [1, 2, 1], [1, 0, 1], [1, 2, 1], False, (2, 1, 2, 5, 3)),
    ]:
        axes = len(k)
        case(f"maxpool{axes}d", lambda x: MAX[axes](x, k, s, pad, d, ceil), [distinct(*shape)], [k, s, pad, d, ceil])
    for k, s, pad, ceil, count, shape in [
        ([2], [2], [0], False, True, (2, 3, 7)), ([3], [2], [1], True, True, (1, 2, 8)), ([4], [1], [2], False, False, (2, 1, 3)), ([3], [2], [1], True, False, (1, 2, 6)),
        ([3, 3], [2, 2], [1, 1], True, True, (1, 2, 6, 4)), ([2, 3], [2, 1], [1, 1], False, False, (2, 1, 5, 4)), ([3, 2], [2, 3], [1, 1], True, False, (1, 1, 4, 7)), ([3, 4], [3, 3], [1, 2], True, True, (1, 1, 5, 6)),
        ([2, 2, 2], [2, 2, 2], [0, 0, 0], False, True, (1, 2, 4, 5, 3)), ([3, 1, 2], [2, 1, 2], [1, 0, 1], True, True, (1, 1, 4, 2, 4)), ([2, 3, 2], [1, 2, 2], [1, 1, 1], True, False, (1, 1, 2, 4, 3)),
    ]:
        axes = len(k)
        case(f"avgpool{axes}d", lambda x: AVG[axes](x, k, s, pad, ceil, count), [n(*shape)], [k, s, pad, ceil, count])
    for size, shape in [([3], (2, 2, 7)), ([5], (1, 2, 3)), ([1], (1, 1, 5)), ([3, 2], (2, 1, 7, 5)), ([4, 4], (1, 2, 3, 6)), ([2, 1], (1, 2, 2, 1)), ([2, 3, 1], (1, 2, 3, 4, 2)), ([1, 1, 1], (2, 1, 2, 3, 1)), ([3, 2, 4], (1, 1, 2, 5, 7))]:
        axes = len(size)
        case(f"adaptiveavgpool{axes}d", lambda x: ADAPTIVE_AVG[axes](x, size), [n(*shape)], [size])
        case(f"adaptivemaxpool{axes}d", lambda x: ADAPTIVE_MAX[axes](x, size), [distinct(*shape)], [size])
    for shape in [(2, 3, 5), (1, 2, 3, 1), (2, 1, 2, 3, 2)]:
        axes = list(range(2, len(shape)))
        case("globalavgpool", lambda x: x.mean(axes, keepdim=True), [n(*shape)])
        case("globalmaxpool", lambda x: x.amax(axes, keepdim=True), [distinct(*shape)])
    # PyTorch has no absolute value: even powers, or positive inputs.
    for power, k, s, shape, draw in [(2, [2], [2], (2, 2, 7), n), (3, [3], [1], (1, 2, 5), p), (1.5, [2], [3], (1, 1, 8), p), (2, [2, 3], [1, 2], (1, 2, 4, 5), n), (1, [2, 2], [2, 2], (2, 1, 4, 3), p), (4, [3, 3], [2, 1], (1, 1, 5, 4), n)]:
        axes = len(k)
        # lp_pool2d wants k and s as tuples or numbers, lp_pool1d as numbers.
        case(f"lppool{axes}d", lambda x: LP[axes](x, power, *([k[0], s[0]] if axes == 1 else [tuple(k), tuple(s)])), [draw(*shape)], [power, k, s])
    for mode, name in [("nearest", "nearest"), ("linear", "linear"), ("bilinear", "linear"), ("trilinear", "linear")]:
        for shape in [(2, 2, 5), (1, 1, 1), (1, 2, 3, 7), (2, 1, 4, 1), (1, 1, 3, 2, 4), (1, 2, 1, 3, 2)]:
            axes = len(shape) - 2
            if mode not in ("nearest", {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]):
                continue
            for aligned in ([None] if mode == "nearest" else [False, True]):
                word = "aligned" if aligned else name
                for size in ([7, 3, 5][:axes], [2, 9, 3][:axes]):
                    case(f"resize {word}", lambda x: F.interpolate(x, size, mode=mode, align_corners=aligned), [n(*shape)], [size])
                for scale in (2.0, 1.7):
                    case(f"resizeby {word}", lambda x: F.interpolate(x, scale_factor=scale, mode=mode, align_corners=aligned), [n(*shape)], [scale])
    for r, shape in [(2, (1, 4, 2, 3)), (3, (2, 9, 1, 2)), (2, (1, 12, 3, 1))]:
        case("pixelshuffle", lambda x: F.pixel_shuffle(x, r), [n(*shape)], [r])
        large = (shape[0], shape[1] // r // r, shape[2] * r, shape[3] * r)
        case("pixelunshuffle", lambda x: F.pixel_unshuffle(x, r), [n(*large)], [r])
