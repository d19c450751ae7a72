// Drawing alone, without solving: many more seeds than the tests that look at the answers.

using System.Collections.Concurrent;

namespace Kubik.Book.Tests;

/// <summary>New parameters can be drawn for every task, whatever the seed.</summary>
public sealed class VariantTests
{
    private const int Seeds = 2000;

    [Theory, MemberData(nameof(TaskTheories.Ids), MemberType = typeof(TaskTheories))]
    public void Every_seed_gives_a_variant(string id)
    {
        BookTask task = Book.Find(id);
        ConcurrentBag<string> failed = [];
        Parallel.For(1, Seeds + 1, seed =>
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
