#!/usr/bin/env python3
"""Makes tests/golden/ops/*.jsonl: values and gradients of ops as PyTorch computes them, in float64.

Run from the repository root with any Python that has torch (made with 1.13):  python3 tests/golden/make_ops.py
One case a line: op, attributes, inputs, the output, what arrives at it (dy) and what each input gets (null: nothing).
tests/Kubik.Tests/Ops/GoldenOps.cs reads them and does the same with Kubik.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
CASES = []



def exact(t):
    return {"shape": list(t.shape), "values": t.detach().double().flatten().tolist()}


def case(file, op, f, inputs, attributes=()):
    """inputs: float tensors get gradients, integer and bool ones do not."""
    xs = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in inputs]
    y = f(*xs)
    line = {"op": op, "attributes": list(attributes), "inputs": [dict(exact(x), type=str(x.dtype).split(".")[1]) for x in xs], "output": exact(y)}
    if y.requires_grad:
        dy = torch.randn_like(y).mul(64).round().div(64)
        line["dy"] = exact(dy)
        grads = torch.autograd.grad(y, [x for x in xs if x.requires_grad], dy, allow_unused=True)
        grads = iter(grads)
        line["gradients"] = [(lambda g: None if g is None else exact(g))(next(grads)) if x.requires_grad else None for x in xs]
    CASES.append((file, line))


def n(*shape):
    return torch.randn(shape).mul(256).round().div(256)


def p(*shape):
    return n(*shape).abs() + 0.125


def main():
    for op, f, draw in [
        ("abs", torch.abs, n), ("neg", torch.neg, n), ("sign", torch.sign, n), ("cos", torch.cos, n), ("exp", torch.exp, n), ("log", torch.log, p),
        ("relu", torch.relu, n), ("sigmoid", torch.sigmoid, n), ("sin", torch.sin, n), ("softplus", F.softplus, n), ("sqrt", torch.sqrt, p), ("tanh", torch.tanh, n),
        ("copy", torch.clone, n),
    ]:
        case("elementwise", op, f, [draw(5)])
        case("elementwise", op, f, [draw(2, 3, 2) * 4])
    case("elementwise", "relu", torch.relu, [torch.tensor([-1.0, 0.0, 1.0])])
    case("elementwise", "abs", torch.abs, [torch.tensor([-1.0, 0.0, 1.0])])
    for x in [n(6), torch.tensor([-1.0, 0.0, 2.0])]:
        case("elementwise", "step", lambda a: (a > 0).double(), [x])
    for op, f, draw in [("add", torch.add, n), ("sub", torch.sub, n), ("mul", torch.mul, n), ("div", torch.div, p), ("maximum", torch.maximum, n), ("minimum", torch.minimum, n), ("pow", torch.pow, p)]:
        case("elementwise", op, f, [draw(3, 4), draw(3, 4)])
        case("elementwise", op, f, [draw(2, 1, 3), draw(4, 1)])
        case("elementwise", op, f, [draw(3), draw()])
    case("elementwise", "pow", torch.pow, [torch.tensor([0.0, 0.0, 0.0, -2.0]), torch.tensor([0.0, 1.0, 2.0, 3.0]).requires_grad_(False).long()])
    case("elementwise", "maximum", torch.maximum, [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 2.0, 2.0])])
    case("elementwise", "minimum", torch.minimum, [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([2.0, 2.0, 2.0])])
    for op, f in [("equal", torch.eq), ("greater", torch.gt), ("greaterorequal", torch.ge), ("less", torch.lt), ("lessorequal", torch.le), ("notequal", torch.ne)]:
        case("elementwise", op, f, [n(3, 4).round(), n(4).round()])
        case("elementwise", op, f, [n(5).round(), torch.tensor(0.0)])
    case("elementwise", "where", torch.where, [n(3, 4) > 0, n(3, 4), n(4)])
    case("elementwise", "where", torch.where, [n(2, 1) > 0, n(3), n(2, 3)])
    case("elementwise", "tofloat32", lambda x: x.float().double(), [n(5)])
    case("elementwise", "tofloat32", lambda x: x.float().double(), [torch.randn(2, 3)])

    for axes in [[0], [1], [0, 2], [0, 1, 2]]:
        for keep in (False, True):
            x = n(3, 4, 2)
            case("reduce", "sum", lambda a: a.sum(axes, keepdim=keep), [x], [axes, keep])
            case("reduce", "max", lambda a: a.amax(axes, keepdim=keep), [x.round()], [axes, keep])
            case("reduce", "min", lambda a: a.amin(axes, keepdim=keep), [x.round()], [axes, keep])
            case("reduce", "mean", lambda a: a.mean(axes, keepdim=keep), [x], [axes, keep])
            case("reduce", "variance", lambda a: a.var(axes, unbiased=False, keepdim=keep), [x], [axes, keep])
    for axis in (0, 1):
        case("reduce", "argmax", lambda a: a.argmax(axis), [torch.randperm(12).double().reshape(3, 4)], [axis])

    for axis, shape, index in [(1, (3, 5), (3, 2)), (0, (4, 2), (6, 2)), (2, (2, 2, 3), (2, 2, 4))]:
        case("shape", "gather", lambda x, i: x.gather(axis, i), [n(*shape), torch.randint(shape[axis], index)], [axis])
        case("shape", "scatteradd", lambda x, i: torch.zeros(*shape).scatter_add(axis, i, x), [n(*index), torch.randint(shape[axis], index)], [axis, shape[axis]])
    for shape in [(4,), (2, 3)]:
        case("shape", "onehot", lambda i: F.one_hot(i, 5).double(), [torch.randint(5, shape)], [5])
    for shape, to in [((3,), (2, 3)), ((2, 1, 3), (4, 2, 5, 3))]:
        case("shape", "broadcastto", lambda x: x.expand(to), [n(*shape)], [to])
    case("shape", "concat", lambda a, b: torch.cat([a, b], 0), [n(2, 3), n(1, 3)], [0])
    case("shape", "concat", lambda a, b, c: torch.cat([a, b, c], 2), [n(2, 1, 3), n(2, 1, 1), n(2, 1, 2)], [2])
    case("shape", "permute", lambda x: x.permute(1, 0), [n(2, 3)], [[1, 0]])
    case("shape", "permute", lambda x: x.permute(2, 0, 1), [n(2, 3, 4)], [[2, 0, 1]])
    case("shape", "reshape", lambda x: x.reshape(4, 3), [n(2, 6)], [[4, 3]])
    case("shape", "reshape", lambda x: x.t().reshape(6), [n(2, 3)], [[6]])
    CASES[-1][1]["op"] = "transposed reshape"
    for axis, start, count, step, shape in [(0, 1, 2, 1, (4, 2)), (1, 1, 3, 2, (2, 7))]:
        case("shape", "slice", lambda x: x.index_select(axis, torch.arange(start, start + count * step, step)), [n(*shape)], [axis, start, count, step])
        small = list(shape)
        small[axis] = count
        case("shape", "place", lambda x: torch.zeros(*shape).index_add(axis, torch.arange(start, start + count * step, step), x), [n(*small)], [axis, start, step, shape[axis]])
    case("shape", "softmax", lambda x: x.softmax(0), [n(5)], [0])
    case("shape", "softmax", lambda x: x.softmax(1), [n(2, 3, 2) * 10], [1])
    case("shape", "logsoftmax", lambda x: x.log_softmax(0), [n(5)], [0])
    case("shape", "logsoftmax", lambda x: x.log_softmax(1), [n(2, 3, 2) * 10], [1])

    for a, b in [((3, 4), (4, 2)), ((2, 3, 4), (4, 2)), ((2, 1, 2, 3), (3, 3, 2)), ((1, 5), (5, 1))]:
        case("window", "matmul", torch.matmul, [n(*a), n(*b)])
    for (sy, sx, py, px, dy, dx, g), x, w in [
        ((1, 1, 0, 0, 1, 1, 1), (2, 2, 5, 4), (3, 2, 3, 2)), ((2, 1, 1, 2, 1, 1, 1), (1, 3, 6, 5), (2, 3, 3, 3)),
        ((1, 2, 2, 0, 2, 1, 2), (2, 4, 5, 6), (4, 2, 2, 3)), ((1, 1, 1, 1, 1, 1, 3), (1, 3, 4, 4), (3, 1, 3, 3)), ((1, 1, 0, 0, 1, 1, 1), (2, 3, 3, 2), (2, 3, 1, 1)),
    ]:
        window = [sy, sx, py, px, dy, dx, g]
        conv = lambda v, k: F.conv2d(v, k, None, (sy, sx), (py, px), (dy, dx), g)
        case("window", "conv", conv, [n(*x), n(*w)], window)
        y = conv(n(*x), n(*w)).shape
        case("window", "convinputgradient", lambda t, k: torch.nn.grad.conv2d_input(x, k, t, (sy, sx), (py, px), (dy, dx), g), [n(*y), n(*w)], window + [x[2], x[3]])
        case("window", "convweightgradient", lambda v, t: torch.autograd.grad(conv(v, (k := torch.zeros(*w, requires_grad=True))), k, t, create_graph=True)[0], [n(*x), n(*y)], window + [w[2], w[3]])
    for k, s, pad, shape in [((2, 2), (2, 2), (0, 0), (1, 2, 4, 6)), ((3, 2), (1, 2), (1, 1), (2, 1, 5, 6))]:
        attributes = [k[0], k[1], s[0], s[1], pad[0], pad[1]]
        distinct = torch.randperm(torch.Size(shape).numel()).double().reshape(shape) / 8
        pool, mean = (lambda x: F.max_pool2d(x, k, s, pad)), (lambda x: F.avg_pool2d(x, k, s, pad))
        case("window", "maxpool", pool, [distinct], attributes)
        case("window", "avgpool", mean, [n(*shape)], attributes)
        y = pool(distinct).shape
        case("window", "maxpoolscatter", lambda t: torch.autograd.grad(pool(q := distinct.clone().requires_grad_()), q, t, create_graph=True)[0], [n(*y)], attributes)
        CASES[-1][1]["decides"] = exact(distinct)
        case("window", "maxpoolgather", lambda v: v.flatten(2).gather(2, F.max_pool2d(distinct, k, s, pad, return_indices=True)[1].flatten(2)).reshape(y), [n(*shape)], attributes)
        CASES[-1][1]["decides"] = exact(distinct)
        case("window", "avgpoolspread", lambda t: torch.autograd.grad(mean(q := torch.zeros(*shape, requires_grad=True)), q, t, create_graph=True)[0], [n(*y)], attributes + [shape[2], shape[3]])

    folder = pathlib.Path(__file__).parent / "ops"
    folder.mkdir(exist_ok=True)
    for file in sorted({f for f, _ in CASES}):
        lines = [json.dumps(line, separators=(",", ":")) for f, line in CASES if f == file]
        (folder / f"{file}.jsonl").write_text("\n".join(lines) + "\n")
        print(file, len(lines), "cases")


if __name__ == "__main__":
    main()
