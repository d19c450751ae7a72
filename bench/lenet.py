"""One training step of LeNet-5, batch 64, Adam, in PyTorch: the other side of bench/lenet.cs.

Usage: OMP_NUM_THREADS=2 /usr/bin/python3 bench/lenet.py   (python3-torch, libopenblas0-openmp)
"""
import statistics, time
import torch, torch.nn as nn, torch.nn.functional as F

torch.manual_seed(0)
net = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
x, y = torch.randn(64, 1, 28, 28), torch.randint(0, 10, (64,))
optimizer = torch.optim.Adam(net.parameters(), 1e-3)

def step():
    optimizer.zero_grad(); F.cross_entropy(net(x), y).backward(); optimizer.step()

for _ in range(50): step()
times = []
for _ in range(800):
    t = time.perf_counter(); step(); times.append((time.perf_counter() - t) * 1e3)
print(f"PyTorch threads {torch.get_num_threads()}  median {statistics.median(times):.3f} ms  min {min(times):.3f} ms  steps {len(times)}")
