using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>Whole numbers from Low up to, not including, High, all exactly equally likely. The input is the state, int64 (seed, stream, position).</summary>
/// <param name="Spec">Type (int32, int64 or uint8) and shape of what is drawn.</param>
/// <param name="Low">The least number.</param>
/// <param name="High">One more than the greatest.</param>
public sealed record RandomInteger(TensorSpec Spec, long Low, long High) : RandomOp
{
    private const int ElementsAJob = 8192;

    /// <inheritdoc/>
    public override string Name => "RandomInteger";

    /// <inheritdoc/>
    public override Notation Notation =>
        new($"integer({{*}}; {this.Low} to {this.High} − 1)", $@"\mathcal{{U}}_{{[{this.Low}, {this.High})}}\left({{*}}\right)");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Philox.CheckState(this, x[0]);
        (long least, long most) = this.Spec.DType switch
        {
            DType.Int32 => (int.MinValue, int.MaxValue),
            DType.Int64 => (long.MinValue, long.MaxValue),
            DType.UInt8 => (byte.MinValue, byte.MaxValue),
            _ => throw this.Error($"whole numbers are int32, int64 or uint8, not {this.Spec.DType.Name}; convert them with Cast."),
        };
        return
            this.Low >= this.High ? throw this.Error($"there is no whole number from {this.Low} up to, not including, {this.High}.") :
            this.Low < least || this.High - 1 > most ? throw this.Error($"{this.Spec.DType.Name} cannot hold all of {this.Low} to {this.High - 1}.") :
            this.Spec;
    }

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (this.Spec.Shape.Size + 1L) / 2;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        if (y.DType == DType.Int64)
        {
            this.Fill(x[0], y);
            return;
        }
        Tensor wide = Tensor.Allocate(new(DType.Int64, y.Shape));
        this.Fill(x[0], wide);
        Elementwise.Copy(wide.Cast(y.DType), y);
    }

    private unsafe void Fill(Tensor state, Tensor y)
    {
        (ulong seed, ulong stream, ulong position) = Philox.Read(state);
        fixed (long* p = y.Data<long>())
        {
            Job job = new()
            {
                Seed = seed,
                Stream = stream,
                Position = position,
                Low = this.Low,
                Range = (ulong)this.High - (ulong)this.Low,
                Y = p,
                Count = y.Count
            };
            Workers.Run((int)((y.Count + (long)ElementsAJob - 1) / ElementsAJob), ref job);
        }
    }

    private unsafe struct Job : IJob
    {
        public ulong Seed, Stream, Position, Range;
        public long Low;
        public long* Y;
        public int Count;

        public readonly void Run(int job)
        {
            for (long i = (long)job * ElementsAJob, end = Math.Min(i + ElementsAJob, this.Count); i < end; i++)
                this.Y[i] = unchecked(this.Low + (long)Philox.Below(this.Range, this.Seed, this.Stream, this.Position, (ulong)i));
        }
    }
}

/// <summary>The numbers 0 to Count − 1 in random order, int64, all orders equally likely: Fisher and Yates as in Knuth, "The Art of Computer Programming" 2,
/// algorithm 3.4.2P. The input is the state, int64 (seed, stream, position).</summary>
/// <param name="Count">How many numbers.</param>
public sealed record RandomPermutation(int Count) : RandomOp
{
    /// <inheritdoc/>
    public override string Name => "RandomPermutation";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function("permutation");

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        Philox.CheckState(this, x[0]);
        return this.Count >= 0 ? new(DType.Int64, [this.Count]) : throw this.Error($"the count must be 0 or more, not {this.Count}.");
    }

    internal override long Blocks(ReadOnlySpan<TensorSpec> x) => (this.Count + 1L) / 2;

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        (ulong seed, ulong stream, ulong position) = Philox.Read(x[0]);
        Span<long> order = y.Data<long>();
        for (int i = 0; i < order.Length; i++) order[i] = i;
        for (int i = order.Length - 1; i > 0; i--)
        {
            int j = (int)Philox.Below((ulong)i + 1, seed, stream, position, (ulong)i);
            (order[i], order[j]) = (order[j], order[i]);
        }
    }
}
