// What a neuron makes of its sum. Which functions can be one the op table and the notation of networks say between them: an op of
// every element that is a brick too. Two are the same when they compute the same, options included, however they are written:
// max(0, x) and relu(x) are one, leakyrelu(x; 0.1) and leakyrelu(x; 0.5) are two, and so are [x > 0] and [x ≥ 0].

using Kubik.Glass.Formulas;
using Graph = Kubik.Graphs.Graph;
using Module = Kubik.Nn.Module;
using NetNotation = Kubik.Nn.NetNotation;
using Sequential = Kubik.Nn.Sequential;

namespace Kubik.Glass.Networks;

/// <summary>The function of a layer of neurons.</summary>
internal sealed class Activation : IEquatable<Activation>
{
    private static readonly Variable X = new("x", Shape.Scalar);

    private readonly Expression written, meaning; // of x
    private readonly string? brick;

    private Activation(Expression written, Expression? meaning = null)
    {
        (this.written, this.meaning) = (written, meaning ?? written);
        this.brick = this.meaning is Call { Op: var op, Inputs: [Variable] } ? BrickOf(op) : null;
    }

    /// <summary>None: a neuron hands on its sum.</summary>
    public static Activation Identity { get; } = new(X);

    /// <summary>The notation of the brick that it is (relu, elu alpha=3) or identity; where no brick does the same, the function of x.</summary>
    public string Name => this.IsIdentity ? "identity" : this.brick ?? this.meaning.ToString();

    /// <summary>Whether it is none.</summary>
    public bool IsIdentity => this.meaning is Variable;

    // The bricks by the names of the ops that they are: celu; and with an option that is a word, gelutanh.
    private static Dictionary<string, string> Bricks { get; } = NetNotation.Bricks
        .SelectMany(b => b.Usage.Split(' ')
            .Where(o => o.EndsWith("=false]", StringComparison.Ordinal))
            .Select(o => o[1..o.IndexOf('=', StringComparison.Ordinal)])
            .Select(o => (Op: b.Name + o, Brick: $"{b.Name} {o}=true")).Prepend((Op: b.Name, Brick: b.Name)))
        .ToDictionary(b => b.Op, b => b.Brick, StringComparer.Ordinal);

    /// <summary>Whether an op can be a neuron's activation.</summary>
    public static bool Is(Op op) => Function.IsElementwise(op) && Bricks.ContainsKey(op.Name.ToLowerInvariant());

    /// <summary>The activation that an op is.</summary>
    public static Activation Of(Op op) => new(Call.Of(op, X));

    /// <summary>The activation that a number comes out of, and what it is applied to; null when it is none.</summary>
    public static (Activation Function, Expression Sum)? TryRead(Expression output) => output switch
    {
        Call { IsScalar: true, Op: Binary<Maximum> max, Inputs: [Number { Value: 0 } zero, var x] } => (new(Call.Of(max, zero, X), Relu), x),
        Call { IsScalar: true, Op: Binary<Maximum> max, Inputs: [var x, Number { Value: 0 } zero] } => (new(Call.Of(max, X, zero), Relu), x),
        Call { IsScalar: true, Op: Cast to, Inputs: [Call { Op: Compare<GreaterOrEqual> least, Inputs: [var x, Number { Value: 0 } zero] }] } =>
            (new(Call.Of(to, Call.Of(least, X, zero))), x),
        Call { IsScalar: true, Op: var op, Inputs: [var x] } when Is(op) => (Of(op), x),
        _ => null,
    };

    /// <summary>A neuron's output for its sum, written as it was read.</summary>
    public Expression At(Expression sum) => Formula.Rewritten(this.written, (part, inputs) => part is Call c ? c.With(inputs) : part is Variable ? sum : part);

    /// <summary>A brick that computes it.</summary>
    /// <exception cref="NotSupportedException">There is none.</exception>
    public Module ToBrick() => this.brick is null
        ? throw new NotSupportedException($"There is no brick for the activation {this.meaning}.")
        : Sequential.Parse(this.brick).Items[0];

    /// <inheritdoc/>
    public bool Equals(Activation? other) => other is not null && other.meaning.Equals(this.meaning);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => this.Equals(obj as Activation);

    /// <inheritdoc/>
    public override int GetHashCode() => this.meaning.GetHashCode();

    private static Call Relu => Call.Of(Unary<Relu>.Instance, X);

    // The brick that an op with its options is. It has to compute the very same op: an option may be rounded where it is written.
    private static string? BrickOf(Op op)
    {
        if (!Is(op)) return null;
        string words = Bricks[op.Name.ToLowerInvariant()];
        string[] options = op.Notation.Text.Split(';') is [_, var listed] ? listed.TrimEnd(')').Split(',') : [];
        return (options.Length > 0 ? Same(() => Function.All[words].Brick(options.Select(o => Formula.Parse(o).Value))) : null) ?? Same(() => words);

        string? Same(Func<string> written)
        {
            try
            {
                Module made = Sequential.Parse(written()).Items[0];
                return op.Equals(Graph.Trace(x => made.Forward(x[0]), new TensorSpec(DType.Float64, [])).Outputs[0].Node!.Op) ? made.Notation : null;
            }
            catch (FormatException)
            {
                return null; // an option that no notation has, ∞, or one that has to be given
            }
        }
    }
}
