// A program of a user's, published trimmed: its own module types are trained, saved, loaded and used. Exit code 0 says
// that nothing was trimmed that should not have been.

using Kubik.Autograd;
using Kubik.Data;
using Kubik.Nn;
using Kubik.Optim;
using Kubik.Training;

namespace Kubik.Trimmed;

internal abstract class WithHidden : Module
{
    private readonly Linear hidden = new(8);

    protected Tensor Hidden(Tensor x) => this.hidden.Forward(x).Tanh();
}

internal sealed class Net : WithHidden
{
    private readonly List<Module> heads = [new Linear(8), new Relu()];

    public Linear Output { get; } = new(2);

    protected override Tensor Compute(Tensor x)
    {
        x = this.Hidden(x);
        foreach (Module head in this.heads) x = head.Forward(x);
        return this.Output.Forward(x);
    }
}

internal static class Program
{
    private static int Main()
    {
        float[,] points = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };
        Net net = new();
        Trainer.Fit(net, new CrossEntropy(), new Adam(0.05), new TensorDataset(points, [0, 1, 1, 0]), new TrainerOptions { Epochs = 300 });
        string paths = string.Join(' ', net.Parameters().Select(p => p.Path));
        Console.WriteLine(paths);

        string file = Path.Combine(Path.GetTempPath(), $"kubik-trimmed-{Environment.ProcessId}.safetensors");
        net.Save(file);
        Net loaded = new();
        loaded.Build([1, 2]);
        loaded.Load(file);
        File.Delete(file);

        Tensor x = Tensor.From(points);
        long[] read = loaded.Forward(x).ArgMax().ToArray<long>();
        Console.WriteLine(string.Join(' ', read));
        Tensor t = x.Track();
        Console.WriteLine(Gradient.Of((t * t).Sum(), t).Shape);
        bool right = read is [0, 1, 1, 0]
            && paths == "hidden.weight hidden.bias heads.0.weight heads.0.bias output.weight output.bias";
        Console.WriteLine(right ? "trimmed: everything is there" : "trimmed: something is missing");
        return right ? 0 : 1;
    }
}
