using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>
/// A recurrent unit through all steps of a batch: the projected input (B, T, gates · H), U (H, gates · H) and the state (B, H) each →
/// the parts of every step (parts, B, T, H). A unit that adds a vector to h·U has it (H) as the next input. A last input, bool
/// (B, T), says where a sequence goes on; elsewhere its state stands still.
/// </summary>
/// <param name="Of">The unit.</param>
/// <param name="Reverse">Whether the last step comes first.</param>
public sealed record Unrolled<TUnit>(TUnit Of, bool Reverse = false) : PackedOp where TUnit : struct, IRecurrentUnit
{
    /// <inheritdoc/>
    public override string Name => this.Of.Name;

    /// <inheritdoc/>
    public override Notation Notation => Notation.Function(this.Of.Name.ToLowerInvariant());

    /// <inheritdoc/>
    public override string? Onnx => null;

    private int States => this.Of.States;

    private int Fixed => 2 + this.States + (this.Of.Extra ? 1 : 0);

    /// <inheritdoc/>
    public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
    {
        (TensorSpec projected, TensorSpec u) = (x[0], x[1]);
        if (projected.DType is not (DType.Float32 or DType.Float64)) throw this.Error(TypeRule.Float(projected));
        if (projected.Shape.Rank != 3 || projected.Shape[1] == 0)
            throw this.Error($"the projected input must be (batch, steps, {this.Of.Gates} · hidden) with a step or more; got {projected.Shape}.");
        int batch = projected.Shape[0], steps = projected.Shape[1], hidden = u.Shape.Rank == 2 ? u.Shape[0] : 0, gates = this.Of.Gates * hidden;
        if (u.Shape.Rank != 2 || u.Shape[1] != gates || projected.Shape[2] != gates)
            throw this.Error($"the weights of the state must be (hidden, {this.Of.Gates} · hidden), and the projected input's last axis that long; "
                + $"got {u.Shape} and {projected.Shape}.");
        for (int i = 1; i < this.Fixed; i++)
        {
            if (x[i].DType != projected.DType) throw this.Error(TypeRule.Same(projected, x[i]));
            if (i >= 2 && i < 2 + this.States && x[i].Shape != [batch, hidden])
                throw this.Error($"the state must be {Shape.Create([batch, hidden])}; got {x[i].Shape}.");
            if (i == 2 + this.States && x[i].Shape != [hidden])
                throw this.Error($"what is added to the product must be {Shape.Create([hidden])}; got {x[i].Shape}.");
        }
        if (x.Length > this.Fixed) RecurrentRule.CheckMask(this, x[this.Fixed], batch, steps);
        return new(projected.DType, [this.Of.Parts, batch, steps, hidden]);
    }

    internal override (int Times, Shape Sizes) Counted(int input, Shape weight) => input == 1 ? (this.Of.Gates, [weight[0], weight[0]]) : (1, weight);

    /// <inheritdoc/>
    public override Tensor Decompose(ReadOnlySpan<Tensor> x)
    {
        Tensor projected = x[0], u = x[1];
        Tensor[] state = x.Slice(2, this.States).ToArray();
        Tensor? bias = this.Of.Extra ? x[this.Fixed - 1] : null, mask = x.Length > this.Fixed ? x[this.Fixed] : null;
        int steps = projected.Shape[1];
        Tensor[][] parts = [.. Enumerable.Range(0, this.Of.Parts).Select(_ => new Tensor[steps])];
        for (int s = 0; s < steps; s++)
        {
            int t = this.Reverse ? steps - 1 - s : s;
            Tensor[] next = this.Of.Step(projected[.., t], state[0].MatMul(u), bias, state);
            for (int k = 0; k < state.Length && s == 0; k++) state[k].Begins(next[k]);
            for (int k = 0; k < state.Length; k++) state[k] = next[k] = mask is null ? next[k] : Tensor.Where(mask[.., t].Unsqueeze(1), next[k], state[k]);
            for (int k = 0; k < parts.Length; k++) parts[k][t] = next[k];
        }
        return Tensor.Stack(0, [.. parts.Select(part => Tensor.Stack(1, part))]);
    }

    /// <inheritdoc/>
    public override Tensor?[] Gradients(ReadOnlySpan<bool> wanted, ReadOnlySpan<Tensor> x, Tensor y, Tensor?[] dy)
    {
        // What is kept of the gates is for the gradient alone; only a second derivative sends something there.
        if (dy.AsSpan(this.States).ContainsAnyExcept((Tensor?)null)) return Autograd.Gradient.OfDefinition(this, wanted, x, Whole(y, dy));
        (int batch, int steps, int hidden) = (y.Shape[1], y.Shape[2], y.Shape[3]);
        int gates = this.Of.Gates * hidden, rows = batch * steps;
        bool hasCell = dy.Length > 1 && this.States > 1 && dy[1] is not null;
        List<Tensor> inputs = [x[1], y, .. x.Slice(2, this.States), dy[0] ?? Tensor.Zeros(y.Shape[1..], y.DType)];
        if (hasCell) inputs.Add(dy[1]!);
        if (x.Length > this.Fixed) inputs.Add(x[this.Fixed]);
        Tensor d = new UnrolledGradient<TUnit>(this.Of, this.Reverse, hasCell).Apply([.. inputs]);
        int at = 0;
        Tensor Next(int count) => new Slice(0, (at += count) - count, count, 1).Apply(d);
        Tensor dz = Next(rows * gates).Reshape(rows, gates);
        Tensor? extra = this.Of.Extra ? Next(rows * hidden).Reshape(rows, hidden) : null;
        Tensor?[] dx = new Tensor?[x.Length];
        if (wanted[0]) dx[0] = dz.Reshape(batch, steps, gates);
        for (int k = 0; k < this.States; k++)
        {
            Tensor ds = Next(batch * hidden).Reshape(batch, hidden);
            if (wanted[2 + k]) dx[2 + k] = ds;
        }
        if (wanted[1])
        {
            Tensor h = y[0], first = x[2].Unsqueeze(1); // (B, T, H) and (B, 1, H)
            Tensor before = this.Reverse ? Tensor.Concat(1, h[.., 1..], first) : Tensor.Concat(1, first, h[.., ..^1]);
            Tensor flat = before.Reshape(rows, hidden).T;
            dx[1] = extra is null ? flat.MatMul(dz) : Tensor.Concat(1, flat.MatMul(dz[.., ..(gates - hidden)]), flat.MatMul(extra));
        }
        if (extra is not null && wanted[this.Fixed - 1]) dx[this.Fixed - 1] = extra.Sum(0);
        return dx;
    }

    /// <inheritdoc/>
    protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
    {
        RecurrentTensors tensors = new()
        {
            Projected = x[0].Contiguous(),
            Weight = x[1].Contiguous(),
            Hidden = x[2].Contiguous(),
            Cell = this.States > 1 ? x[3].Contiguous() : null,
            Bias = this.Of.Extra ? x[this.Fixed - 1].Contiguous() : null,
            Mask = x.Length > this.Fixed ? x[this.Fixed].Contiguous() : null,
            Results = y,
        };
        if (y.DType == DType.Float32) RecurrentKernel.Run<TUnit, float>(this.Of, this.Reverse, tensors);
        else RecurrentKernel.Run<TUnit, double>(this.Of, this.Reverse, tensors);
    }
}

/// <summary>The rules that both ops of a recurrent layer share.</summary>
internal static class RecurrentRule
{
    public static void CheckMask(Op op, TensorSpec mask, int batch, int steps)
    {
        if (mask.DType != DType.Bool || mask.Shape != [batch, steps])
            throw op.Error($"the mask must be bool {Shape.Create([batch, steps])}, true where a sequence goes on; got {mask}.");
    }
}
