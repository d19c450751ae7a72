// An equation of Einsum, read for inputs of given shapes. An axis's label is its letter; the axes that "..." stands for
// have negative labels, counted from the last, so that they meet as broadcasting aligns them.

namespace Kubik.Ops;

internal sealed class EinsumAxes
{
    private readonly Dictionary<int, int> sizes = [];

    private EinsumAxes()
    {
    }

    /// <summary>The labels of each input's axes.</summary>
    public List<int[]> Inputs { get; } = [];

    /// <summary>The labels of the output's axes.</summary>
    public int[] Output { get; private set; } = [];

    public Shape OutputShape => [.. this.Output.Select(label => this.sizes[label])];

    /// <summary>Whether an input's label is in the output or in another input.</summary>
    public bool IsNeededBeside(int input, int label) =>
        this.Output.Contains(label) || this.Inputs.Where((_, i) => i != input).Any(labels => labels.Contains(label));

    /// <summary>The labels of the output and of the inputs behind one.</summary>
    public HashSet<int> NeededAfter(int input) => [.. this.Output, .. this.Inputs.Skip(input + 1).SelectMany(labels => labels)];

    /// <summary>Reads an equation; throws what is wrong with it or with the inputs.</summary>
    public static EinsumAxes Read(Op op, string equation, TensorSpec[] x)
    {
        EinsumAxes axes = new();
        string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->");
        if (sides.Length > 2) throw op.Error($"\"{equation}\" has \"->\" more than once.");
        string[] terms = sides[0].Split(',');
        if (terms.Length != x.Length)
            throw op.Error($"\"{equation}\" is for {terms.Length} input{(terms.Length == 1 ? "" : "s")}, "
                + $"but {x.Length} {(x.Length == 1 ? "is" : "are")} given.");
        foreach (TensorSpec spec in x)
        {
            if (!TypeRule.IsNumber(spec.DType) || (x.Length > 1 && spec.DType == DType.UInt8)) throw op.Error(TypeRule.Number(spec));
            if (spec.DType != x[0].DType) throw op.Error(TypeRule.Same(x[0], spec));
        }
        Dictionary<int, string> seen = [];
        for (int i = 0; i < x.Length; i++) axes.ReadInput(op, equation, terms[i], i, x[i].Shape, seen);
        axes.Output = sides.Length == 2 ? axes.ReadOutput(op, equation, sides[1]) : axes.Implied();
        return axes;
    }

    private void ReadInput(Op op, string equation, string term, int input, Shape shape, Dictionary<int, string> seen)
    {
        (string before, string after, bool open) = Parts(op, equation, term);
        int letters = before.Length + after.Length;
        if (open ? letters > shape.Rank : letters != shape.Rank)
            throw op.Error($"\"{term}\" in \"{equation}\" names {letters} axes{(open ? " and more" : "")}, "
                + $"but input {input} has shape {shape} with {shape.Rank}.");
        int further = shape.Rank - letters;
        int[] labels = [.. before.Select(c => (int)c), .. Enumerable.Range(0, further).Select(i => i - further), .. after.Select(c => (int)c)];
        for (int axis = 0; axis < labels.Length; axis++)
        {
            int label = labels[axis], size = shape[axis];
            string where = $"{size} in input {input}, {shape}";
            if (!this.sizes.TryGetValue(label, out int known))
            {
                this.sizes[label] = size;
                seen[label] = where;
            }
            else if (label < 0 && (known == 1 || size == 1))
            {
                if (known == 1) (this.sizes[label], seen[label]) = (size, where);
            }
            else if (known != size)
            {
                throw op.Error(label < 0
                    ? $"the axes that \"...\" stands for in \"{equation}\" do not broadcast: one is {seen[label]}, and {where}."
                    : $"letter '{(char)label}' of \"{equation}\" is {seen[label]}, and {where}; a letter has one size everywhere.");
            }
        }
        this.Inputs.Add(labels);
    }

    private int[] ReadOutput(Op op, string equation, string term)
    {
        (string before, string after, bool open) = Parts(op, equation, term);
        foreach (char letter in before + after)
        {
            if (!this.sizes.ContainsKey(letter)) throw op.Error($"letter '{letter}' of the output of \"{equation}\" is in no input.");
            if ((before + after).Count(c => c == letter) > 1) throw op.Error($"letter '{letter}' comes twice in the output of \"{equation}\".");
        }
        int[] further = this.Further();
        if (!open && further.Length > 0)
            throw op.Error($"the output of \"{equation}\" has no \"...\", but the inputs' stands for {further.Length} axes; "
                + "write \"...\" in the output or letters in the inputs.");
        return [.. before.Select(c => (int)c), .. further, .. after.Select(c => (int)c)];
    }

    // Without "->": the further axes, then the letters that come once, in the order of the alphabet.
    private int[] Implied() =>
        [.. this.Further(), .. this.Inputs.SelectMany(labels => labels).Where(label => label > 0).GroupBy(label => label).Where(g => g.Count() == 1)
            .Select(g => g.Key).Order()];

    private int[] Further() => [.. this.sizes.Keys.Where(label => label < 0).Order()];

    // The letters before and after "...", and whether it is there.
    private static (string Before, string After, bool Open) Parts(Op op, string equation, string term)
    {
        string[] parts = term.Split("...");
        if (parts.Length > 2) throw op.Error($"\"{term}\" in \"{equation}\" has \"...\" more than once.");
        foreach (char c in string.Concat(parts))
        {
            if (!char.IsAsciiLetter(c))
                throw op.Error($"'{c}' in \"{equation}\" is no letter; write letters for axes, \"...\", commas between inputs and \"->\" before the output.");
        }
        return (parts[0], parts.Length == 2 ? parts[1] : "", parts.Length == 2);
    }
}
