// The probabilities p that a loss of logits z speaks of, softmax(z) or sigmoid(z). The engine computes such losses without them, so
// that no large z overflows: ln p at once, −ln(1 − p) as softplus(z). Here they are written with p, as everybody knows them; the
// numbers of p are those that the engine computes for the gradient.

using Kubik.Glass.Formulas;
using Kubik.Glass.Traces;

namespace Kubik.Glass.Explaining;

/// <summary>Writes a loss with its probabilities.</summary>
internal sealed class Probabilities
{
    private readonly Expression definition;

    private Probabilities(Tensor value, Expression definition, Expression name) => (this.Value, this.definition, this.Name) = (value, definition, name);

    /// <summary>The value of the graph that they are.</summary>
    public Tensor Value { get; }

    /// <summary>Their name.</summary>
    public Expression Name { get; }

    /// <summary>Whether it is one of several classes, and not yes or no.</summary>
    public bool AreOfClasses => this.definition is Call { Op: Ops.Softmax };

    /// <summary>The probabilities of a step's loss, with a name; null when it has none.</summary>
    /// <param name="trace">The step.</param>
    /// <param name="names">Where they get their name.</param>
    public static Probabilities? Of(StepTrace trace, Names names)
    {
        Tensor z = trace.Net.Root.Output;
        if (names.Of(z) is not { } output) return null;
        // Of every place: the same numbers, a row for each.
        bool IsZ(Tensor v) =>
            ReferenceEquals(v, z) || v is { IsSymbolic: true, Node: { Op: Reshape, Inputs: [var whole] } } && ReferenceEquals(whole, z) && v.Rank == 2
            && v.Shape[1] == z.Shape[^1];
        bool IsLogarithm(Tensor v) =>
            v is
            {
                IsSymbolic: true, Node:
                {
                    Op: SoftmaxCrossEntropy or Ops.LogSoftmax { Axis: 1, Temperature: 1 } or Function<Softplus>,
                    Inputs: [var x, ..]
                }
            } && IsZ(x is { Node: { Op: UnaryNumber<Neg>, Inputs: [var inner] } } ? inner : x);
        Tensor? logarithm = trace.Forward.FirstOrDefault(IsLogarithm);
        if (logarithm is null) return null;
        bool areOfClasses = logarithm.Node!.Op is not Function<Softplus>;
        Tensor places = logarithm.Node.Inputs[0] is { Node: { Op: Reshape, Inputs: [var seen] } } rows && ReferenceEquals(seen, z) ? rows : z;
        if (!ReferenceEquals(places, z)) output = Call.Of(new Reshape(places.Shape), output);
        Call meaning = areOfClasses ? Call.Of(new Ops.Softmax(1), output) : Call.Of(new Function<Sigmoid>(default), output);
        bool IsIt(Tensor v) =>
            v is { IsSymbolic: true, Node: { Inputs: [var x] } node }
            && (ReferenceEquals(x, places) ? node.Op.Equals(meaning.Op)
            : areOfClasses && node.Op is Function<Exp> && x.Node is { Op: Ops.LogSoftmax, Inputs: [var of] } && ReferenceEquals(of, places));
        HashSet<Tensor> own = new(trace.Net.Root.All.SelectMany(c => c.Own), ReferenceEqualityComparer.Instance);
        return trace.Graph.Values.FirstOrDefault(v => IsIt(v) && !own.Contains(v) && !trace.IsOfUpdate(v)) is { } value && names.Of(value) is null
            ? new(value, meaning, names.Name(value, "p")) : null;
    }

    /// <summary>What they are: softmax(z) or sigmoid(z).</summary>
    public Expression Definition => this.definition;

    /// <summary>An expression with p where that is shorter.</summary>
    public Expression In(Expression expression) => Formula.Rewritten(expression, (part, x) => part is Call c ? this.Written(c, x) : part);

    private Expression Written(Call c, Expression[] x)
    {
        Expression p = this.Name, z = ((Call)this.definition).Inputs[0];
        Call Ln(Expression of) => Call.Of(Unary<Log>.Instance, of);
        Call Minus(Expression of) => Call.Of(UnaryNumber<Neg>.Instance, of);
        Call Others() => Call.Of(Binary<Sub>.Instance, new Number(1), p);
        bool IsZ(Expression e) => e.Equals(z);
        if (c.Op.Equals(((Call)this.definition).Op) && IsZ(x[0])) return p;
        return (c.Op, x) switch
        {
            (Ops.LogSoftmax { Axis: 1, Temperature: 1 }, [var of]) when this.AreOfClasses && IsZ(of) => Ln(p),
            (Function<Exp>, [Call { Op: Unary<Log>, Inputs: [var of] }]) when of.Equals(p) => p,
            (SoftmaxCrossEntropy, [var of, var t]) when IsZ(of) =>
                Call.Of(new Reshape(c.Shape), Minus(Ln(Call.Of(new Gather(1), p, Call.Of(new Reshape(t.Shape.Insert(1, 1)), t))))),
            (Function<Softplus>, [var of]) when !this.AreOfClasses && IsZ(of) => Minus(Ln(Others())),
            (Function<Softplus>, [Call { Op: UnaryNumber<Neg>, Inputs: [var of] }]) when !this.AreOfClasses && IsZ(of) => Minus(Ln(p)),
            (Function<Sigmoid>, [Call { Op: UnaryNumber<Neg>, Inputs: [var of] }]) when !this.AreOfClasses && IsZ(of) => Others(),
            (Binary<Mul>, [var a, Call { Op: UnaryNumber<Neg>, Inputs: [var b] }]) => Minus(Call.Of(c.Op, a, b)),
            // (1 − t)p − t(1 − p)
            (Binary<Sub>, [Call { Op: Binary<Mul>, Inputs: [Call { Op: Binary<Sub>, Inputs: [Number { Value: 1 }, var t] }, var yes] },
                Call { Op: Binary<Mul>, Inputs: [var same, Call { Op: Binary<Sub>, Inputs: [Number { Value: 1 }, var no] }] }])
                when t.Equals(same) && yes.Equals(p) && no.Equals(p) => Call.Of(c.Op, p, t),
            (Binary<Sub>, [Call
            {
                Op: Binary<Mul>,
                Inputs: [Call { Op: Binary<Mul>, Inputs: [Number n, Call { Op: Binary<Sub>, Inputs: [Number { Value: 1 }, var t] }] }, var yes]
            },
                Call
            {
                Op: Binary<Mul>, Inputs: [Call { Op: Binary<Mul>, Inputs: [Number again, var same] },
                Call { Op: Binary<Sub>, Inputs: [Number { Value: 1 }, var no] }]
            }])
                when n.Equals(again) && t.Equals(same) && yes.Equals(p) && no.Equals(p) => Call.Of(Binary<Mul>.Instance, n, Call.Of(c.Op, p, t)),
            _ => c.With(x),
        };
    }
}
