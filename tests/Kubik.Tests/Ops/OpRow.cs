// A row of the test plan. All theories run over all rows; what a theory needs to know of an op stands in the row.

using System.Text;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

/// <summary>An input of a row.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Domain">Where its elements are drawn from.</param>
/// <param name="Fixed">Its type, when it is not the type that the row is run with: an index, a condition.</param>
public sealed record Arg(Shape Shape, Domain Domain, DType? Fixed = null);

/// <summary>An op instance, its inputs and what has to come out.</summary>
/// <param name="Op">The op with its attributes.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="Reference">The result in double precision, computed naively; the inputs are the rounded ones that the op sees.</param>
public sealed record OpRow(Op Op, Arg[] Inputs, Func<Naive[], Naive> Reference)
{
    public static readonly DType[] Floats = [DType.Float32, DType.Float64];
    public static readonly DType[] Signed = [DType.Float32, DType.Float64, DType.Int32, DType.Int64];
    public static readonly DType[] Numbers = [.. Signed, DType.UInt8];

    /// <summary>The types that the row is run with.</summary>
    public DType[] Types { get; init; } = Floats;

    /// <summary>The largest |y − r| / max(1, |r|) in Float32.</summary>
    public double Tolerance32 { get; init; } = 2e-6;

    /// <summary>The largest |y − r| / max(1, |r|) in Float64.</summary>
    public double Tolerance64 { get; init; } = 1e-13;

    /// <summary>Big enough for several threads, and so too big for the slow theories.</summary>
    public bool Big { get; init; }

    /// <summary>What tells this row from others of the same op and shapes.</summary>
    public string Note { get; init; } = "";

    /// <summary>The row's name in test results.</summary>
    public string Id => $"{this.Op.Name} {string.Join(" ", this.Inputs.Select(i => i.Shape))}{(this.Note.Length == 0 ? "" : $" {this.Note}")}";

    /// <summary>Inputs of a type: always the same for the same row.</summary>
    public Tensor[] Draw(DType type)
    {
        Random random = new(Encoding.UTF8.GetBytes(this.Id).Aggregate(17, (hash, b) => unchecked(hash * 31 + b)));
        Tensor[] inputs = new Tensor[this.Inputs.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            Arg arg = this.Inputs[i];
            DType own = arg.Fixed ?? type;
            double[] values = arg.Domain.Draw(random, arg.Shape.Size, !own.IsFloat);
            if (own == DType.UInt8) values = [.. values.Select(Math.Abs)];
            inputs[i] = Tensor.From(values, arg.Shape).Cast(own).Contiguous();
        }
        return inputs;
    }

    /// <summary>Whether the op has a derivative to check: it is run in Float64, gives Float64, and has an input that can be moved.</summary>
    public bool HasSlope =>
        this.Op is not DiscreteOp and not Cast { To: not DType.Float64 } && this.Types.Contains(DType.Float64) && this.Inputs.Any(i => i.Fixed is null)
        && this.Op.Infer([.. this.Inputs.Select(i => new TensorSpec(i.Fixed ?? DType.Float64, i.Shape))]).DType == DType.Float64;

    /// <summary>Whether an input can be moved by a difference quotient.</summary>
    public bool IsSmooth(int input) => this.Inputs[input].Fixed is null;

    public override string ToString() => this.Id;
}

/// <summary>Tensors compared to the last bit.</summary>
internal static class Bits
{
    public static byte[] Of(Tensor x)
    {
        Tensor c = x.Detach().Contiguous();
        int size = c.DType.ByteSize;
        byte[] bits = c.Bytes.Slice(c.Layout.Offset * size, c.Count * size).ToArray();
        GC.KeepAlive(c);
        return bits;
    }

    public static void Equal(Tensor expected, Tensor actual, string what = "")
    {
        Assert.Equal(expected.Spec, actual.Spec);
        byte[] a = Of(expected), b = Of(actual);
        if (a.AsSpan().SequenceEqual(b)) return;
        int size = expected.DType.ByteSize, at = a.AsSpan().CommonPrefixLength(b) / size;
        Assert.Fail($"{what}: element {at} of {expected.Spec} is {actual.ToDoubles()[at]:R}, not bit for bit {expected.ToDoubles()[at]:R}.");
    }
}
