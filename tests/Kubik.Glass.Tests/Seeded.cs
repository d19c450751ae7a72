// All tests share RandomSource.Default and run at the same time: what a network would take from it depends on which came first. Networks
// of tests have a source of their own, and so the same weights in every run.

using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Glass.Tests;

internal static class Seeded
{
    /// <summary>A network of bricks with the weights of a seed.</summary>
    public static Sequential Net(string notation, long seed = 1) => RandomSource.Seeded(seed, () => Sequential.Parse(notation));

    /// <summary>A network by its name, or of bricks, likewise.</summary>
    public static Sequential Known(string text, int outputs, long seed = 1) => RandomSource.Seeded(seed, () => KnownNets.Parse(text, outputs));
}
