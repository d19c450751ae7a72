// Drawing alone, without solving: many more seeds than the tests that look at the answers.

using System.Collections.Concurrent;

namespace Kubik.Book.Tests;

/// <summary>New parameters can be drawn for every task, whatever the seed.</summary>
public sealed class VariantTests
{
    private const int Seeds = 2000, FewSeeds = 100;

    // They compute a good part of the task to see whether numbers are good, so two thousand draws take from three to forty seconds.
    private static readonly string[] Slow = ["1.4", "1.7", "3.1", "3.2", "4.1", "4.2", "4.5", "6.2a", "7.1b", "7.2a", "7.2b", "7.4b", "7.5a", "7.6a", "7.7", "7.8"];

    [Theory, MemberData(nameof(TaskTheories.Ids), MemberType = typeof(TaskTheories))]
    public void Every_seed_gives_a_variant(string id)
    {
        BookTask task = Book.Find(id);
        ConcurrentBag<string> failed = [];
        Parallel.For(1, (Slow.Contains(id) ? FewSeeds : Seeds) + 1, seed =>
        {
            try
            {
                task.Variant(seed);
            }
            catch (InvalidOperationException e)
            {
                failed.Add($"{id} --seed {seed}: {e.Message}");
            }
        });
        Assert.Empty(failed);
    }
}
