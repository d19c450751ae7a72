// A formula's computation graph as courses draw it: variables on the left, an op in each node, and on every link the value
// that goes forward, above, and the gradient that comes back by this link, below. The value of a variable that is used in
// several places goes several ways; what comes back by them is added up under its node.

using Kubik.Autograd;
using Kubik.Glass.Explaining;
using Kubik.Glass.Formulas;

namespace Kubik.Glass.Pictures;

/// <summary>Draws formulas at a point.</summary>
internal static class EvaluationPicture
{
    private const int Most = 200; // nodes
    private const string Hole = "□"; // what a link brings

    /// <summary>The computation graph of a formula at a point, as SVG.</summary>
    public static string Draw(Formula formula, (string Name, double Value)[] at)
    {
        Node[] nodes = Read(formula, at);
        List<ValueNode> drawn =
            [.. nodes.Select(n =>
                new ValueNode(n.Text, n.IsVariable, n.IsVariable && n.Gradient is { } g ? "∂ = " + Said(g) : null,
                    [.. n.Inputs.Select(x => new ValueLink(x.From, Said(x.Value), x.Gradient is { } back ? Said(back) : null))]))];
        return ValueGraph.Draw(drawn, Said(nodes[^1].Value), Said(1), $"The computation graph of {formula}",
            "An op in each node. Above a link stands the value that goes forward, below it the gradient that comes back.").Svg;
    }

    private static string Said(double x) => Digits.Short(x);

    // The parts that are drawn, each after what it reads. Values and gradients are the engine's: every link is a tensor of its own.
    private static Node[] Read(Formula formula, (string Name, double Value)[] at)
    {
        if (Formula.Parts(formula.Root).Find(p => !p.IsScalar) is { } matrix)
            throw new ArgumentException($"{matrix} in {formula} is {matrix.Shape}; a computation graph is drawn of numbers.", nameof(formula));
        Dictionary<Expression, int> numbers = [];
        List<(Expression Part, Tensor Value, List<(int From, Tensor Along)> Inputs)> nodes = [];
        Tensor root = Formula.ComputeParts(formula.Root, Leaf, Compute, EqualityComparer<Expression>.Default)[formula.Root];
        if (nodes.Count == 0) Add(formula.Root, root, []);
        if (nodes.Count > Most) throw new ArgumentException($"The graph of the formula has {nodes.Count} nodes; up to {Most} are drawn.", nameof(formula));
        Tensor?[] gradients = Gradient.TryOf(root, [.. nodes.Select(n => n.Value), .. nodes.SelectMany(n => n.Inputs).Select(x => x.Along)]);
        int next = nodes.Count;
        return
        [
            .. nodes.Select((n, k) => new Node(n.Part is Variable ? n.Part.ToString() : Sign(n.Part), n.Value.Item(), gradients[k]?.Item(), n.Part is Variable,
                [.. n.Inputs.Select(x => new Input(x.From, x.Along.Item(), gradients[next++]?.Item()))])),
        ];

        double Value(Variable v)
        {
            int k = Array.FindIndex(at, p => p.Name == v.Name);
            return k >= 0 ? at[k].Value : throw new ArgumentException($"The variable {v} has no value; give one, as in {v.Name}=1.", nameof(at));
        }

        void Add(Expression part, Tensor value, List<(int, Tensor)> inputs)
        {
            numbers[part] = nodes.Count;
            nodes.Add((part, value, inputs));
        }

        Tensor Leaf(Expression leaf)
        {
            Tensor value = Formula.Leaf(leaf, v => Tensor.Scalar(Value(v), DType.Float64).Track());
            if (leaf is Variable) Add(leaf, value, []);
            return value;
        }

        // What is drawn gets a link from each part that it reads; numbers are written into the node.
        Tensor Compute(Call call, Tensor[] x)
        {
            if (!IsShown(call)) return call.Op.Apply(x);
            List<(int, Tensor)> inputs = [];
            Tensor y = call.Op.Apply([.. call.Inputs.Zip(x, Along)]);
            Add(call, y, inputs);
            return y;

            Tensor Along(Expression input, Tensor value)
            {
                if (!numbers.TryGetValue(input, out int from))
                {
                    foreach (Expression e in Hidden(input)) inputs.Add((numbers[e], nodes[numbers[e]].Value));
                    return value;
                }
                Tensor along = new Reshape(Shape.Scalar).Apply(value);
                inputs.Add((from, along));
                return along;
            }
        }

        // The drawn parts behind one that is not drawn.
        List<Expression> Hidden(Expression part) =>
            part is Number ? [] : numbers.ContainsKey(part) ? [part] : part is Call c ? [.. c.Inputs.SelectMany(Hidden).Distinct()] : [];
    }

    // A comparison is drawn with the bracket that makes a number of it.
    private static bool IsShown(Call call) => call.Spec.DType == DType.Float64 && call.Op is not (Reshape or Stack);

    // The op with the numbers that it has, and nothing for what links bring.
    private static string Sign(Expression part)
    {
        if (part is not Call call) return part.ToString();
        if (call.Inputs.Count(x => x is not Number) > 1) return FlowReader.SymbolOf(call.Op).Replace('-', '−');
        string written = Formula.Of(Filled(call)).ToString();
        if (written.StartsWith(Hole + " ", StringComparison.Ordinal)) return written[(Hole.Length + 1)..]; // □ + 1 is + 1
        if (written.EndsWith($"({Hole})", StringComparison.Ordinal)) return written[..^(Hole.Length + 2)]; // tanh(□) is tanh
        // 3□ is · 3
        return written == "−" + Hole ? "−"
            : written.EndsWith(Hole, StringComparison.Ordinal) && char.IsAsciiDigit(written[^2]) ? "· " + written[..^1] : written;

        Expression Filled(Expression e) => e switch
        {
            Number n => n,
            Call { Spec.DType: DType.Bool } c => Call.Of(c.Op, [.. c.Inputs.Select(Filled)]),
            Call c when ReferenceEquals(c, call) => Call.Of(c.Op, [.. c.Inputs.Select(Filled)]),
            _ => new Variable(Hole, Shape.Scalar),
        };
    }

    private readonly record struct Input(int From, double Value, double? Gradient);

    private sealed record Node(string Text, double Value, double? Gradient, bool IsVariable, List<Input> Inputs);
}
