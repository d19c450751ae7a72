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
        Tensor z = projected + recurrent; // (B, H)
        return [this.Relu ? z.Relu() : z.Tanh()];
    }

    /// <inheritdoc/>
    public (Tensor Projected, Tensor Recurrent, Tensor?[] State) Back(Tensor[] parts, Tensor[] before, Tensor[] d)
    {
        Tensor h = parts[0], dz = this.Relu ? d[0] * (h > 0).Cast(h.DType) : d[0] * (1 - h * h);
        return (dz, dz, [null]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Forward<TLanes, TV, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        for (int j = 0; j < n; j += TLanes.Count)
        {
            TV z = TLanes.Add(Ends<TLanes, TV, T>.Load(row.Projected + j, n - j), TLanes.Load(row.Recurrent + j));
            Ends<TLanes, TV, T>.Store(row.Results + j, this.Relu ? TLanes.Max(default, z) : TLanes.Tanh(z), n - j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Backward<TLanes, TV, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        TV zero = default, one = TLanes.Exp(zero);
        for (int j = 0; j < n; j += TLanes.Count)
        {
            TV h = Ends<TLanes, TV, T>.Load(row.Results + j, n - j), dh = TLanes.Load(row.HiddenGradient + j);
            TV dz = this.Relu ? TLanes.WhereAbove0(h, dh) : TLanes.Multiply(dh, TLanes.Subtract(one, TLanes.Multiply(h, h)));
            Ends<TLanes, TV, T>.Store(row.Projected + j, dz, n - j);
            Ends<TLanes, TV, T>.Store(row.Recurrent + j, dz, n - j);
            TLanes.Store(row.HiddenGradient + j, zero);
        }
    }
}
