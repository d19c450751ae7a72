#!/usr/bin/env python3
"""Makes tests/golden/optimizers/*.jsonl: what PyTorch's optimisers do in twenty steps and its schedules in a hundred, in float64.

Run from the repository root with any Python that has torch (made with 1.13):  python3 tests/golden/make_optimizers.py
rules.jsonl: a line is a rule with its options, and the twelve weights after every step. Three parameters, (2, 3), (1) and
(5), begin at START; the loss is below. What PyTorch 1.13 does not have, Lion and LAMB, is written here from the paper.
schedules.jsonl: a line is a schedule in Kubik's notation and the hundred learning rates, divided by the first one asked for.
perceptron.jsonl: Rosenblatt's rule in plain loops.
"""
import json
import math
import pathlib

import torch

torch.set_default_dtype(torch.float64)
HERE = pathlib.Path(__file__).parent / "optimizers"
SHAPES = [(2, 3), (1,), (5,)]
START = [1.25, -0.5, 0.75, 2.0, -1.5, 0.25, -0.75, 1.5, -1.0, 0.5, -0.25, 1.75]
STEPS = 20


def loss(flat):
    """A bowl with a bent valley: sum h (u - t)^2 / 2 + sum (u[i + 1] - u[i]^2)^2 / 16."""
    i = torch.arange(12.0)
    h, t = 1 + i / 4, torch.sin(i)
    return (h * (flat - t) ** 2).sum() / 2 + ((flat[1:] - flat[:-1] ** 2) ** 2).sum() / 16


def parameters():
    flat, out = torch.tensor(START), []
    for shape in SHAPES:
        n = math.prod(shape)
        out.append(flat[:n].clone().reshape(shape).requires_grad_())
        flat = flat[n:]
    return out


def flatten(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


def write(name, lines):
    HERE.mkdir(exist_ok=True)
    (HERE / name).write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    print(name, len(lines), "cases")


def trajectory(rule, options, step, params):
    path = []
    for _ in range(STEPS):
        step()
        path.append(flatten(params).tolist())
    return {"rule": rule, "options": options, "path": path}


def by_torch(rule, options, make):
    params = parameters()
    groups = [{"params": [p]} for p in params]
    if "group_rate" in options:  # the parameter of one element learns faster and has no decay
        groups[1].update(lr=options["rate"] * options["group_rate"], weight_decay=0)
    optimizer = make(groups if "group_rate" in options else params)

    def closure():
        optimizer.zero_grad()
        value = loss(flatten(params))
        value.backward()
        if "clip" in options:
            torch.nn.utils.clip_grad_value_(params, options["clip"])
        return value

    return trajectory(rule, options, lambda: optimizer.step(closure), params)


def by_paper(rule, options, update):
    """update(w, g, memory, t) gives the new value of one tensor."""
    params, memories = parameters(), [{} for _ in SHAPES]
    state = {"t": 0}

    def step():
        state["t"] += 1
        grads = torch.autograd.grad(loss(flatten(params)), params)
        with torch.no_grad():
            for p, g, memory in zip(params, grads, memories):
                p.copy_(update(p.clone(), g, memory, state["t"]))

    return trajectory(rule, options, step, params)


def lion(rate, beta1=0.9, beta2=0.99, decoupled=0.0):
    """Chen et al. 2023, arXiv:2302.06675, algorithm 2."""
    def update(w, g, memory, t):
        m = memory.get("m", torch.zeros_like(g))
        c = beta1 * m + (1 - beta1) * g
        memory["m"] = beta2 * m + (1 - beta2) * g
        return w - rate * (torch.sign(c) + decoupled * w)
    return update


def lamb(rate, beta1=0.9, beta2=0.999, eps=1e-6, decay=0.0):
    """You et al. 2020, arXiv:1904.00962, algorithm 2, with phi(z) = z."""
    def update(w, g, memory, t):
        memory["m"] = beta1 * memory.get("m", torch.zeros_like(g)) + (1 - beta1) * g
        memory["v"] = beta2 * memory.get("v", torch.zeros_like(g)) + (1 - beta2) * g * g
        r = (memory["m"] / (1 - beta1 ** t)) / (torch.sqrt(memory["v"] / (1 - beta2 ** t)) + eps) + decay * w
        x, y = math.sqrt((w * w).sum()), math.sqrt((r * r).sum())
        return w - rate * (x / y if x > 0 and y > 0 else 1) * r
    return update


def rules():
    o = torch.optim
    betas = lambda a: dict(betas=(a.get("beta1", 0.9), a.get("beta2", 0.999)))
    table = {
        "sgd": (lambda p, a: o.SGD(p, a["rate"], weight_decay=a.get("decay", 0)),
                [dict(rate=0.1), dict(rate=0.05, decay=0.3), dict(rate=0.1, clip=0.75), dict(rate=0.04, decay=0.1, group_rate=2.5)]),
        "momentum": (lambda p, a: o.SGD(p, a["rate"], a["momentum"], a.get("dampening", 0), a.get("decay", 0)),
                     [dict(rate=0.05, momentum=0.9), dict(rate=0.1, momentum=0.5, decay=0.2), dict(rate=0.1, momentum=0.8, dampening=0.3), dict(rate=0.03, momentum=0.7, decay=0.1, group_rate=0.5)]),
        "nesterov": (lambda p, a: o.SGD(p, a["rate"], a["momentum"], nesterov=True, weight_decay=a.get("decay", 0)),
                     [dict(rate=0.05, momentum=0.9), dict(rate=0.1, momentum=0.5), dict(rate=0.08, momentum=0.7, decay=0.25)]),
        "adagrad": (lambda p, a: o.Adagrad(p, a["rate"], a.get("rate_decay", 0), a.get("decay", 0), a.get("first", 0), a.get("eps", 1e-10)),
                    [dict(rate=0.5), dict(rate=0.3, rate_decay=0.1, decay=0.1), dict(rate=1.0, first=0.5, eps=1e-3)]),
        "adadelta": (lambda p, a: o.Adadelta(p, a["rate"], a.get("rho", 0.9), a.get("eps", 1e-6), a.get("decay", 0)),
                     [dict(rate=1.0), dict(rate=0.5, rho=0.5, eps=1e-3), dict(rate=2.0, rho=0.95, eps=1e-2, decay=0.3)]),
        "rmsprop": (lambda p, a: o.RMSprop(p, a["rate"], a.get("alpha", 0.99), a.get("eps", 1e-8), a.get("decay", 0), a.get("momentum", 0), a.get("centered", False)),
                    [dict(rate=0.05), dict(rate=0.02, alpha=0.9, momentum=0.8), dict(rate=0.03, alpha=0.8, centered=True, eps=5e-2), dict(rate=0.02, alpha=0.7, centered=True, momentum=0.5, eps=1e-3, decay=0.1)]),
        "adam": (lambda p, a: o.Adam(p, a["rate"], eps=a.get("eps", 1e-8), weight_decay=a.get("decay", 0), **betas(a)),
                 [dict(rate=0.1), dict(rate=0.05, beta1=0.5, beta2=0.9, eps=1e-3), dict(rate=0.2, decay=0.3), dict(rate=0.1, beta1=0.8, decay=0.2, group_rate=3.0)]),
        "amsgrad": (lambda p, a: o.Adam(p, a["rate"], eps=a.get("eps", 1e-8), weight_decay=a.get("decay", 0), amsgrad=True, **betas(a)),
                    [dict(rate=0.1), dict(rate=0.3, beta1=0.5, beta2=0.6), dict(rate=0.2, decay=0.3, beta2=0.8, eps=1e-4)]),
        "adamw": (lambda p, a: o.AdamW(p, a["rate"], eps=a.get("eps", 1e-8), weight_decay=a["decoupled"], **betas(a)),
                  [dict(rate=0.1, decoupled=0.01), dict(rate=0.05, beta1=0.5, beta2=0.9, decoupled=0.5), dict(rate=0.2, decoupled=0.0, eps=1e-2)]),
        "adamax": (lambda p, a: o.Adamax(p, a["rate"], eps=a.get("eps", 1e-8), weight_decay=a.get("decay", 0), **betas(a)),
                   [dict(rate=0.1), dict(rate=0.05, beta1=0.5, beta2=0.7, eps=1e-2), dict(rate=0.2, decay=0.3)]),
        "radam": (lambda p, a: o.RAdam(p, a["rate"], eps=a.get("eps", 1e-8), weight_decay=a.get("decay", 0), **betas(a)),
                  [dict(rate=0.05), dict(rate=0.1, beta1=0.5, beta2=0.9), dict(rate=0.05, beta2=0.99, decay=0.2, eps=1e-4), dict(rate=0.05, beta2=0.6)]),
        # The loop of 1.13 multiplies the next product of momenta by the present one twice; its other form is as published.
        "nadam": (lambda p, a: o.NAdam(p, a["rate"], eps=a.get("eps", 1e-8), weight_decay=a.get("decay", 0), momentum_decay=a.get("momentum_decay", 0.004), foreach=True, **betas(a)),
                  [dict(rate=0.1), dict(rate=0.05, beta1=0.5, beta2=0.9, eps=1e-3), dict(rate=0.1, momentum_decay=0.5, decay=0.2)]),
        "rprop": (lambda p, a: o.Rprop(p, a["rate"], (a.get("minus", 0.5), a.get("plus", 1.2)), (a.get("least", 1e-6), a.get("most", 50))),
                  [dict(rate=0.01), dict(rate=0.1, minus=0.3, plus=1.5), dict(rate=0.05, least=0.02, most=0.06)]),
        "lbfgs": (lambda p, a: o.LBFGS(p, a["rate"], a["iterations"], history_size=a.get("history", 100), line_search_fn="strong_wolfe" if a["search"] else None),
                  [dict(rate=0.2, iterations=1, search=False), dict(rate=0.1, iterations=4, history=3, search=False), dict(rate=0.5, iterations=2, history=2, search=False),
                   dict(rate=1.0, iterations=1, search=True), dict(rate=0.5, iterations=2, history=2, search=True), dict(rate=4.0, iterations=3, search=True)]),
    }
    lines = [by_torch(rule, a, lambda p, make=make, a=a: make(p, a)) for rule, (make, options) in table.items() for a in options]
    for a in [dict(rate=0.02), dict(rate=0.05, beta1=0.5, beta2=0.8), dict(rate=0.03, decoupled=0.4)]:
        lines.append(by_paper("lion", a, lion(**a)))
    for a in [dict(rate=0.05), dict(rate=0.1, beta1=0.5, beta2=0.9, eps=1e-3), dict(rate=0.02, decay=0.5)]:
        lines.append(by_paper("lamb", a, lamb(**a)))
    return lines


def schedules():
    s, lines = torch.optim.lr_scheduler, []

    def rates(make, metrics=None, rate=1.0):
        w = torch.zeros(1, requires_grad=True)
        optimizer = torch.optim.SGD([w], rate)
        schedule, out = make(optimizer), []
        for k in range(100):
            out.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if metrics is None:
                schedule.step()
            else:
                schedule.step(metrics[k])
        return out

    def add(notation, make, metrics=None):
        lines.append(dict(schedule=notation, factors=rates(make, metrics), **({} if metrics is None else {"metrics": metrics})))

    def by_formula(notation, f):
        lines.append({"schedule": notation, "factors": [f(k) for k in range(100)]})

    add("constant 0.25", lambda o: s.ConstantLR(o, 0.25, 1000))
    add("step 10 0.5", lambda o: s.StepLR(o, 10, 0.5))
    add("step 33 0.1", lambda o: s.StepLR(o, 33, 0.1))
    add("step 1 0.97", lambda o: s.StepLR(o, 1, 0.97))
    add("exponential 0.9", lambda o: s.ExponentialLR(o, 0.9))
    add("exponential 0.995", lambda o: s.ExponentialLR(o, 0.995))
    add("exponential 1.01", lambda o: s.ExponentialLR(o, 1.01))
    add("linear 0.1 1 20", lambda o: s.LinearLR(o, 0.1, 1, 20))
    add("linear 1 0.2 70", lambda o: s.LinearLR(o, 1, 0.2, 70))
    add("linear 0.5 0.75 1", lambda o: s.LinearLR(o, 0.5, 0.75, 1))
    add("polynomial", lambda o: s.PolynomialLR(o, 100, 1))
    add("polynomial 2", lambda o: s.PolynomialLR(o, 100, 2))
    add("polynomial 0.5", lambda o: s.PolynomialLR(o, 100, 0.5))
    by_formula("polynomial 3 floor=0.1", lambda k: 0.1 + 0.9 * (1 - k / 100) ** 3)
    add("cosine", lambda o: s.CosineAnnealingLR(o, 100))
    add("cosine floor=0.1", lambda o: s.CosineAnnealingLR(o, 100, 0.1))
    add("cosine floor=0.5", lambda o: s.CosineAnnealingLR(o, 100, 0.5))
    add("restarts 10", lambda o: s.CosineAnnealingWarmRestarts(o, 10))
    add("restarts 7 times=2", lambda o: s.CosineAnnealingWarmRestarts(o, 7, 2))
    add("restarts 3 times=3 floor=0.2", lambda o: s.CosineAnnealingWarmRestarts(o, 3, 3, 0.2))
    # PyTorch turns at pct_start * 101 - 1 of 100 steps, Kubik at a share of them.
    cycle = dict(total_steps=101, max_lr=1.0, cycle_momentum=False)
    at = lambda x: (x * 100 + 1) / 101
    add("one-cycle", lambda o: s.OneCycleLR(o, pct_start=at(0.3), **cycle))
    add("one-cycle 0.2 start=0.1 end=0.01", lambda o: s.OneCycleLR(o, pct_start=at(0.2), div_factor=10, final_div_factor=100, **cycle))
    add("one-cycle 0.45 linear=true", lambda o: s.OneCycleLR(o, pct_start=at(0.45), anneal_strategy="linear", **cycle))
    add("one-cycle 0.4 phases=3", lambda o: s.OneCycleLR(o, pct_start=at(0.4), three_phase=True, **cycle))
    by_formula("warmup 1", lambda k: 1.0)
    by_formula("warmup 10", lambda k: min(1, (k + 1) / 10))
    by_formula("warmup 64", lambda k: min(1, (k + 1) / 64))
    by_formula("inverse-sqrt 10", lambda k: min((k + 1) ** -0.5, (k + 1) * 10 ** -1.5) * math.sqrt(10))
    by_formula("inverse-sqrt 1", lambda k: (k + 1) ** -0.5)
    by_formula("inverse-sqrt 50", lambda k: min((k + 1) ** -0.5, (k + 1) * 50 ** -1.5) * math.sqrt(50))
    add("linear 0.1 1 10 | exponential 0.9", lambda o: s.ChainedScheduler([s.LinearLR(o, 0.1, 1, 10), s.ExponentialLR(o, 0.9)]))
    add("step 20 0.5 | exponential 0.99", lambda o: s.ChainedScheduler([s.StepLR(o, 20, 0.5), s.ExponentialLR(o, 0.99)]))
    add("linear 0.5 1 5 | step 30 0.3 | exponential 0.98", lambda o: s.ChainedScheduler([s.LinearLR(o, 0.5, 1, 5), s.StepLR(o, 30, 0.3), s.ExponentialLR(o, 0.98)]))
    add("linear 0.25 1 20 until 20 then exponential 0.9", lambda o: s.SequentialLR(o, [s.LinearLR(o, 0.25, 1, 20), s.ExponentialLR(o, 0.9)], [20]))
    add("linear 1 0.5 10 until 30 then step 15 0.1 until 70 then exponential 0.8", lambda o: s.SequentialLR(o, [s.LinearLR(o, 1, 0.5, 10), s.StepLR(o, 15, 0.1), s.ExponentialLR(o, 0.8)], [30, 70]))
    add("exponential 0.95 until 50 then restarts 25", lambda o: s.SequentialLR(o, [s.ExponentialLR(o, 0.95), s.CosineAnnealingWarmRestarts(o, 25)], [50]))
    metrics = [2 / (1 + k / 8) + 0.3 * math.sin(k * 1.7) ** 2 if k < 60 else 0.25 for k in range(100)]
    add("plateau", lambda o: s.ReduceLROnPlateau(o, eps=0), metrics)
    add("plateau factor=0.5 patience=2", lambda o: s.ReduceLROnPlateau(o, factor=0.5, patience=2, eps=0), metrics)
    add("plateau factor=0.3 patience=1 threshold=0.05 cooldown=4 floor=0.01", lambda o: s.ReduceLROnPlateau(o, factor=0.3, patience=1, threshold=0.05, cooldown=4, min_lr=0.01, eps=0), metrics)
    add("plateau factor=0.7 patience=0 cooldown=1", lambda o: s.ReduceLROnPlateau(o, factor=0.7, patience=0, cooldown=1, eps=0), [3 - k / 50 for k in range(50)] + [2 + k / 50 for k in range(50)])
    return lines


def perceptron():
    """Rosenblatt 1958: for one sample after the other, w += rate (t - step(w x + b)) x and b += rate (t - step)."""
    def line(rate, w, b, xs, ts):
        start, path = {"w": [list(r) for r in w], "b": list(b)}, []
        for _ in range(10):
            for x, t in zip(xs, ts):
                z = [sum(x[i] * w[i][j] for i in range(len(x))) + b[j] for j in range(len(b))]
                for j in range(len(b)):
                    error = t[j] - (1 if z[j] > 0 else 0)
                    for i in range(len(x)):
                        w[i][j] += rate * error * x[i]
                    b[j] += rate * error
            path.append({"w": [list(r) for r in w], "b": list(b)})
        return {"rate": rate, "start": start, "x": xs, "t": ts, "path": path}

    corners = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    return [
        line(1.0, [[0.0], [0.0]], [0.0], corners, [[0], [0], [0], [1]]),
        line(0.25, [[0.5, -1.0], [1.5, 0.25]], [-0.5, 0.75], corners, [[0, 1], [1, 1], [1, 1], [1, 0]]),
        line(0.5, [[0.1], [0.2], [-0.3]], [0.0], [[1.0, -2.0, 0.5], [-1.0, 0.25, 2.0], [0.75, 1.0, -1.5], [-0.5, -0.5, 0.25], [2.0, 1.0, 1.0]], [[1], [0], [1], [0], [1]]),
    ]


if __name__ == "__main__":
    write("rules.jsonl", rules())
    write("schedules.jsonl", schedules())
    write("perceptron.jsonl", perceptron())
