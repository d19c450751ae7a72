// Fuzzing on its own: many cases of what FuzzTests runs a few of, and a test that kills real processes while they write.
//   dotnet run -c Release --project tests/Kubik.Fuzz -- all 100000 1      every format, 100 000 cases, from seed 1
//   dotnet run -c Release --project tests/Kubik.Fuzz -- png 1 48151623    one case again
//   dotnet run -c Release --project tests/Kubik.Fuzz -- kill 100          100 writers of checkpoints killed

using System.Diagnostics;
using Kubik.Fuzz;
using Kubik.Tests.IO;

if (args is ["write", string path]) return KillTest.WriteForever(path);
if (args is ["kill", ..]) return KillTest.Run(args.Length > 1 ? int.Parse(args[1]) : 100);
if (args is not [string format, ..] || args.Length > 3)
{
    Console.Error.WriteLine("usage: Kubik.Fuzz (all|safetensors|npy|npz|idx|csv|png) [cases = 100000] [first seed = 1]\n       Kubik.Fuzz kill [times = 100]");
    return 2;
}

int cases = args.Length > 1 ? int.Parse(args[1]) : 100_000;
int firstSeed = args.Length > 2 ? int.Parse(args[2]) : 1;
FuzzTarget[] targets = [.. FuzzTarget.All(Golden()).Where(t => format == "all" || t.Name == format)];
if (targets.Length == 0)
{
    Console.Error.WriteLine($"There is no format '{format}'.");
    return 2;
}

int failures = 0;
foreach (FuzzTarget target in targets)
{
    Stopwatch watch = Stopwatch.StartNew();
    int readable = 0, broken = 0;
    Dictionary<string, int> refusals = [];
    for (int seed = firstSeed; seed < firstSeed + cases; seed++)
    {
        try
        {
            if (target.Run(seed) is not { } refusal) readable++;
            else refusals[Kind(refusal)] = refusals.GetValueOrDefault(Kind(refusal)) + 1;
        }
        catch (InvalidOperationException e)
        {
            if (++broken <= 5) Console.Error.WriteLine(e);
        }
    }
    failures += broken;
    Console.WriteLine($"{target.Name}: {cases} cases from seed {firstSeed}, {readable} readable, {cases - readable - broken} refused in {refusals.Count} ways, {broken} broken, {watch.Elapsed.TotalSeconds:F1} s");
    if (targets.Length > 1) continue;
    foreach ((string kind, int count) in refusals.OrderByDescending(r => r.Value).Take(40)) Console.WriteLine($"{count,10}  {kind}");
}
return failures == 0 ? 0 : 1;

// A message without the numbers and names of the one case.
static string Kind(string message) => Patterns.Varying().Replace(message, "…");

static string Golden()
{
    for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
    {
        string golden = Path.Combine(folder.FullName, "tests", "golden", "io");
        if (Directory.Exists(golden)) return golden;
    }
    throw new DirectoryNotFoundException("tests/golden/io is not above the program's folder.");
}
