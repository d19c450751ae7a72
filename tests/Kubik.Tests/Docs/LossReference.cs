// docs/losses.md, made from the rows of the losses' tests: formula and options come from the loss, what it says of itself
// from its documentation comment. Make it anew with KUBIK_APPROVE=1 dotnet test --filter Docs.

using System.Reflection;
using Kubik.Nn;
using Kubik.Tests.Nn;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Docs;

public sealed class LossReference
{
    [Fact]
    public void The_reference_of_the_losses_is_up_to_date() => Approved.Equal("../../docs/losses.md", Page());

    private static IEnumerable<string> Page()
    {
        LossRow[] all = [.. LossRows.All.DistinctBy(Type)];
        int named = all.Count(r => r.Make(Reduction.Mean) is Loss);
        yield return "# Losses";
        yield return "";
        yield return $"All {all.Length} losses, generated from their rows of tests: `KUBIK_APPROVE=1 dotnet test --filter Docs`. t is the target, y the output.";
        yield return $"{named} of them are a `Loss` of an output and a target, which `Trainer` takes and `Loss.Parse` and `--loss` read with their options; the";
        yield return "others compare more than two tensors. Every one has a `Reduction` (mean, sum, none) and takes a weight for each sample;";
        yield return "the mean is then Σ w·l / Σ w.";
        yield return "";
        yield return "| loss | class | one element or sample |";
        yield return "| --- | --- | --- |";
        foreach (LossRow row in all)
            yield return $"| [{Name(row)}](#{Name(row)}) | `{Type(row).Name}` | {row.Make(Reduction.Mean).Formula.Replace("|", "\\|", StringComparison.Ordinal)} |";
        foreach (LossRow row in all)
        {
            yield return "";
            yield return $"## {Name(row)}";
            yield return "";
            yield return XmlDocs.Summary(Type(row));
            yield return "";
            if (Loss.All.FirstOrDefault(l => l.Name == Name(row)) is { } syntax) yield return $"- notation `{syntax.Usage}`";
            foreach (MethodInfo method in Type(row).GetMethods().Where(m => m.Name == "Of"))
            {
                yield return $"- `{Type(row).Name}.Of({string.Join(", ", method.GetParameters().Select(p => p.Name))})`";
                if (method.DeclaringType == typeof(Loss)) break; // with and without weights
            }
            yield return $"- shapes {string.Join("; ", LossRows.All.Where(r => Type(r) == Type(row)).Select(r => string.Join(", ", r.Inputs.Select(i => i.Shape))).Distinct().Take(4))}";
        }
    }

    private static Type Type(LossRow row) => row.Make(Reduction.Mean).GetType();

    private static string Name(LossRow row) => row.Make(Reduction.Mean).Name;
}
