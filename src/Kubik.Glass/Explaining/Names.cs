// How the values of a network are called: x goes in, h1, h2, … come out of the bricks, y at the end; W1 and b1 are the
// weights and the bias of the first brick that has some. What an op's definition calls its parts (the gates i, f, g, o of an
// LSTM) keeps that name. ∂L/∂ of a value is written with its name.

using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;

namespace Kubik.Glass.Explaining;

/// <summary>Names of values, and values as they are written.</summary>
internal sealed class Names
{
    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["weight"] = "W",
        ["bias"] = "b",
        ["gamma"] = "γ",
        ["beta"] = "β",
        ["inputWeight"] = "W",
        ["stateWeight"] = "U",
        ["slope"] = "α",
    };

    private static readonly string[] Parts = ["query", "key", "value", "output"]; // of an attention: W_q, W_k, W_v, W_o

    private readonly Dictionary<Tensor, Expression> names = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> taken = new(StringComparer.Ordinal); // as they are read: W1 and W_1 are one
    private readonly Dictionary<string, int> last = new(StringComparer.Ordinal);
    private readonly Precision precision;

    public Names(StepTrace trace, DType type)
    {
        this.precision = Precision.Of(type);
        this.Name(trace.Graph.Inputs[0], "x");
        if (trace.Target is { } target) this.Name(target, "t");
        if (trace.Loss is { } loss) this.Name(loss, "L");
        Tensor output = trace.Net.Root.Output;
        if (this.Of(output) is null) this.Name(output, "y");
        this.NameParameters(trace.Net);
        HashSet<Tensor> computed = new(trace.Graph.Values, ReferenceEqualityComparer.Instance);
        foreach (BrickCall call in trace.Net.Root.Working)
        {
            if (this.Of(call.Output) is null && computed.Contains(call.Output)) this.Numbered(call.Output, "h");
        }
    }

    /// <summary>The weights and other parameters that have a name: by path.</summary>
    public List<(string Path, Parameter Parameter, Expression Name)> Parameters { get; } = [];

    /// <summary>The name of a value; null when it has none.</summary>
    public Expression? Of(Tensor value) => this.names.GetValueOrDefault(value);

    /// <summary>Names a value: by a letter, with the next free number when another value has it.</summary>
    public Expression Name(Tensor value, string letter) => this.names[value] = this.Fresh(value, letter);

    /// <summary>A name that no other value has, for one that is no step of the explanation.</summary>
    public Expression Fresh(Tensor value, string letter) => Named(value, letter, this.Free(letter, isBare: true));

    /// <summary>Names a value by a letter with a number.</summary>
    public Expression Numbered(Tensor value, string letter) => this.names[value] = Named(value, letter, this.Free(letter, isBare: false));

    /// <summary>Names a value by what the field calls it; or a1, a2, …</summary>
    public Expression NameInside(Tensor value) => value.Label is { } label ? this.Name(value, label) : this.Numbered(value, "a");

    private string Free(string letter, bool isBare)
    {
        if (isBare && this.taken.Add(Read(letter))) return "";
        int n = this.last.GetValueOrDefault(letter, isBare ? 1 : 0) + 1;
        while (!this.taken.Add(Read($"{letter}{n}"))) n++;
        this.last[letter] = n;
        return n.ToString();
    }

    private static string Read(string name) => name.Replace("_", "", StringComparison.Ordinal);

    private static Expression Named(Tensor value, string letter, string index) => letter switch
    {
        "x̂" => new Symbol(GraphReader.SpecOf(value), Subscript("x̂", index), $@"\hat{{x}}{(index.Length > 0 ? $"_{{{index}}}" : "")}"),
        "σ²" => new Symbol(GraphReader.SpecOf(value), index.Length > 0 ? Subscript("σ", index) + "²" : "σ²", $@"\sigma{(index.Length > 0 ? $"_{{{index}}}" : "")}^{{2}}"),
        _ => new Variable(letter + index, GraphReader.SpecOf(value)),
    };

    /// <summary>∂L/∂ of a value that has a name.</summary>
    public static Symbol GradientOf(Expression name) => new(name.Spec, $"∂L/∂{name}", $@"\frac{{\partial L}}{{\partial {new LatexWriter().Write(name)}}}", Strength.Product);

    /// <summary>The numbers of a value as they are written in a formula: (1, 2), [[1, 2], [3, 4]]; null when they are too many.</summary>
    public Literal? Numbers(Tensor value) => Literal.Of(value, this.precision);

    /// <summary>A number as it is written here.</summary>
    public Digits Digits(double x) => Explaining.Digits.Of(x, this.precision);

    private static string Subscript(string name, string index) => name + string.Concat(index.Select(d => (char)('₀' + d - '0')));

    private void NameParameters(NetTrace net)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        foreach ((Parameter parameter, Tensor symbol) in net.Graph.Parameters)
        {
            if (!net.Paths.TryGetValue(parameter, out string? path) || parameter.Role == ParameterRole.State) continue;
            int dot = path.LastIndexOf('.');
            string owner = dot < 0 ? "" : path[..dot], leaf = path[(dot + 1)..];
            if (!numbers.TryGetValue(owner, out int number)) number = numbers[owner] = numbers.Count + 1;
            string letter = Letters.GetValueOrDefault(leaf) ?? leaf, part = owner[(owner.LastIndexOf('.') + 1)..];
            string name = Parts.Contains(part) ? $"{letter}_{part[0]}" : Letters.ContainsKey(leaf) ? $"{letter}{number}" : $"{letter}_{number}";
            this.Parameters.Add((path, parameter, this.names[symbol] = this.taken.Add(Read(name)) ? new Variable(name, GraphReader.SpecOf(symbol)) : Parts.Contains(part) ? this.Name(symbol, name) : this.Numbered(symbol, letter)));
        }
    }
}

/// <summary>A value written out.</summary>
/// <param name="Written">What is written.</param>
/// <param name="IsExact">Whether nothing was rounded.</param>
internal sealed record Literal(Symbol Written, bool IsExact)
{
    private const int MostEntries = 16; // of a matrix that is written out

    /// <summary>The numbers of a value as they are written in a formula: (1, 2), [[1, 2], [3, 4]]; null when they are too many.</summary>
    public static Literal? Of(Tensor value, Precision precision)
    {
        int[] sizes = [.. value.Shape.Sizes.ToArray().SkipWhile(n => n == 1)];
        if (value.Count > MostEntries || sizes.Length > 2 || value.Count == 0) return null;
        Digits[] digits = [.. value.ToDoubles().Select(x => Digits.Of(x, precision))];
        bool isExact = digits.All(d => d.IsExact);
        if (digits.Length == 1 && sizes.Length == 0) return new(new Symbol(GraphReader.SpecOf(value), digits[0].Text, digits[0].Latex, digits[0].Strength), isExact);
        int columns = sizes[^1];
        string text = sizes.Length == 1
            ? $"({string.Join(", ", digits.Select(d => d.Text))})"
            : $"[{string.Join(", ", digits.Chunk(columns).Select(row => $"[{string.Join(", ", row.Select(d => d.Text))}]"))}]";
        string latex = $@"\begin{{pmatrix}} {string.Join(@" \\ ", digits.Chunk(columns).Select(row => string.Join(" & ", row.Select(d => d.Latex))))} \end{{pmatrix}}";
        return new(new Symbol(GraphReader.SpecOf(value), text, latex), isExact);
    }
}
