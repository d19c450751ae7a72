import torch

from golden import case, n


def make():
    for axes in [[0], [1], [0, 2], [0, 1, 2]]:
        for keep in (False, True):
            x = n(3, 4, 2)
            case("sum", lambda a: a.sum(axes, keepdim=keep), [x], [axes, keep])
            case("max", lambda a: a.amax(axes, keepdim=keep), [x.round()], [axes, keep])
            case("min", lambda a: a.amin(axes, keepdim=keep), [x.round()], [axes, keep])
            case("mean", lambda a: a.mean(axes, keepdim=keep), [x], [axes, keep])
            case("variance", lambda a: a.var(axes, unbiased=False, keepdim=keep), [x], [axes, keep])
    for axis, shape in [(0, (3, 4)), (1, (3, 4)), (1, (2, 7, 1))]:
        case("argmax", lambda a: a.argmax(axis), [torch.randperm(torch.Size(shape).numel()).double().reshape(shape)], [axis])
