namespace Kubik.Optim;

/// <summary>What the learning rate is multiplied by, from the number of the step and from how much of the training is done (0 to 1).</summary>
/// <param name="Name">What it is called in files.</param>
/// <param name="At">The factor for a step (from 1) and a progress.</param>
public sealed record Schedule(string Name, Func<long, double, double> At)
{
    /// <summary>The learning rate stays as it is.</summary>
    public static Schedule Constant { get; } = new("constant", (_, _) => 1);

    /// <summary>Half a cosine from 1 at the beginning down to 0 at the end (Loshchilov and Hutter 2017, arXiv:1608.03983, eq. 5, without restarts).</summary>
    public static Schedule Cosine { get; } = new("cosine", (_, progress) => (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1))) / 2);

    /// <summary>A factor at every so many steps.</summary>
    public static Schedule Every(int steps, double factor) => new($"every {steps} × {factor}", (step, _) => Math.Pow(factor, (step - 1) / steps));
}
