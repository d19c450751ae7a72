import torch
import torch.nn.functional as F

from golden import case, CASES, exact, n


def make():
    for a, b in [((3, 4), (4, 2)), ((2, 3, 4), (4, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((1, 5), (5, 1))]:
        case("matmul", torch.matmul, [n(*a), n(*b)])
    for (sy, sx, py, px, dy, dx, g), x, w in [
        ((1, 1, 0, 0, 1, 1, 1), (2, 2, 5, 4), (3, 2, 3, 2)), ((2, 1, 1, 2, 1, 1, 1), (1, 3, 6, 5), (2, 3, 3, 3)),
        ((1, 2, 2, 0, 2, 1, 2), (2, 4, 5, 6), (4, 2, 2, 3)), ((1, 1, 1, 1, 1, 1, 3), (1, 3, 4, 4), (3, 1, 3, 3)), ((1, 1, 0, 0, 1, 1, 1), (2, 3, 3, 2), (2, 3, 1, 1)),
    ]:
        window = [sy, sx, py, px, dy, dx, g]
        conv = lambda v, k: F.conv2d(v, k, None, (sy, sx), (py, px), (dy, dx), g)
        case("conv", conv, [n(*x), n(*w)], window)
        y = conv(n(*x), n(*w)).shape
        case("convinputgradient", lambda t, k: torch.nn.grad.conv2d_input(x, k, t, (sy, sx), (py, px), (dy, dx), g), [n(*y), n(*w)], window + [x[2], x[3]])
        case("convweightgradient", lambda v, t: torch.autograd.grad(conv(v, (k := torch.zeros(*w, requires_grad=True))), k, t, create_graph=True)[0], [n(*x), n(*y)], window + [w[2], w[3]])
    for k, s, pad, shape in [((2, 2), (2, 2), (0, 0), (1, 2, 4, 6)), ((3, 2), (1, 2), (1, 1), (2, 1, 5, 6)), ((1, 3), (2, 1), (0, 1), (1, 3, 5, 5))]:
        attributes = [k[0], k[1], s[0], s[1], pad[0], pad[1]]
        distinct = torch.randperm(torch.Size(shape).numel()).double().reshape(shape) / 8
        pool, mean = (lambda x: F.max_pool2d(x, k, s, pad)), (lambda x: F.avg_pool2d(x, k, s, pad))
        case("maxpool", pool, [distinct], attributes)
        case("avgpool", mean, [n(*shape)], attributes)
        y = pool(distinct).shape
        case("maxpoolscatter", lambda t: torch.autograd.grad(pool(q := distinct.clone().requires_grad_()), q, t, create_graph=True)[0], [n(*y)], attributes)
        CASES[-1]["decides"] = exact(distinct)
        case("maxpoolgather", lambda v: v.flatten(2).gather(2, F.max_pool2d(distinct, k, s, pad, return_indices=True)[1].flatten(2)).reshape(y), [n(*shape)], attributes)
        CASES[-1]["decides"] = exact(distinct)
        case("avgpoolspread", lambda t: torch.autograd.grad(mean(q := torch.zeros(*shape, requires_grad=True)), q, t, create_graph=True)[0], [n(*y)], attributes + [shape[2], shape[3]])
