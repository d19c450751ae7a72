"""Makes the golden explanations: one step of an LSTM, one attention head with a causal mask, one batch norm, one residual
block, a convolution with pooling and softmax at a temperature, computed by PyTorch in float64 from its own pieces (matmul, sigmoid, tanh, softmax), so that every value between has a
name, and its gradients by autograd.

Usage: /usr/bin/python3 make_explain.py   (needs python3-torch; writes explain/*.json beside this script)
"""
import json, math, os
import torch

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(7)

def draw(*shape): return (torch.randn(*shape) * 2).round() / 4  # numbers that float32 holds exactly

def save(name, net, x, t, parameters, values, loss):
    """values: name in the explanation -> tensor; gradients are asked for all of them and for the parameters."""
    for v in values.values(): v.retain_grad()
    loss.backward()
    flat = lambda v: {"shape": list(v.shape), "values": v.detach().flatten().tolist()}
    gradient = lambda v: None if v.grad is None else flat(v.grad)
    with open(os.path.join(HERE, "explain", name + ".json"), "w") as f:
        json.dump({
            "net": net, "input": flat(x), "target": flat(t), "loss": loss.item(),
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

for make in [lstm, attention, batchnorm, residual, convolution]: make()
