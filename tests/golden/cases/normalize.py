import torch
import torch.nn.functional as F

from golden import case, n, p


def batch_norm(training, momentum, eps):
    """The output, and in training the running statistics after it."""
    def f(x, scale, shift, mean, variance):
        m, v = mean.detach().clone(), variance.detach().clone()
        y = F.batch_norm(x, m, v, scale, shift, training, momentum, eps)
        return torch.cat([y.flatten(), m, v]) if training else y
    return f


def weight_norm(x, v, g):
    w = torch._weight_norm(v, g.reshape([-1] + [1] * (v.dim() - 1)), 0)
    return F.linear(x, w) if v.dim() == 2 else F.conv2d(x, w)


def spectral_norm(training):
    """One call of PyTorch's own module with u given: its output, and u after it."""
    def f(x, w, u):
        layer = torch.nn.Linear(w.shape[1], w.shape[0], bias=False) if w.dim() == 2 else torch.nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], bias=False)
        layer = torch.nn.utils.spectral_norm(layer).train(training)
        del layer._parameters["weight_orig"]
        layer.weight_orig = w
        u = F.normalize(u.detach(), dim=0)
        layer.weight_u.copy_(u)
        layer.weight_v.copy_(F.normalize(w.detach().flatten(1).T @ u, dim=0))  # what Kubik computes in evaluation
        return torch.cat([layer(x).flatten(), layer.weight_u])
    return f


def make():
    for x, k, eps in [((3, 5), 1, 1e-5), ((2, 3, 4), 2, 0.1), ((2, 1, 3), 1, 1e-3), ((4, 1), 1, 1e-5)]:
        size = x[len(x) - k:]
        case("layernorm", lambda a, w, b: F.layer_norm(a, size, w, b, eps), [n(*x), n(*size), n(*size)], [k, eps])
        case("rmsnorm", lambda a, w: a / (a.pow(2).mean(tuple(range(-k, 0)), keepdim=True) + eps).sqrt() * w, [n(*x), n(*size)], [k, eps])
        case("layernorm", lambda a: F.layer_norm(a, size, eps=eps), [n(*x)], [k, eps])
    for x, groups, eps in [((2, 6, 3), 3, 1e-5), ((2, 4, 2), 2, 0.01), ((3, 2, 2, 3), 1, 1e-5), ((1, 3, 1, 5), 3, 1e-5)]:
        case("groupnorm", lambda a, w, b: F.group_norm(a, groups, w, b, eps), [n(*x), n(x[1]), n(x[1])], [groups, eps])
    for x, eps in [((2, 3, 5), 1e-5), ((1, 2, 3, 4), 0.1), ((2, 1, 2, 1, 3), 1e-3)]:
        case("instancenorm", lambda a, w, b: F.instance_norm(a, weight=w, bias=b, eps=eps), [n(*x), n(x[1]), n(x[1])], [eps])
        case("instancenorm", lambda a: F.instance_norm(a, eps=eps), [n(*x)], [eps])
    for x, momentum, eps in [((4, 3), 0.1, 1e-5), ((2, 3, 4), 0.3, 0.01), ((3, 1, 2, 3), 0.1, 1e-5), ((2, 2, 1, 3, 2), 1.0, 1e-3)]:
        for training in (False, True):
            case("batchnorm", batch_norm(training, momentum, eps), [n(*x), n(x[1]), n(x[1]), n(x[1]), p(x[1])], [training, momentum, eps])
    for x, size, alpha, beta, bias in [((2, 7, 2), 3, 0.5, 0.75, 1.0), ((1, 5, 3, 1), 5, 1e-4, 0.75, 2.0), ((2, 2, 3), 9, 1.0, 0.5, 1.0), ((2, 1, 4), 1, 1.0, 0.75, 1.0)]:
        case("lrn", lambda a: F.local_response_norm(a, size, alpha, beta, bias), [n(*x)], [size, alpha, beta, bias])
    for x, axis in [((5,), 0), ((3, 4), 1), ((2, 3, 2), 1), ((3, 1), -1)]:
        for order in (1, 2):
            case("lpnorm", lambda a: F.normalize(a, order, axis), [n(*x)], [axis, order])
    for x, w in [((3, 4), (5, 4)), ((2, 1), (3, 1)), ((2, 3, 4, 4), (2, 3, 3, 2)), ((1, 1, 3, 3), (4, 1, 1, 1))]:
        case("weightnorm", weight_norm, [n(*x), n(*w), n(w[0])])
        for training in (True, False):
            case("spectralnorm", spectral_norm(training), [n(*x), n(*w), n(w[0])], [training])
