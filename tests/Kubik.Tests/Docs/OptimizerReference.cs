// docs/optimizers.md, made from the tables of optimisers and schedules; a rule's formula and paper come from its
// documentation comment. Make it anew with KUBIK_APPROVE=1 dotnet test --filter Docs.

using System.Globalization;
using System.Reflection;
using Kubik.Ops;
using Kubik.Optim;
using Kubik.Tests.Ops;

namespace Kubik.Tests.Docs;

public sealed class OptimizerReference
{
    [Fact]
    public void The_reference_of_the_optimizers_is_up_to_date() => Approved.Equal("../../docs/optimizers.md", Page());

    [Fact]
    public void Every_optimizer_is_in_the_table() => Assert.Equal(
        typeof(Optimizer).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Optimizer)) && !t.IsAbstract).Select(t => t.Name).Order(),
        OptimizerTable.All.Select(o => TypeOf(o).Name).Order());

    private static IEnumerable<string> Page()
    {
        yield return "# Optimisers and schedules";
        yield return "";
        yield return "Generated from the tables: `KUBIK_APPROVE=1 dotnet test --filter Docs`. w is a weight, g its gradient, η the learning rate, t the";
        yield return "step from 1. Every rule can clip gradients (`ClipNorm`, `ClipValue`), decay weights (`WeightDecay` through the gradient,";
        yield return "`DecoupledDecay` beside it), treat groups of parameters apart (`Groups`), gather gradients over steps (`Accumulate`) and hold";
        yield return "weights to a norm (`MaxNorm`); `WeightAverage` keeps an average of them.";
        yield return "";
        yield return "| name | class | usual learning rate |";
        yield return "| --- | --- | --- |";
        foreach (OptimizerTable o in OptimizerTable.All)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"| {o.Name} | [{TypeOf(o).Name}](#{TypeOf(o).Name.ToLowerInvariant()}) | {o.UsualLearningRate} |");
        foreach (OptimizerTable o in OptimizerTable.All)
        {
            Type type = TypeOf(o);
            yield return "";
            yield return $"## {type.Name}";
            yield return "";
            yield return XmlDocs.Summary(type);
            yield return "";
            yield return $"`new {type.Name}({string.Join(", ", type.GetConstructors()[0].GetParameters().Select(Written))})`";
        }

        yield return "";
        yield return "## Schedules";
        yield return "";
        yield return "What the learning rate is multiplied by. Bars multiply, `warmup 500 | cosine`; `constant until 500 then exponential 0.999` puts";
        yield return "one after the other.";
        yield return "";
        yield return "| written | |";
        yield return "| --- | --- |";
        foreach (ScheduleTable s in ScheduleTable.All) yield return $"| `{s.Usage}` | {s.About} |";

        yield return "";
        yield return "## Penalties";
        yield return "";
        foreach (Type type in typeof(Penalty).Assembly.GetExportedTypes().Where(t => t.IsSubclassOf(typeof(Penalty)))
            .OrderBy(t => t.Name, StringComparer.Ordinal))
            yield return $"- `{type.Name}`: {XmlDocs.Summary(type)}";
    }

    private static Type TypeOf(OptimizerTable o) => o.Make(o.UsualLearningRate, Schedule.Constant).GetType();

    private static string Written(ParameterInfo p) => p.HasDefaultValue ? $"{p.Name} = {Usual(p.DefaultValue)}" : p.Name!;

    private static string Usual(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        double x => Numeral.Of(x).ToTyped(), // 1e-8, as one types it
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
