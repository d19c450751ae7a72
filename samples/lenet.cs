#:project ../src/Kubik/Kubik.csproj
#:property PublishAot=false
// LeNet-5 written as a module of one's own, trained on the handwritten digits of MNIST, saved, loaded, and used.
// Run it:  dotnet run -c Release samples/lenet.cs [-- EPOCHS]

using Kubik;
using Kubik.Data;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

int epochs = args.Length > 0 ? int.Parse(args[0]) : 2;
RandomSource.Default = new RandomSource(seed: 1);
(Dataset train, Dataset test) = Datasets.Load("mnist");
LeNet net = new();

TrainResult result = Trainer.Fit(
    net, new CrossEntropy(), new Adam(0.002) { Schedule = Schedule.Cosine }, train,
    new TrainerOptions { Epochs = epochs, BatchSize = 64, Seed = 1, Test = test }, new ConsoleProgress());
foreach ((string path, Parameter p) in net.Parameters()) Console.WriteLine($"{path,-16} {p.Spec}");

string file = Path.Combine(Path.GetTempPath(), $"kubik-lenet-{Environment.ProcessId}.safetensors");
net.Save(file);
LeNet loaded = new();
loaded.Build([1, 1, 28, 28]);
loaded.Load(file);
File.Delete(file);

Batch some = test.Read(0, 1, 2, 3, 4, 5, 6, 7);
Console.WriteLine($"read as  {string.Join(' ', loaded.Forward(some.Input).ArgMax().ToArray<long>())}");
Console.WriteLine($"they are {string.Join(' ', some.Target.ToArray<long>())}");
double accuracy = result.History[^1].TestAccuracy!.Value;
Console.WriteLine($"{accuracy:P2} of the test pictures after {result.Seconds:F1} s");
return accuracy > 0.97 ? 0 : 1;

/// <summary>LeCun, Bottou, Bengio, Haffner (1998), with ReLU and max pooling. Fields are found by themselves: nothing is registered.</summary>
internal sealed class LeNet : Module
{
    private readonly Conv edges = new(6, kernel: 5, pad: 2), shapes = new(16, kernel: 5);
    private readonly MaxPool pool = new(2);
    private readonly Linear hidden1 = new(120), hidden2 = new(84), output = new(10);

    protected override Tensor Compute(Tensor x)
    {
        x = pool.Forward(edges.Forward(x).Relu());   // (B, 6, 14, 14)
        x = pool.Forward(shapes.Forward(x).Relu());  // (B, 16, 5, 5)
        x = hidden1.Forward(x.Flatten()).Relu();     // (B, 120)
        return output.Forward(hidden2.Forward(x).Relu()); // (B, 10)
    }
}
