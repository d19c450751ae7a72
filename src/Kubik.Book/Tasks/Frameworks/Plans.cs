// What a compiled plan says of itself, as tables: the passes of the compiler with the size of the graph before and after, and
// the steps of the plan.

using Kubik.Glass.Explaining;
using Kubik.Graphs;

namespace Kubik.Book.Tasks.Frameworks;

internal static class Plans
{
    // What each pass does, by its name in reports.
    private static readonly Dictionary<string, Remark> Meaning = new(StringComparer.Ordinal)
    {
        ["constants"] = new("what depends on constants alone is computed now", "вычисляется то, что зависит только от констант"),
        ["identities"] = new("what changes nothing is left out", "убирается то, что ничего не меняет"),
        ["common subexpressions"] = new("what is computed twice is computed once", "вычисляемое дважды вычисляется один раз"),
        ["fusion"] = new("ops that follow each other become one step", "соседние операции сливаются в один шаг"),
    };

    /// <summary>The passes of the compiler.</summary>
    public static void Passes(this Board board, PlanReport plan) => board.Table([new Remark("pass", "проход"), new Remark("before", "до"), new Remark("after", "после")],
        plan.Passes.Select(p => (object[])[Meaning.GetValueOrDefault(p.Name, new Remark(p.Name, p.Name)), p.Before, p.After]));

    /// <summary>The steps of the plan.</summary>
    public static void Steps(this Board board, PlanReport plan)
    {
        board.Table([new Remark("step", "шаг"), new Remark("ops", "операции"), new Remark("result", "результат"), new Remark("over what it reads", "поверх прочитанного")],
            plan.Steps.Select((s, i) => (object[])[i + 1, s.Name, s.Shape, s.IsInPlace ? new Remark("yes", "да") : new Remark("no", "нет")]));
        board.Say($"Yes: the last value of the step is written over one that it has read and nothing needs any more. That is its own matrix product, the result of an earlier step, an old weight that gets its new value, or the plan's copy of an input; what the caller gave is not touched.",
            $"Да: последнее значение шага записано поверх такого, которое шаг прочитал и которое больше никому не нужно. Это его собственное матричное произведение, результат более раннего шага, старый вес, который получает новое значение, или хранящаяся в плане копия входа; сами данные вызывающей программы не меняются.");
    }

    /// <summary>How many ops are left after a pass.</summary>
    public static int After(this PlanReport plan, string pass) => plan.Passes.First(p => p.Name == pass).After;
}
