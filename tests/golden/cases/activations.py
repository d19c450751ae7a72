import torch
import torch.nn.functional as F

from golden import case, n, p


def three(op, f, attributes=(), bends=None):
    """An odd size, several axes with a wide range, a size-1 axis; and the bends, where PyTorch's subgradient is Kubik's."""
    case(op, f, [n(5)], attributes)
    case(op, f, [n(2, 3, 2) * 4], attributes)
    case(op, f, [n(1, 7)], attributes)
    if bends:
        case(op, f, [torch.tensor(bends)], attributes)


def make():
    three("logsigmoid", F.logsigmoid, bends=[-700.0, -40.0, 0.0, 40.0, 700.0])
    three("silu", F.silu, bends=[-700.0, -40.0, 0.0, 40.0, 700.0])
    three("mish", F.mish, bends=[-700.0, -40.0, 0.0, 40.0, 700.0])
    three("softsign", F.softsign, bends=[-1e6, 0.0, 1e6])
    three("gelu", F.gelu, bends=[-20.0, 0.0, 20.0])
    three("gelutanh", lambda x: F.gelu(x, approximate="tanh"), bends=[-20.0, 0.0, 20.0])
    three("selu", F.selu, bends=[-700.0, 0.0, 700.0])
    three("relu6", F.relu6, bends=[-1.0, 0.0, 3.0, 6.0, 7.0])
    three("hardswish", F.hardswish, bends=[-4.0, -3.0, 0.0, 3.0, 4.0])
    three("tanhshrink", F.tanhshrink)
    for alpha in [1.0, 0.25]:
        three("elu", lambda x: F.elu(x, alpha), [alpha], bends=[-700.0, 0.0, 700.0])
    for alpha in [1.0, 2.0]:
        three("celu", lambda x: F.celu(x, alpha), [alpha], bends=[-700.0, 0.0, 700.0])
    for alpha in [0.01, 0.5]:
        three("leakyrelu", lambda x: F.leaky_relu(x, alpha), [alpha], bends=[-1.0, 0.0, 1.0])
    # F.hardsigmoid's gradient has a 1/6 of float32 in it, whatever the type.
    three("hardsigmoid", lambda x: F.relu6(x + 3) / 6, bends=[-4.0, -3.0, 0.0, 3.0, 4.0])
    for low, high in [(-1.0, 1.0), (-2.0, 0.5)]:
        three("hardtanh", lambda x: F.hardtanh(x, low, high), [low, high], bends=[low - 1, low, 0.0, high, high + 1])
    for limit, value in [(0.5, 0.0), (-1.0, 3.0)]:
        three("threshold", lambda x: F.threshold(x, limit, value), [limit, value], bends=[limit - 1, limit, limit + 1])
    for limit in [0.5, 1.25]:
        three("softshrink", lambda x: F.softshrink(x, limit), [limit], bends=[-limit, 0.0, limit])
        three("hardshrink", lambda x: F.hardshrink(x, limit), [limit], bends=[-limit, 0.0, limit])
    for t, axis, x in [(0.5, 0, n(5)), (3.0, 1, n(2, 3, 2)), (2.0, 1, n(4, 1)), (0.125, 1, torch.tensor([[1e4, -1e4, 0.0]]))]:
        case("softmaxtemperature", lambda v: F.softmax(v / t, axis), [x], [t, axis])
        case("logsoftmaxtemperature", lambda v: F.log_softmax(v / t, axis), [x], [t, axis])
        case("softmin", lambda v: F.softmin(v, axis), [x], [axis])
    for axis, x in [(0, n(6)), (1, n(3, 2)), (1, n(2, 4, 3))]:
        case("glu", lambda v: F.glu(v, axis), [x], [axis])
    for shape, slopes in [((2, 3), 3), ((4, 3, 5), 3), ((2, 2, 3, 1), 2), ((5,), 1), ((3, 1, 4), 1)]:
        case("prelu", F.prelu, [n(*shape), n(slopes)])
    case("prelu", F.prelu, [torch.tensor([-1.0, 0.0, 1.0]), torch.tensor([0.25])])
    for pieces, axis, x in [(2, 1, n(3, 4)), (3, 0, n(6)), (2, 1, n(2, 6, 1, 2))]:
        def maxout(v):
            s = list(v.shape)
            return v.reshape(s[:axis] + [s[axis] // pieces, pieces] + s[axis + 1:]).amax(axis + 1)
        case("maxout", maxout, [x], [pieces, axis])
