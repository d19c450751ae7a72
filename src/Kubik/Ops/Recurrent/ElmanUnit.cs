using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>h' = tanh(x·W + b + h·U), or max(0, …) (Elman 1990). The one part is h.</summary>
/// <param name="Relu">Whether max(0, x) takes the place of tanh.</param>
public readonly record struct ElmanUnit(bool Relu) : IRecurrentUnit
{
    /// <inheritdoc/>
    public string Name => "RNN";

    /// <inheritdoc/>
    public int Gates => 1;

    /// <inheritdoc/>
    public int States => 1;

    /// <inheritdoc/>
    public int Parts => 1;

    /// <inheritdoc/>
    public bool Extra => false;

    /// <inheritdoc/>
    public Tensor[] Step(Tensor projected, Tensor recurrent, Tensor? bias, Tensor[] state)
    {
        Tensor z = (projected + recurrent).Called("z"); // (B, H)
        return [(this.Relu ? z.Relu() : z.Tanh()).Called("h")];
    }

    /// <inheritdoc/>
    public (Tensor Projected, Tensor Recurrent, Tensor?[] State) Back(Tensor[] parts, Tensor[] before, Tensor[] d)
    {
        Tensor h = parts[0], dz = this.Relu ? d[0] * (h > 0).Cast(h.DType) : d[0] * (1 - h * h);
        return (dz, dz, [null]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Forward<V, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        for (int j = 0; j < n; j += V.Count)
        {
            V z = Ends<V, T>.Load(row.Projected + j, n - j) + V.Load(row.Recurrent + j);
            Ends<V, T>.Store(this.Relu ? V.Max(default, z) : VectorMath.Tanh(z), row.Results + j, n - j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Backward<V, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        V zero = V.Zero, one = V.One;
        for (int j = 0; j < n; j += V.Count)
        {
            V h = Ends<V, T>.Load(row.Results + j, n - j), dh = V.Load(row.HiddenGradient + j);
            V dz = this.Relu ? V.Select(V.Greater(h, V.Zero), dh, V.Zero) : dh * (one - h * h);
            Ends<V, T>.Store(dz, row.Projected + j, n - j);
            Ends<V, T>.Store(dz, row.Recurrent + j, n - j);
            V.Store(zero, row.HiddenGradient + j);
        }
    }
}
