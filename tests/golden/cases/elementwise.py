import torch
import torch.nn.functional as F

from golden import case, n, p


def make():
    for op, f, draw in [
        ("abs", torch.abs, n), ("neg", torch.neg, n), ("sign", torch.sign, n), ("cos", torch.cos, n), ("exp", torch.exp, n), ("log", torch.log, p),
        ("relu", torch.relu, n), ("sigmoid", torch.sigmoid, n), ("sin", torch.sin, n), ("softplus", F.softplus, n), ("sqrt", torch.sqrt, p), ("tanh", torch.tanh, n),
        ("copy", torch.clone, n),
    ]:
        case(op, f, [draw(5)])
        case(op, f, [draw(2, 3, 2) * 4])
        case(op, f, [draw(1, 7)])
    case("relu", torch.relu, [torch.tensor([-1.0, 0.0, 1.0])])
    case("abs", torch.abs, [torch.tensor([-1.0, 0.0, 1.0])])
    for x in [n(6), torch.tensor([-1.0, 0.0, 2.0]), n(3, 1, 5)]:
        case("step", lambda a: (a > 0).double(), [x])
    for op, f, draw in [("add", torch.add, n), ("sub", torch.sub, n), ("mul", torch.mul, n), ("div", torch.div, p), ("maximum", torch.maximum, n), ("minimum", torch.minimum, n), ("pow", torch.pow, p)]:
        case(op, f, [draw(3, 4), draw(3, 4)])
        case(op, f, [draw(2, 1, 3), draw(4, 1)])
        case(op, f, [draw(3), draw()])
    case("pow", torch.pow, [torch.tensor([0.0, 0.0, 0.0, -2.0]), torch.tensor([0.0, 1.0, 2.0, 3.0]).requires_grad_(False).long()])
    case("maximum", torch.maximum, [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 2.0, 2.0])])
    case("minimum", torch.minimum, [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 2.0, 2.0])])
    for op, f in [("equal", torch.eq), ("greater", torch.gt), ("greaterorequal", torch.ge), ("less", torch.lt), ("lessorequal", torch.le), ("notequal", torch.ne)]:
        case(op, f, [n(3, 4).round(), n(4).round()])
        case(op, f, [n(5).round(), torch.tensor(0.0)])
        case(op, f, [n(2, 1, 3).round(), n(4, 1).round()])
    case("where", torch.where, [n(3, 4) > 0, n(3, 4), n(4)])
    case("where", torch.where, [n(2, 1) > 0, n(3), n(2, 3)])
    case("where", torch.where, [n(4) > 0, n(3, 1), torch.tensor(0.5)])
    case("tofloat32", lambda x: x.float().double(), [n(5)])
    case("tofloat32", lambda x: x.float().double(), [torch.randn(2, 3)])
    case("tofloat32", lambda x: x.float().double(), [torch.randn(1, 1, 7)])
