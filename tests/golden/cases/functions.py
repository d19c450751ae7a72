import torch

from golden import case, n, p


def inside(*shape):
    """Numbers inside (-1, 1)."""
    return torch.rand(shape).mul(240).round().sub(120).div(128)


def above(*shape):
    """Numbers above 1."""
    return p(*shape) + 1


def make():
    for op, f, draw in [
        ("square", torch.square, n), ("reciprocal", torch.reciprocal, p), ("rsqrt", torch.rsqrt, p), ("expm1", torch.expm1, n), ("log1p", torch.log1p, p),
        ("tan", torch.tan, inside), ("asin", torch.asin, inside), ("acos", torch.acos, inside), ("atan", torch.atan, n), ("sinh", torch.sinh, n), ("cosh", torch.cosh, n),
        ("asinh", torch.asinh, n), ("acosh", torch.acosh, above), ("atanh", torch.atanh, inside), ("erf", torch.erf, n), ("erfc", torch.erfc, n),
        ("floor", torch.floor, n), ("ceil", torch.ceil, n), ("round", torch.round, n),
    ]:
        case(op, f, [draw(5)])
        case(op, f, [draw(2, 3, 2)])
        case(op, f, [draw(1, 7)])
    case("round", torch.round, [torch.tensor([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])])
    for op, f in [("expm1", torch.expm1), ("erf", torch.erf)]:
        case(op, f, [torch.tensor([-30.0, -1e-9, 0.0, 1e-9, 5.0])])
    case("log1p", torch.log1p, [torch.tensor([-0.75, -(2.0**-30), 0.0, 2.0**-30, 1e9])])
    case("erfc", torch.erfc, [torch.tensor([-6.0, 0.0, 0.46875, 4.0, 9.0])])

    def away(*shape):
        return torch.randint(1, 4, shape).double() * torch.randint(0, 2, shape).mul(2).sub(1) + 0.375

    for a, b in [((3, 4), (3, 4)), ((2, 1, 3), (4, 1)), ((3,), ())]:
        case("mod", torch.remainder, [n(*a) * 4 + 0.03125, away(*b)])
        case("atan2", torch.atan2, [n(*a) + 0.03125, n(*b) + 0.03125])
        for op, f in [("and", torch.logical_and), ("or", torch.logical_or), ("xor", torch.logical_xor)]:
            case(op, f, [n(*a) > 0, n(*b) > 0])
    case("mod", torch.remainder, [torch.tensor([-7, 7, -7, 7, 6]), torch.tensor([3, -3, -3, 3, 3])])
    case("atan2", torch.atan2, [torch.tensor([0.0, 1.0, -1.0]), torch.tensor([-1.0, 0.0, -1.0])])
    for x in [n(5), n(3, 1, 4), n(1, 2)]:
        case("not", torch.logical_not, [x > 0])
    inf, nan = float("inf"), float("nan")
    for x in [torch.tensor([nan, inf, -inf, 0.0, 1.0]), n(2, 3), torch.tensor(nan)]:
        case("isnan", torch.isnan, [x])
        case("isinf", torch.isinf, [x])
        case("isfinite", torch.isfinite, [x])
    for low, high, x in [(-1.0, 1.0, n(7)), (-0.5, 2.0, n(2, 1, 5)), (0.25, 0.25, n(1, 4)), (-1.0, 1.0, torch.tensor([-1.0, 0.0, 1.0]))]:
        case("clip", lambda v: torch.clamp(v, low, high), [x], [low, high])
    case("clip", lambda v: torch.clamp(v, -2, 3), [torch.tensor([-5, -2, 0, 3, 9])], [-2, 3])
    # bfloat16: to the nearest, of two the even one. Numbers that a float holds: PyTorch rounds a double twice.
    for x in [torch.randn(9).float().double(), (torch.randn(2, 1, 3) * 1e30).float().double(), torch.tensor([1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-8 + 2.0**-20, -1e39, 2.0**-136, 3.3895e38])]:
        case("tobfloat16", lambda v: v.to(torch.bfloat16).double(), [x])
