"""What the scripts in cases/ share: a case is an op with its inputs, what PyTorch makes of them in float64, and its gradients."""
import math

import torch

CASES = []


def exact(t):
    values = t.detach().double().flatten().tolist()
    return {"shape": list(t.shape), "values": [v if math.isfinite(v) else "NaN" if math.isnan(v) else "Infinity" if v > 0 else "-Infinity" for v in values]}


def case(op, f, inputs, attributes=()):
    """inputs: float tensors get gradients, integer and bool ones do not."""
    xs = [x.detach().clone().requires_grad_(x.is_floating_point()) for x in inputs]
    y = f(*xs)
    line = {"op": op, "attributes": list(attributes), "inputs": [dict(exact(x), type=str(x.dtype).split(".")[1]) for x in xs], "output": exact(y)}
    if y.requires_grad:
        dy = torch.randn_like(y).mul(64).round().div(64)
        line["dy"] = exact(dy)
        grads = iter(torch.autograd.grad(y, [x for x in xs if x.requires_grad], dy, allow_unused=True))
        line["gradients"] = [(lambda g: None if g is None else exact(g))(next(grads)) if x.requires_grad else None for x in xs]
    CASES.append(line)


def n(*shape):
    """Normal numbers that float32 holds exactly."""
    return torch.randn(shape).mul(256).round().div(256)


def p(*shape):
    """Positive numbers."""
    return n(*shape).abs() + 0.125
