"""Makes the golden training steps: a perceptron and LeNet-5 in PyTorch, float64.

Each file holds the first weights, one batch, every gradient at step 0 (as float32) and, in its metadata, the losses of
ten steps with momentum and with Adam on that batch. Weights are stored as Kubik has them: (in, out) for linear layers.

Usage: /usr/bin/python3 make_steps.py   (needs python3-torch; writes steps/*.safetensors beside this script)
"""
import copy, json, os, struct
import torch, torch.nn as nn, torch.nn.functional as F

torch.set_default_dtype(torch.float64)
HERE = os.path.dirname(os.path.abspath(__file__))

def save(path, tensors, metadata):
    """The safetensors format: header length, JSON header, bytes (https://github.com/huggingface/safetensors)."""
    header, blobs, at = {"__metadata__": metadata}, [], 0
    for name, t in tensors.items():
        kind, t = ("I64", t.contiguous()) if t.dtype == torch.int64 else ("F32", t.detach().to(torch.float32).contiguous())
        blob = t.numpy().tobytes()
        header[name] = {"dtype": kind, "shape": list(t.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob); at += len(blob)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f: f.write(struct.pack("<Q", len(text)) + text + b"".join(blobs))

def ours(name, net, value):
    """Kubik's layout: a linear layer's weight is (in, out)."""
    layer = net[int(name.split(".")[0])]
    return value.T if isinstance(layer, nn.Linear) and name.endswith("weight") else value

def path(name, net):
    """Kubik's path: a batch norm's weight and bias are gamma and beta."""
    at, field = name.split(".")
    return f"{at}.{dict(weight='gamma', bias='beta')[field]}" if isinstance(net[int(at)], (nn.BatchNorm1d, nn.BatchNorm2d)) else name

def golden(file, notation, net, x, y, loss):
    with torch.no_grad():
        for p in net.parameters(): p.copy_(p.to(torch.float32).to(torch.float64)) # exact in float32
    x = x.to(torch.float32).to(torch.float64)
    tensors = {"x": x, "y": y}
    for name, p in net.named_parameters(): tensors["weight/" + path(name, net)] = ours(name, net, p)
    loss(net(x), y).backward()
    for name, p in net.named_parameters(): tensors["gradient/" + path(name, net)] = ours(name, net, p.grad)
    metadata = {"net": notation, "torch": torch.__version__}
    for label, make in (("momentum", lambda p: torch.optim.SGD(p, 0.01, momentum=0.9)), ("adam", lambda p: torch.optim.Adam(p, 1e-3))):
        copied = copy.deepcopy(net); opt = make(copied.parameters()); losses = []
        for _ in range(10):
            opt.zero_grad(); l = loss(copied(x), y); l.backward(); opt.step(); losses.append(repr(l.item()))
        metadata[label] = " ".join(losses)
    save(os.path.join(HERE, "steps", file), tensors, metadata)

torch.manual_seed(1)
golden("mlp.safetensors", "linear 30 | tanh | linear 20 | sigmoid | linear 10 | relu | linear 1",
    nn.Sequential(nn.Linear(12, 30), nn.Tanh(), nn.Linear(30, 20), nn.Sigmoid(), nn.Linear(20, 10), nn.ReLU(), nn.Linear(10, 1)),
    torch.randn(8, 12), torch.randn(8, 1).to(torch.float32).to(torch.float64), F.mse_loss)
golden("lenet.safetensors", "conv 6 5x5 pad=2 | relu | maxpool 2 | conv 16 5x5 | relu | maxpool 2 | flatten | linear 120 | relu | linear 84 | relu | linear 10",
    nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    torch.randn(4, 1, 28, 28), torch.tensor([3, 1, 4, 1]), F.cross_entropy)
golden("batchnorm.safetensors", "conv 4 3x3 pad=1 | batchnorm | relu | avgpool 2 | flatten | linear 5 | batchnorm | tanh | linear 3",
    nn.Sequential(nn.Conv2d(2, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(36, 5), nn.BatchNorm1d(5), nn.Tanh(), nn.Linear(5, 3)),
    torch.randn(6, 2, 6, 6), torch.tensor([0, 1, 2, 2, 1, 0]), F.cross_entropy)
