import torch
import torch.nn.functional as F

from golden import case, n


def make():
    for axes, keep in [([0], False), ([1], True), ([0, 2], False), ([0, 1, 2], True)]:
        x = n(3, 1, 4) if axes == [1] else n(3, 4, 2)
        case("logsumexp", lambda a: a.logsumexp(axes, keepdim=keep), [x * 4], [axes, keep])
        case("norml1", lambda a: a.abs().sum(axes, keepdim=keep), [x], [axes, keep])
        case("norml2", lambda a: torch.linalg.vector_norm(a, 2, axes, keepdim=keep), [x], [axes, keep])
        case("sumsquare", lambda a: (a * a).sum(axes, keepdim=keep), [x], [axes, keep])
        case("any", lambda a: torch.amax(a.double(), axes, keepdim=keep) > 0, [x > 1.2], [axes, keep])
        case("all", lambda a: torch.amin(a.double(), axes, keepdim=keep) > 0, [x > -1.2], [axes, keep])
        if axes != [1]:
            for correction in (0, 1):
                case("std", lambda a: a.std(axes, correction=correction, keepdim=keep), [x], [axes, keep, correction])
                case("variance corrected", lambda a: a.var(axes, correction=correction, keepdim=keep), [x], [axes, keep, correction])
    case("norml2", lambda a: a.norm(), [torch.zeros(3)], [[0], False])
    case("std", lambda a: a.std(), [torch.ones(4)], [[0], False, 1])
    case("logsumexp", lambda a: a.logsumexp(0), [torch.tensor([1000.0, 1000.5, -1000.0])], [[0], False])
    case("logsumexp", lambda a: a.logsumexp(0), [torch.tensor([float("-inf"), 2.0, 3.0])], [[0], False])
    for axis, shape in [(0, (5,)), (1, (3, 4)), (1, (2, 1, 3)), (0, (4, 2, 1))]:
        x = n(*shape)
        zeros = x.clone()
        zeros.flatten()[:: 3] = 0
        one = x.clone()
        one.flatten()[1] = 0
        for a in (x, zeros, one):
            case("prod", lambda t: t.prod(axis), [a], [[axis], False])
            case("cumprod", lambda t: t.cumprod(axis), [a], [axis])
        case("cumsum", lambda t: t.cumsum(axis), [x], [axis])
        case("argmin", lambda t: t.argmin(axis), [torch.randperm(x.numel()).double().reshape(shape)], [axis])
    case("prod", lambda t: t.prod(), [torch.tensor([[2.0, 0.0], [3.0, 0.0]])], [[0, 1], False])
    for axis, shape in [(0, (7,)), (1, (3, 5)), (1, (2, 4, 1)), (0, (1, 3))]:
        x = torch.randperm(torch.Size(shape).numel()).double().reshape(shape) / 8
        for descending in (False, True):
            case("sort", lambda t: t.sort(axis, descending=descending)[0], [x], [axis, descending])
            case("argsort", lambda t: t.sort(stable=True, dim=axis, descending=descending)[1], [(x * 2).floor()], [axis, descending])
        k = max(1, shape[axis] - 2)
        for largest in (True, False):
            case("topk", lambda t: t.topk(k, axis, largest)[0], [x], [axis, k, largest])
    for right in (False, True):
        for shape in [(7,), (2, 3), ()]:
            case("searchsorted", lambda s, v: torch.searchsorted(s, v, right=right), [torch.tensor([-2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0]), (n(*shape) * 2).round()], [right])
