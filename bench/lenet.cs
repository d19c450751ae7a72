#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// One eager training step of LeNet-5, batch 64, Adam: the same net, batch and optimiser as bench/lenet.py in PyTorch.
// Prints the median and the least milliseconds. Run it:  dotnet run -c Release bench/lenet.cs

using System.Diagnostics;
using Kubik;
using Kubik.Kernels;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;

Sequential net = KnownNets.Parse("lenet", 10);
Tensor x = RandomSource.Default.NextStream().Normal([64, 1, 28, 28]);
Tensor y = (RandomSource.Default.NextStream().Uniform([64]) * 10).Cast(DType.Int64);
CrossEntropy loss = new();
Adam optimizer = new(0.001);

List<double> times = [];
for (int step = 0; step < 1200; step++)
{
    long start = Stopwatch.GetTimestamp();
    optimizer.Step(loss.Of(net.Forward(x), y), net);
    if (step >= 400) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds); // the JIT is done with it by then
}
times.Sort();
Console.WriteLine($"Kubik   threads {Workers.Count}  median {times[times.Count / 2]:F3} ms  min {times[0]:F3} ms  steps {times.Count}");
