// What the optimiser does to each weight: its lines in an order in which they are true one after another, with the letters of its
// memories, which are the same for all weights; and why a weight stays where it does.

using System.Text.RegularExpressions;
using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;

namespace Kubik.Glass.Explaining;

/// <summary>Writes the steps of an update.</summary>
/// <param name="trace">The training step.</param>
/// <param name="names">What values are called.</param>
/// <param name="reader">How they are computed, in letters.</param>
/// <param name="values">Their numbers.</param>
/// <param name="writer">Writes equations.</param>
/// <param name="round">Which training step it is.</param>
internal sealed class UpdateWriter(StepTrace trace, Names names, GraphReader reader, ShownValues values, EquationWriter writer, int round)
{
    private readonly Dictionary<string, Expression> letters = new(StringComparer.Ordinal);

    /// <summary>The optimiser's update, weight by weight.</summary>
    public IEnumerable<ExplainStep> Of(Optim.UpdateRule rule)
    {
        foreach ((Parameter parameter, Tensor symbol) in trace.Graph.Parameters)
        {
            if (parameter == rule.Counters.Rate) reader.Name(symbol, new Variable("η", symbol.Shape));
            else if (parameter == rule.Counters.Step) reader.Name(symbol, new Variable("k", symbol.Shape));
        }
        bool isFirst = true;
        Dictionary<Parameter, Tensor> next = trace.Graph.Updates.ToDictionary(u => u.Parameter, u => u.Value),
            before = trace.Graph.Parameters.ToDictionary(p => p.Parameter, p => p.Symbol);
        foreach ((string path, Parameter weight, Expression name) in names.Parameters)
        {
            if (weight.Role != ParameterRole.Weight) continue;
            List<Equation> equations = [];
            if (rule.SumOf(weight) is { } sum)
            {
                Expression letter = new Variable("G", sum.Spec.Shape);
                if (before.TryGetValue(sum, out Tensor? old)) reader.Name(old, letter);
                if (next.TryGetValue(sum, out Tensor? collected)) equations.Add(writer.Of(collected, letter, "←"));
            }
            if (!next.TryGetValue(weight, out Tensor? value))
            {
                Remark why = !trace.Gradients.ContainsKey(before[weight]) ? Sentences.NotReached : rule.IsLast ? Sentences.Frozen
                    : Sentences.Collecting(rule.Accumulate);
                yield return new(round, Phase.Update, path, rule.Name, equations, [writer.Named(before[weight])], null, writer.GradientOf(before[weight]),
                    [why]);
                continue;
            }
            List<UpdateLine> assigned = [];
            foreach ((string slot, Parameter memory) in rule.MemoriesOf(weight))
            {
                next.TryGetValue(memory, out Tensor? kept);
                string letter = kept?.Label ?? slot;
                if (before.TryGetValue(memory, out Tensor? old)) reader.Name(old, this.Letter(letter, old));
                if (kept?.Node is not null) assigned.Add(new(kept, old, letter));
            }
            foreach (UpdateLine line in UpdateLines.Of([.. assigned, new(value, before[weight], "")], trace.IsOfUpdate))
            {
                bool isEarly = line.Old is null && (line.Value == value || assigned.Exists(a => a.Value == line.Value));
                Expression left = isEarly ? this.Letter($"{(line.Letter.Length == 0 ? "w" : line.Letter)}_new", line.Value) : line.Letter.Length == 0 ? name
                    : this.Letter(line.Letter, line.Value);
                equations.Add(writer.Of(line.Value, left, line.Old is null ? "=" : "←"));
                if (line.Letter.Length > 0 || isEarly) reader.Name(line.Value, left);
            }
            IEnumerable<Remark> remarks = isFirst
                ? this.OnUpdate(rule, equations, [.. rule.MemoriesOf(weight).Select(m => before.GetValueOrDefault(m.Parameter)).OfType<Tensor>()]) : [];
            yield return new(round, Phase.Update, path, rule.Name, equations, [writer.Named(before[weight])], writer.Named(value, name),
                writer.GradientOf(before[weight]), [.. remarks]);
            isFirst = false;
        }
    }

    // The letter of a memory or of a value on the way to a new weight: the same one for all weights.
    private Expression Letter(string letter, Tensor value)
    {
        if (!this.letters.TryGetValue(letter, out Expression? first)) first = this.letters[letter] = names.Fresh(value, letter);
        return first is Symbol s ? new Symbol(GraphReader.SpecOf(value), s.Text, s.Latex, s.Strength)
            : new Variable(((Variable)first).Name, GraphReader.SpecOf(value));
    }

    // What the letters of an update are that are nobody's output.
    private IEnumerable<Remark> OnUpdate(Optim.UpdateRule rule, List<Equation> equations, List<Tensor> memories)
    {
        bool Occurs(string letter) =>
            equations.Exists(e => Regex.IsMatch(e.Text, $@"(?<![\p{{L}}_]){letter}(?!\p{{L}})", RegexOptions.None, TimeSpan.FromSeconds(1)));
        if (Occurs("η")) yield return Sentences.Rate(names.Digits(rule.Counters.Rate.Current.Item()));
        if (Occurs("k")) yield return Sentences.Step(rule.Steps);
        if (rule.Steps > 1) yield break;
        string[] begin = [.. memories.Where(m => values.Has(m) && values[m] is { } first && first.Least == first.Greatest)
            .Select(m => $"{reader.Read(m)} = {names.Digits(values[m].Least).Text}")];
        if (begin.Length > 0) yield return Sentences.Beginning(begin);
    }
}
