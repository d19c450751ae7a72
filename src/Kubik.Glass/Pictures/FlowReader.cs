// A trace as the parts of a picture. A brick with weights of its own is a box, also when an activation works inside of it; a
// brick that arranges others is a frame around them, and what it computes itself, such as the sum of a residual, is a node
// of its own. What only chains others is not drawn. Links are not read from the bricks: who reads which value says the trace.

using System.Globalization;
using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using Kubik.Glass.Traces;
using Kubik.Nn;

namespace Kubik.Glass.Pictures;

/// <summary>Reads parts from a trace.</summary>
internal sealed partial class FlowReader
{
    private const int MostOwnOps = 12;
    private const int MostLookedAt = 1_000_000; // numbers of a constant, whether they are all the same

    private static readonly NumberFormatInfo Spaced = new() { NumberGroupSeparator = " " };

    private readonly NetTrace trace;
    private readonly bool showsOps;
    private readonly Language language;
    private readonly HashSet<Parameter> counted = [];
    private readonly Dictionary<object, object> passed = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<Tensor, Parameter> parameters;
    private int place;

    private FlowReader(NetTrace trace, bool showsOps, Language language)
    {
        (this.trace, this.showsOps, this.language) = (trace, showsOps, language);
        this.parameters = new(trace.Graph.Parameters.Select(p => KeyValuePair.Create(p.Symbol, p.Parameter)), ReferenceEqualityComparer.Instance);
        this.Names = new(ReferenceEqualityComparer.Instance);
        foreach ((Tensor input, string name) in trace.Graph.Inputs.Zip(["x", "t"])) this.Names[input] = name; // the target, where there is a loss
        int number = 0;
        foreach (Tensor value in trace.Root.All.SelectMany(c => c.Own).OrderBy(v => v.Node!.Ordinal)) this.Names[value] = $"v{++number}";
        this.NameParameters(trace.Root);
    }

    /// <summary>What values are called: x, v1, v2, …, weight.</summary>
    public Dictionary<Tensor, string> Names { get; }

    /// <summary>The bricks of a network, or with its ops inside of each.</summary>
    public static List<FlowPart> Read(NetTrace trace, bool showsOps, out FlowReader reader, Language language = Language.English)
    {
        reader = new(trace, showsOps, language);
        Tensor x = trace.Root.Input;
        FlowPart input = new()
        {
            Kind = FlowKind.Given,
            Title = showsOps ? "x" : reader.Word("input", "вход"),
            Detail = reader.ShapeOf(x),
            Label = showsOps ? x.Shape.ToX().Replace('x', '×') : "",
            Makes = [x],
            Places = (0, 0),
        };
        reader.place = 1;
        BrickCall root = trace.Root;
        return [input, .. reader.IsBox(root) ? [reader.Box(root)] : reader.Items(root)];
    }

    private static bool IsComputed(Tensor value) => value is { IsSymbolic: true, Node: not null };

    private string ShapeOf(Tensor value) =>
        this.showsOps ? Sizes(value.Shape) : value.Shape.Rank > 1 ? Sizes(value.Shape[1..]) : this.Word("a number", "число");

    private string Word(string english, string russian) => this.language == Language.Russian ? russian : english;

    /// <summary>A shape as it is written in pictures: 64×28×28.</summary>
    public static string Sizes(Shape shape) => shape.Rank == 0 ? "number" : shape.ToX().Replace('x', '×');

    // A layer: the bricks inside, if any, have no weights; or there is one alone, and what is around it has weights too.
    private bool IsBox(BrickCall call) => call.Inside.Count == 0
        || call.Own.Any(v => v.Node!.Inputs.Any(this.parameters.ContainsKey)) && call.Inside.All(c => Weights(c.Module) == 0)
        || call.Inside is [var one] && this.IsBox(one) && Weights(call.Module) > Weights(one.Module);

    private static int Weights(Module module) => module.Parameters().Count(p => p.Parameter.Role == ParameterRole.Weight);

    private List<FlowPart> Items(BrickCall call)
    {
        List<FlowPart> items = [];
        Queue<Tensor> own = new(call.Own.OrderBy(v => v.Node!.Ordinal));
        foreach (BrickCall inner in call.Inside)
        {
            this.Own(call, own, inner.Begin, items);
            string name = NameIn(call, inner);
            if (this.IsBox(inner)) items.AddRange(this.Boxes(call, inner, name));
            else items.AddRange(this.Framed(inner, name));
        }
        this.Own(call, own, long.MaxValue, items);
        return items;
    }

    // The field of a module of one's own, whose notation is its name and does not say what is inside.
    private static string NameIn(BrickCall around, BrickCall call)
    {
        string name = call.Path.StartsWith($"{around.Path}.", StringComparison.Ordinal) ? call.Path[(around.Path.Length + 1)..] : call.Path;
        return SaysWhatIsInside(around.Module.Notation) || name.Length == 0 || char.IsAsciiDigit(name[0]) ? "" : $"{name}: ";
    }

    private static bool SaysWhatIsInside(string notation) => notation.AsSpan().IndexOfAny(" |(") >= 0;

    // What a container computes itself before the next brick begins.
    private void Own(BrickCall call, Queue<Tensor> own, long until, List<FlowPart> items)
    {
        List<Tensor> values = [];
        while (own.TryPeek(out Tensor? value) && value.Node!.Ordinal <= until) values.Add(own.Dequeue());
        if (this.showsOps || values.Count <= MostOwnOps)
        {
            items.AddRange(this.showsOps ? this.Ops(values) : values.Select(this.Symbol));
            return;
        }
        string ops = string.Join(", ", values.Select(v => v.Node!.Op.Name).Distinct());
        long weights = this.Counted(values.SelectMany(v => v.Node!.Inputs).Select(x => this.parameters.GetValueOrDefault(x)).OfType<Parameter>());
        items.Add(this.Node(FlowKind.Op, $"{values.Count} ops", $"{call.Path} {call.Module.Notation}: {ops}", values, $"{ops} {weights}",
            weights > 0 ? this.Told(weights) : "", weights));
    }

    private List<FlowPart> Framed(BrickCall call, string name)
    {
        List<FlowPart> inside = this.Items(call);
        if (inside.Count == 0) return [];
        string notation = call.Module.Notation;
        bool chains = call.Own.Count == 0 && SaysWhatIsInside(notation);
        if (chains || inside is [{ IsFrame: false }]) return inside;
        return [FlowPart.Frame($"{name}{Opening(notation)}", inside, tip: $"{call.Path}  {notation}", sign: notation)];
    }

    // A brick that hands on what it was given is drawn where it stands in a chain.
    private IEnumerable<FlowPart> Boxes(BrickCall around, BrickCall call, string name)
    {
        if (call.All.Any(c => c.Own.Count > 0)) return [this.Box(call, name)];
        if (call.Output != call.Input || call.Input == around.Input) return [];
        object made = new();
        FlowPart box = new()
        {
            Kind = FlowKind.Brick,
            Title = $"{name}{call.Module.Notation}",
            Tip = $"{call.Path}  {call.Module.Notation}",
            Sign = call.Module.Notation,
            Reads = [this.Passed(call.Input)],
            Makes = [made],
            Places = (this.place, this.place++),
        };
        this.passed[call.Input] = made;
        return [box];
    }

    private object Passed(object value) => this.passed.GetValueOrDefault(value, value);

    private FlowPart Box(BrickCall call, string name = "")
    {
        string notation = call.Module.Notation, tip = $"{call.Path}  {notation}: {call.Input.Shape} → {call.Output.Shape}";
        long weights = this.Counted(call.Module.Parameters().Select(p => p.Parameter));
        if (this.showsOps)
        {
            List<FlowPart> ops = this.Ops([.. call.All.SelectMany(c => c.Own).OrderBy(v => v.Node!.Ordinal)]);
            return ops is [var one] ? one : FlowPart.Frame($"{name}{notation}", ops, tip: tip, sign: $"{notation} {weights}");
        }
        List<string> detail = [];
        if (call.Output.Shape != call.Input.Shape || weights > 0) detail.Add(this.ShapeOf(call.Output));
        if (weights > 0) detail.Add(this.Told(weights));
        return this.Node(FlowKind.Brick, $"{name}{notation}", tip, [.. call.All.SelectMany(c => c.Own)],
            $"{notation} {call.Input.Shape} {call.Output.Shape} {weights}", string.Join(" · ", detail), weights);
    }

    // How many numbers there are to learn, of parameters that no other part has.
    private long Counted(IEnumerable<Parameter> parameters) =>
        parameters.Where(p => p is { Role: ParameterRole.Weight, HasSpec: true } && this.counted.Add(p)).Sum(p => (long)p.Spec.Shape.Size);

    private string Told(long weights) => $"{weights.ToString("#,0", Spaced)} "
        + $"{this.Word(weights == 1 ? "parameter" : "parameters", Sentences.Form(weights, "параметр", "параметра", "параметров"))}";

    private FlowPart Node(FlowKind kind, string title, string tip, List<Tensor> values, string sign, string detail = "", long weights = 0)
    {
        HashSet<Tensor> own = new(values, ReferenceEqualityComparer.Instance);
        return new()
        {
            Kind = kind,
            Title = title,
            Detail = detail,
            Tip = tip,
            Sign = sign,
            Parameters = weights,
            Reads = [.. values.SelectMany(v => v.Node!.Inputs).Where(x => !own.Contains(x) && (IsComputed(x) || this.IsInput(x))).Select(this.Passed)
                .Distinct(ReferenceEqualityComparer.Instance)!],
            Makes = [.. values],
            Places = (this.place, this.place++),
        };
    }

    private bool IsInput(Tensor x) => this.trace.Graph.Inputs.Any(i => ReferenceEquals(i, x));

    private FlowPart Symbol(Tensor value)
    {
        Node node = value.Node!;
        bool Comes(Tensor x) => IsComputed(x) || this.IsInput(x);
        // A parameter or a number that the op has stands in its node, □ for what the link brings.
        string title = node.Inputs.All(Comes) ? SymbolOf(node) : Written(node, [.. node.Inputs.Select(x => Comes(x) ? "□" : this.NameOf(x))]);
        return this.Node(FlowKind.Op, title, $"{node.Op.Name}: {value.Shape}", [value], $"{title} {value.Shape}");
    }

    // Elements times elements are ∘, as in formulas: · is the product of matrices, and of numbers.
    private static bool IsByElements(Node node) =>
        node.Op is Binary<Mul> && node.Inputs.All(x => x.Count > 1 && (x.IsSymbolic || GraphReader.Uniform(x) is null));

    private static string Written(Node node, string[] names) =>
        (IsByElements(node) ? $"{names[0]} ∘ {names[1]}" : node.Op.Notation.ToText(names)).Replace('-', '−');

    /// <summary>The sign of what a node computes, without what it is applied to.</summary>
    public static string SymbolOf(Node node) => IsByElements(node) ? "∘" : SymbolOf(node.Op);

    /// <summary>The sign of an op without what it is applied to: +, ·, max.</summary>
    public static string SymbolOf(Op op)
    {
        string text = Hole().Replace(op.Notation.Text, "").Trim();
        string sign = text.Split('(', '[') is [{ Length: > 0 } name, ..] ? name.Trim() : text.Trim(' ', '(', ')', '[', ']', ',', ';'); // without options
        return sign.Length > 0 ? sign : op.Name.ToLowerInvariant();
    }

    // Ops with the parameters that they read.
    private List<FlowPart> Ops(List<Tensor> values) => this.Ops(
        values,
        x => this.parameters.TryGetValue(x, out Parameter? parameter)
            ? (this.NameOf(x), this.trace.Paths.GetValueOrDefault(parameter, ""), parameter.Role == ParameterRole.Weight ? x.Count : 0) : null,
        _ => FlowKind.Op);

    /// <summary>Ops, each after what stands beside it.</summary>
    /// <param name="values">What the ops compute.</param>
    /// <param name="beside">Name, tip and parameters of a value that comes from elsewhere and is drawn beside the ops that read it; null for others.</param>
    /// <param name="kind">What kind of node an op is.</param>
    public List<FlowPart> Ops(List<Tensor> values, Func<Tensor, (string Name, string Tip, long Parameters)?> beside, Func<Tensor, FlowKind> kind)
    {
        List<FlowPart> parts = [];
        Dictionary<Tensor, object> stands = new(ReferenceEqualityComparer.Instance);
        foreach (Tensor value in values)
        {
            foreach (Tensor x in value.Node!.Inputs)
            {
                if (stands.ContainsKey(x) || beside(x) is not { } other) continue;
                stands[x] = new();
                parts.Add(this.Beside(other.Name, x, stands[x], other.Tip, other.Parameters));
            }
            parts.Add(this.Op(kind(value), value, stands.GetValueOrDefault));
        }
        return parts;
    }

    private FlowPart Beside(string name, Tensor value, object makes, string tip, long parameters) => new()
    {
        Kind = FlowKind.Beside,
        Title = $"{name}  {Sizes(value.Shape)}",
        Tip = $"{tip} {value.Shape}",
        Sign = $"beside {value.Shape}",
        Parameters = parameters,
        Makes = [makes],
        Places = (this.place, this.place++),
    };

    // An op with the names of what it reads.
    private FlowPart Op(FlowKind kind, Tensor value, Func<Tensor, object?> instead)
    {
        Node node = value.Node!;
        string written = Written(node, [.. node.Inputs.Select(this.NameOf)]);
        return new()
        {
            Kind = kind,
            Title = $"{this.NameOf(value)} = {written}",
            Tip = $"{node.Op.Name}: {string.Join(", ", node.Inputs.Select(x => x.Spec.ToString()))} → {value.Spec}",
            Sign = $"{node.Op.Notation.Text} {value.Shape}",
            Label = Sizes(value.Shape),
            Reads = [.. node.Inputs.Where(x => instead(x) is not null || IsComputed(x) || this.IsInput(x)).Select(x => instead(x) ?? this.Passed(x))
                .Distinct(ReferenceEqualityComparer.Instance)!],
            Makes = [value],
            Places = (this.place, this.place++),
        };
    }

    /// <summary>What a value is called in a formula.</summary>
    public string NameOf(Tensor value) =>
        this.Names.TryGetValue(value, out string? name) ? name
        : value.IsSymbolic || value.Count is 0 or > MostLookedAt || value.ToDoubles() is not [var number, .. var rest]
            || rest.Any(r => r != number) ? "constant"
        : Digits.Short(number);

    // A parameter has the last part of its path, or as many as tell it from the others of its frame: weight; query.weight, key.weight.
    private void NameParameters(BrickCall call)
    {
        bool isBox = this.IsBox(call);
        Tensor[] read = [.. (isBox ? call.All : [call]).SelectMany(c => c.Own).SelectMany(v => v.Node!.Inputs).Where(this.parameters.ContainsKey)
            .Distinct<Tensor>(ReferenceEqualityComparer.Instance)];
        string[] paths = [.. read.Select(x => this.trace.Paths.GetValueOrDefault(this.parameters[x], "parameter"))];
        for (int i = 0; i < read.Length; i++)
        {
            string name = Shortest(paths[i], [.. paths.Where((_, k) => k != i)]);
            if (this.Names.GetValueOrDefault(read[i], "").Length < name.Length) this.Names[read[i]] = name; // one that stands in several frames
        }
        if (isBox) return;
        foreach (BrickCall inner in call.Inside) this.NameParameters(inner);
    }

    private static string Shortest(string path, string[] others)
    {
        for (int i = path.LastIndexOf('.'); i > 0; i = path.LastIndexOf('.', i - 1))
        {
            // 0.weight would be read as a number.
            if (!char.IsAsciiDigit(path[i + 1]) && !others.Any(o => $".{o}".EndsWith(path[i..], StringComparison.Ordinal))) return path[(i + 1)..];
        }
        return path;
    }

    /// <summary>A brick's notation, without the nets in it when they are drawn.</summary>
    public static string TitleOf(BrickCall call) => call.Inside.Count == 0 ? call.Module.Notation : Opening(call.Module.Notation);

    private static string Opening(string notation)
    {
        int open = notation.IndexOf('(', StringComparison.Ordinal);
        return open > 0 ? notation[..open].TrimEnd() : notation;
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hole();
}
