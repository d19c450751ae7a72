namespace Kubik.Tests.Kernels;

/// <summary>Tests that measure the memory or the threads of the whole process run while no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
