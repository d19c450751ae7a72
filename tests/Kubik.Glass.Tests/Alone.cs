namespace Kubik.Glass.Tests;

/// <summary>Tests whose networks take their weights from the random numbers that all tests share: they run by themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
