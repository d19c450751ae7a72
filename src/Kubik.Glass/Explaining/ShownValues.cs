// What an explanation asks of the values of a step: whether one is there, what can be said of it in short, all of a small one,
// single entries of every one. It asks twice: in a rehearsal, before anything is computed, and then of the step that was computed.

using System.Diagnostics.CodeAnalysis;

namespace Kubik.Glass.Explaining;

/// <summary>The values of a step, as an explanation sees them.</summary>
internal abstract class ShownValues
{
    /// <summary>Whether a value is computed.</summary>
    public abstract bool Has(Tensor value);

    /// <summary>What is kept of a value in every case.</summary>
    public abstract Snapshot this[Tensor value] { get; }

    /// <summary>A value as a whole, as it is shown, when it is not too big to be kept and is computed.</summary>
    public abstract bool TryGet(Tensor value, [NotNullWhen(true)] out Tensor? whole);

    /// <summary>Asks that a value is kept as a whole, whatever its size.</summary>
    public abstract void Keep(Tensor value);

    /// <summary>One entry of a value; null when it is not there.</summary>
    public abstract double? At(Tensor value, int[] at);

    /// <summary>A value as a whole; null when it is too big to be kept or is not computed.</summary>
    public Tensor? Whole(Tensor value) => this.TryGet(value, out Tensor? known) ? known : null;

    /// <summary>One entry of a value that there is.</summary>
    public double Entry(Tensor value, params int[] at) => this.At(value, at) ?? double.NaN;
}
