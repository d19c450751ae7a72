#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// Does memory look after itself? Ten thousand eager training steps of LeNet-5, batch 64, without `using` or GC.Collect:
// prints the process's peak after every thousand. Run it:  dotnet run -c Release bench/memory.cs [-- STEPS]

using System.Diagnostics;
using Kubik;
using Kubik.Models;
using Kubik.Nn;
using Kubik.Optim;

const long Most = 400L << 20;
int steps = args.Length > 0 ? int.Parse(args[0]) : 10_000;
Sequential net = KnownNets.Parse("lenet", 10);
Tensor x = RandomSource.Default.NextStream().Normal([64, 1, 28, 28]);
Tensor y = Tensor.Range(0, 64, dtype: DType.Int64) - Tensor.Range(0, 64, dtype: DType.Int64) / 10 * 10;
CrossEntropy loss = new();
Adam optimizer = new(0.001);

Stopwatch clock = Stopwatch.StartNew();
long peak = 0;
for (int step = 1; step <= steps; step++)
{
    optimizer.Step(loss.Of(net.Forward(x), y), net);
    if (step % 1000 != 0 && step != steps) continue;
    using Process process = Process.GetCurrentProcess();
    peak = process.PeakWorkingSet64;
    Console.WriteLine($"{step,6} steps  {clock.Elapsed.TotalMilliseconds / step,6:F2} ms a step  peak {peak >> 20} MB");
}
Console.WriteLine(peak < Most ? $"flat: the peak of {peak >> 20} MB is under {Most >> 20} MB" : $"the peak of {peak >> 20} MB is above {Most >> 20} MB");
return peak < Most ? 0 : 1;
