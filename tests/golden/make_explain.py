"""Makes the golden explanations: one step of an LSTM, one attention head with a causal mask, one batch norm, one residual
block, a convolution with pooling and softmax at a temperature, computed by PyTorch in float64 from its own pieces (matmul, sigmoid,
tanh, softmax), so that every value between has a name, and its gradients by autograd. And, compared at their ends, a GRU, an embedding
with attention, a transformer block, group and instance norm, a transposed convolution, PReLU, adaptive pooling, losses, and two steps
of optimisers by torch.optim. At the end an attention head with rotary positions, number by number again.

Usage: /usr/bin/python3 make_explain.py   (needs python3-torch; writes explain/*.json beside this script)
"""
import json, math, os
import torch

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(7)

def draw(*shape): return (torch.randn(*shape) * 2).round() / 4  # numbers that float32 holds exactly

def save(name, net, x, t, parameters, values, loss, **more):
    """values: name in the explanation -> tensor; gradients are asked for all of them and for the parameters."""
    for v in values.values(): v.retain_grad()
    loss.backward()
    flat = lambda v: {"shape": list(v.shape), "values": v.detach().flatten().tolist()}
    gradient = lambda v: None if v.grad is None else flat(v.grad)
    with open(os.path.join(HERE, "explain", name + ".json"), "w") as f:
        json.dump({
            "net": net, "input": flat(x), "target": flat(t), "loss": loss.item(), **more,
            "parameters": {k: flat(v) for k, v in parameters.items()},
            "parameterGradients": {k: gradient(v) for k, v in parameters.items()},
            "values": {k: flat(v) for k, v in values.items()},
            "gradients": {k: gradient(v) for k, v in values.items()},
            "inputGradient": gradient(x)}, f, indent=1)
        f.write("\n")

def leaf(v): return v.requires_grad_()

def lstm():
    n, x, t = 2, leaf(draw(1, 2, 3)), draw(1, 2)
    W, b, U = leaf(draw(3, 4 * n)), leaf(draw(4 * n)), leaf(draw(n, 4 * n))
    h, c, values = torch.zeros(1, n), torch.zeros(1, n), {}
    for step, mark in enumerate(["₁", "₂"]):
        z = x[:, step] @ W + b + h @ U
        i, f, g, o = torch.sigmoid(z[:, :n]), torch.sigmoid(z[:, n:2 * n]), torch.tanh(z[:, 2 * n:3 * n]), torch.sigmoid(z[:, 3 * n:])
        c = f * c + i * g
        h = o * torch.tanh(c)
        values |= {"z" + mark: z, "i" + mark: i, "f" + mark: f, "g" + mark: g, "o" + mark: o, "c" + mark: c, "h" + mark: h}
    save("lstm", "lstm 2 last=true", x, t, {"0.cells.0.inputWeight": W, "0.cells.0.bias": b, "0.cells.0.stateWeight": U}, values, ((h - t) ** 2).mean())

def attention():
    n, x, t = 3, leaf(draw(1, 3, 3)), draw(1, 3, 3)
    p = {f"0.{part}.{leafname}": leaf(draw(*shape)) for part in ["query", "key", "value", "output"] for leafname, shape in [("weight", (n, n)), ("bias", (n,))]}
    of = lambda v, part: v @ p[f"0.{part}.weight"] + p[f"0.{part}.bias"]
    Q, K, V = of(x, "query"), of(x, "key"), of(x, "value")
    S = Q @ K.transpose(1, 2) / math.sqrt(n)
    A = torch.softmax(S.masked_fill(torch.ones(3, 3).triu(1).bool(), -math.inf), -1)
    y = of(A @ V, "output")
    save("attention", "attention 1 causal=true", x, t, p, {"Q": Q, "K": K, "V": V, "S": S, "A": A, "y": y}, ((y - t) ** 2).mean())

def rotary():
    n, x, t = 4, leaf(draw(1, 3, 4)), draw(1, 3, 4)
    p = {f"0.{part}.{leafname}": leaf(draw(*shape)) for part in ["query", "key", "value", "output"] for leafname, shape in [("weight", (n, n)), ("bias", (n,))]}
    of = lambda v, part: v @ p[f"0.{part}.weight"] + p[f"0.{part}.bias"]
    angles = torch.arange(3.0)[:, None] * 10000 ** (-2 * torch.arange(2.0) / n)  # Su et al. 2021, equation 34; pairs are i and i + n/2
    turn = lambda v: torch.cat([v[..., :2] * angles.cos() - v[..., 2:] * angles.sin(), v[..., 2:] * angles.cos() + v[..., :2] * angles.sin()], -1)
    Q, K, V = turn(of(x, "query")), turn(of(x, "key")), of(x, "value")
    S = Q @ K.transpose(1, 2) / math.sqrt(n)
    A = torch.softmax(S, -1)
    y = of(A @ V, "output")
    save("rotary", "attention 1 rotary=true", x, t, p, {"Q": Q, "K": K, "V": V, "S": S, "A": A, "y": y}, ((y - t) ** 2).mean())

def batchnorm():
    x, t = leaf(draw(4, 3)), draw(4, 3)
    gamma, beta = leaf(draw(3)), leaf(draw(3))
    mean = x.mean(0)
    variance = x.var(0, unbiased=False)
    normal = (x - mean) / torch.sqrt(variance + 1e-5)
    y = normal * gamma + beta
    save("batchnorm", "batchnorm", x, t, {"0.gamma": gamma, "0.beta": beta}, {"μ": mean, "σ²": variance, "x̂": normal, "y": y}, ((y - t) ** 2).mean())

def residual():
    x, t = leaf(draw(2, 3)), draw(2, 3)
    W1, b1, W2, b2 = leaf(draw(3, 4)), leaf(draw(4)), leaf(draw(4, 3)), leaf(draw(3))
    h1 = x @ W1 + b1
    h2 = torch.relu(h1)
    h3 = h2 @ W2 + b2
    h4 = x + h3
    y = torch.tanh(h4)
    save("residual", "residual(linear 4 | relu | linear 3) | tanh", x, t, {"0.body.0.weight": W1, "0.body.0.bias": b1, "0.body.2.weight": W2, "0.body.2.bias": b2}, {"z₁": h1, "h₁": h2, "h₂": h3, "z₂": h4, "y": y}, ((y - t) ** 2).mean())

def convolution():
    x, t = leaf(draw(2, 2, 6, 6)), draw(2, 3)
    K, b1, W, b2 = leaf(draw(3, 2, 3, 3)), leaf(draw(3)), leaf(draw(12, 3)), leaf(draw(3))
    h1 = torch.nn.functional.conv2d(x, K) + b1[:, None, None]
    h2 = torch.relu(h1)
    h3 = torch.nn.functional.max_pool2d(h2, 2)
    h4 = h3.reshape(2, 12)
    h5 = h4 @ W + b2
    y = torch.softmax(h5 / 2, 1)
    save("convolution", "conv 3 3x3 | relu | maxpool 2 | flatten | linear 3 | softmax temperature=2", x, t, {"0.weight": K, "0.bias": b1, "4.weight": W, "4.bias": b2}, {"z₁": h1, "h₁": h2, "h₂": h3, "h₃": h4, "z₂": h5, "y": y}, ((y - t) ** 2).mean())

F = torch.nn.functional

def mse(y, t): return ((y - t) ** 2).mean()

def attend(q, k, v, causal=False):
    S = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if causal: S = S.masked_fill(torch.ones(S.shape[-2:]).triu(1).bool(), -math.inf)
    return torch.softmax(S, -1) @ v

def gru():
    n, x, t = 2, leaf(draw(1, 2, 3)), draw(1, 2, 2)
    W, b, U, d = leaf(draw(3, 3 * n)), leaf(draw(3 * n)), leaf(draw(n, 3 * n)), leaf(draw(n))
    h, all, values = torch.zeros(1, n), [], {}
    for step, mark in enumerate(["₁", "₂"]):
        z = x[:, step] @ W + b
        r = torch.sigmoid(z[:, :n] + h @ U[:, :n])
        u = torch.sigmoid(z[:, n:2 * n] + h @ U[:, n:2 * n])
        old = h @ U[:, 2 * n:] + d
        new = torch.tanh(z[:, 2 * n:] + r * old)
        h = (1 - u) * new + u * h
        all.append(h)
        values |= {"r" + mark: r, "z" + mark: u, "u" + mark: old, "n" + mark: new, "h" + mark: h}
    y = torch.stack(all, 1)
    save("gru", "gru 2", x, t, {"0.cells.0.inputWeight": W, "0.cells.0.bias": b, "0.cells.0.stateWeight": U, "0.cells.0.stateBias": d}, values | {"y": y}, mse(y, t))

def groupnorm():
    x, t, gamma, beta = leaf(draw(2, 4, 3)), draw(2, 4, 3), leaf(draw(4)), leaf(draw(4))
    y = F.group_norm(x, 2, gamma, beta)
    save("groupnorm", "groupnorm 2", x, t, {"0.gamma": gamma, "0.beta": beta}, {"y": y}, mse(y, t))

def instancenorm():
    x, t, gamma, beta = leaf(draw(2, 3, 4)), draw(2, 3, 4), leaf(draw(3)), leaf(draw(3))
    y = F.instance_norm(x, weight=gamma, bias=beta)
    save("instancenorm", "instancenorm", x, t, {"0.gamma": gamma, "0.beta": beta}, {"y": y}, mse(y, t))

def transposed():
    x, t, K, b = leaf(draw(1, 2, 2, 3)), draw(1, 3, 4, 6), leaf(draw(2, 3, 2, 2)), leaf(draw(3))
    y = F.conv_transpose2d(x, K, b, stride=2)
    save("convtranspose", "convtranspose 3 2x2 stride=2", x, t, {"0.weight": K, "0.bias": b}, {"y": y}, mse(y, t))

def words():
    n, x, t, E = 2, torch.tensor([[3, 0, 3]]), draw(1, 3, 2), leaf(draw(5, 2))
    p = {f"1.{part}.{leafname}": leaf(draw(*shape)) for part in ["query", "key", "value", "output"] for leafname, shape in [("weight", (n, n)), ("bias", (n,))]}
    of = lambda v, part: v @ p[f"1.{part}.weight"] + p[f"1.{part}.bias"]
    e = E[x]
    y = of(attend(of(e, "query"), of(e, "key"), of(e, "value"), causal=True), "output")
    save("words", "embedding 5 2 | attention 1 causal=true", x, t, {"0.weight": E} | p, {"h₁": e, "y": y}, mse(y, t))

def prelu():
    x, t, W, b, a = leaf(draw(2, 3)), draw(2, 2), leaf(draw(3, 2)), leaf(draw(2)), leaf(draw(2))
    z = x @ W + b
    y = F.prelu(z, a)
    save("prelu", "linear 2 | prelu", x, t, {"0.weight": W, "0.bias": b, "1.slope": a}, {"h₁": z, "y": y}, mse(y, t))

def adaptive():
    x, t = leaf(draw(1, 2, 5, 7)), draw(1, 2, 2, 3)
    h = F.adaptive_avg_pool2d(x, (4, 5))
    y = F.adaptive_max_pool2d(h, (2, 3))
    save("adaptive", "adaptiveavgpool 4x5 | adaptivemaxpool 2x3", x, t, {}, {"y": y}, mse(y, t))

def transformer():
    n, x, t = 4, leaf(draw(1, 3, 4)), draw(1, 3, 4)
    sizes = {f"attention.{part}": (n, n) for part in ["query", "key", "value", "output"]} | {"perceptron.expand": (n, 6), "perceptron.contract": (6, n)}
    p = {f"0.{part}.{leafname}": leaf(draw(*shape)) for part, size in sizes.items() for leafname, shape in [("weight", size), ("bias", size[1:])]}
    p |= {f"0.norm{k}.{letter}": leaf(draw(n)) for k in [1, 2] for letter in ["gamma", "beta"]}
    of = lambda v, part: v @ p[f"0.{part}.weight"] + p[f"0.{part}.bias"]
    norm = lambda v, k: F.layer_norm(v, (n,), p[f"0.norm{k}.gamma"], p[f"0.norm{k}.beta"])
    heads = lambda v: v.reshape(1, 3, 2, 2).transpose(1, 2)
    a = norm(x, 1)
    mixed = attend(*[heads(of(a, "attention." + part)) for part in ["query", "key", "value"]])
    h = x + of(mixed.transpose(1, 2).reshape(1, 3, 4), "attention.output")
    y = h + of(torch.relu(of(norm(h, 2), "perceptron.expand")), "perceptron.contract")
    save("transformer", "transformer 2 6", x, t, p, {"y": y}, mse(y, t))

def trained(name, net, loss, of, t, optimizer, rate, make):
    """Two steps of an optimiser: linear 3 -> tanh -> linear 3, and what the loss makes of it."""
    x = leaf(draw(2, 2))
    p = {"0.weight": leaf(draw(2, 3)), "0.bias": leaf(draw(3)), "2.weight": leaf(draw(3, 3)), "2.bias": leaf(draw(3))}
    start = {k: v.detach().clone() for k, v in p.items()}
    def forward():
        z = x @ p["0.weight"] + p["0.bias"]
        return z, torch.tanh(z) @ p["2.weight"] + p["2.bias"]
    rule, after = make(list(p.values())), []
    for _ in range(2):
        rule.zero_grad()
        of(forward()[1], t).backward()
        rule.step()
        after.append({k: {"shape": list(v.shape), "values": v.detach().flatten().tolist()} for k, v in p.items()})
    with torch.no_grad():
        for k, v in p.items(): v.copy_(start[k])
    for v in [x, *p.values()]: v.grad = None
    z, y = forward()
    save(name, net, x, t, p, {"z₁": z, "y": y} if "softmax" not in net else {"z₁": z}, of(y, t), criterion=loss, optimizer=optimizer, rate=rate, updated=after)

def losses():
    net = "linear 3 | tanh | linear 3"
    number, label = draw(2, 3), torch.tensor([2, 0])
    share = torch.tensor([[0.25, 0.5, 0.25], [0.125, 0.125, 0.75]])
    trained("huber", net, "huber delta=0.5", lambda y, t: F.huber_loss(y, t, delta=0.5), number, "adamw decay=0.1", 0.125, lambda p: torch.optim.AdamW(p, 0.125, weight_decay=0.1))
    trained("smoothing", net, "cross-entropy smoothing=0.25", lambda y, t: F.cross_entropy(y, t, label_smoothing=0.25), label, "rmsprop momentum=0.5", 0.125, lambda p: torch.optim.RMSprop(p, 0.125, momentum=0.5))
    trained("kl", net + " | logsoftmax", "kl", lambda y, t: F.kl_div(F.log_softmax(y, 1), t, reduction="batchmean"), share, "nesterov momentum=0.5", 0.125, lambda p: torch.optim.SGD(p, 0.125, momentum=0.5, nesterov=True))

for make in [lstm, attention, batchnorm, residual, convolution, gru, groupnorm, instancenorm, transposed, words, prelu, adaptive, transformer, losses, rotary]: make()
