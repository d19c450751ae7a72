using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>
/// The gradient of <see cref="Unrolled{TUnit}"/>, for all steps: U (H, gates · H), the results (parts, B, T, H), the state before the first
/// step (B, H) each, what has reached h of each step (B, T, H), the same for c if it is there, and the mask if there is one → one
/// after another the gradients of the projected input (B, T, gates · H), of what is multiplied by U where it differs (B, T, H), and of
/// the state (B, H) each.
/// </summary>
/// <param name="Of">The unit.</param>
/// <param name="Reverse">Whether the last step came first.</param>
/// <param name="Cell">Whether something has reached c too.</param>
public sealed record UnrolledGradient<TUnit>(TUnit Of, bool Reverse = false, bool Cell = false) : FusedOp where TUnit : struct, IRecurrentUnit
{
    /// <inheritdoc/>
    public override string Name => $"{this.Of.Name}Gradient";

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function($"d{this.Of.Name.ToLowerInvariant()}");

    /// <inheritdoc/>
    public override string? Onnx => null;

    private int States => this.Of.States;

    private int Fixed => 3 + this.States + (this.Cell ? 1 : 0);

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        (TensorSpec u, TensorSpec results) = (x[0], x[1]);
        if (this.Cell && this.States < 2) throw this.Error("the state has one part, so nothing can have reached the second.");
        if (results.DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(results));
        if (results.Shape.Rank != 4 || results.Shape[0] != this.Of.Parts || results.Shape[2] == 0)
            throw this.Error($"the results must be ({this.Of.Parts}, batch, steps, hidden) with a step or more; got {results.Shape}.");
        (int batch, int steps, int hidden) = (results.Shape[1], results.Shape[2], results.Shape[3]);
        int gates = this.Of.Gates * hidden;
        if (u.Shape != [hidden, gates]) throw this.Error($"the weights of the state must be {Shape.Create([hidden, gates])}; got {u.Shape}.");
        for (int i = 0; i < this.Fixed; i++)
        {
            if (x[i].DType != results.DType) throw this.Error(TypeRule.Same(results, x[i]));
            if (i < 2) continue;
            Shape shape = i < 2 + this.States ? [batch, hidden] : [batch, steps, hidden];
            if (x[i].Shape != shape) throw this.Error($"input {i} must be {shape} for results {results.Shape}; got {x[i].Shape}.");
        }
        if (x.Length > this.Fixed) RecurrentRule.CheckMask(this, x[this.Fixed], batch, steps);
        long count = (long)batch * (steps * (gates + (this.Of.Extra ? hidden : 0L)) + this.States * hidden);
        return count <= int.MaxValue ? new(results.DType, [(int)count])
            : throw this.Error($"the gradients for results {results.Shape} have {count} elements, more than one tensor holds; split the batch.");
    }

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Tensor u = x[0].T, results = x[1];
        Tensor[] first = x.Slice(2, this.States).ToArray(), arrived = x.Slice(2 + this.States, this.Cell ? 2 : 1).ToArray();
        Tensor? mask = x.Length > this.Fixed ? x[this.Fixed] : null;
        int steps = results.Shape[2], hidden = results.Shape[3], last = (this.Of.Gates - 1) * hidden;
        Tensor[] projected = new Tensor[steps], extra = new Tensor[steps];
        Tensor zero = Tensor.Scalar(0, results.DType);
        Tensor[] d = [.. first.Select(s => Tensor.Zeros(s.Shape, s.DType))]; // what goes on to the step before
        for (int s = steps - 1; s >= 0; s--)
        {
            int t = this.Reverse ? steps - 1 - s : s, b = this.Reverse ? t + 1 : t - 1;
            Tensor[] parts = [.. Enumerable.Range(0, this.Of.Parts).Select(k => results[k, .., t])];
            Tensor[] before = s == 0 ? first : [.. Enumerable.Range(0, this.States).Select(k => results[k, .., b])];
            for (int k = 0; k < arrived.Length; k++) d[k] += arrived[k][.., t];
            (Tensor dx, Tensor dp, Tensor?[] direct) = this.Of.Back(parts, before, d);
            if (mask is not null) (dx, dp) = (Tensor.Where(mask[.., t].Unsqueeze(1), dx, zero), Tensor.Where(mask[.., t].Unsqueeze(1), dp, zero));
            (projected[t], extra[t]) = (dx, dp[.., last..]);
            for (int k = 0; k < d.Length; k++)
            {
                Tensor? on = k > 0 ? direct[k] : direct[k] is { } beside ? dp.MatMul(u) + beside : dp.MatMul(u);
                d[k] = mask is null ? on! : Tensor.Where(mask[.., t].Unsqueeze(1), on!, d[k]);
            }
        }
        List<Tensor> all = [Tensor.Stack(1, projected).Flatten(0)];
        if (this.Of.Extra) all.Add(Tensor.Stack(1, extra).Flatten(0));
        all.AddRange(d.Select(part => part.Flatten(0)));
        return Tensor.Concat(0, [.. all]);
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        RecurrentTensors tensors = new()
        {
            Weight = x[0].Contiguous(),
            Results = x[1].Contiguous(),
            Hidden = x[2].Contiguous(),
            Cell = this.States > 1 ? x[3].Contiguous() : null,
            HiddenGradient = x[2 + this.States].Contiguous(),
            CellGradient = this.Cell ? x[3 + this.States].Contiguous() : null,
            Mask = x.Length > this.Fixed ? x[this.Fixed].Contiguous() : null,
            Gradients = y,
        };
        if (y.DType == DType.Float32) RecurrentKernel.Run<TUnit, float>(this.Of, this.Reverse, tensors);
        else RecurrentKernel.Run<TUnit, double>(this.Of, this.Reverse, tensors);
    }
}
