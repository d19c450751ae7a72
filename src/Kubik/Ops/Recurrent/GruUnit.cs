using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>
/// h' = (1 − z)·n + z·h with r and z the sigmoids of their blocks of x·W + b + h·U, n = tanh(xWₙ + bₙ + r·(hUₙ + c)) (Cho et al. 2014,
/// arXiv:1406.1078, with the reset gate after the product). Parts: h, r, z, n, hUₙ + c.
/// </summary>
public readonly record struct GruUnit : IRecurrentUnit
{
    /// <inheritdoc/>
    public string Name => "GRU";

    /// <inheritdoc/>
    public int Gates => 3;

    /// <inheritdoc/>
    public int States => 1;

    /// <inheritdoc/>
    public int Parts => 5;

    /// <inheritdoc/>
    public bool Extra => true;

    /// <inheritdoc/>
    public Tensor[] Step(Tensor projected, Tensor recurrent, Tensor? bias, Tensor[] state)
    {
        int n = state[0].Shape[1];
        Tensor gates = (projected[.., ..(2 * n)] + recurrent[.., ..(2 * n)]).Sigmoid(); // r and z lie side by side
        Tensor r = gates[.., ..n], z = gates[.., n..], u = recurrent[.., (2 * n)..] + bias!;
        Tensor candidate = (projected[.., (2 * n)..] + r * u).Tanh();
        return [candidate + z * (state[0] - candidate), r, z, candidate, u];
    }

    /// <inheritdoc/>
    public (Tensor Projected, Tensor Recurrent, Tensor?[] State) Back(Tensor[] parts, Tensor[] before, Tensor[] d)
    {
        (Tensor r, Tensor z, Tensor n, Tensor u) = (parts[1], parts[2], parts[3], parts[4]);
        Tensor dn = d[0] * (1 - z) * (1 - n * n);
        Tensor gates = Tensor.Concat(1, dn * u * r * (1 - r), d[0] * (before[0] - n) * z * (1 - z));
        return (Tensor.Concat(1, gates, dn), Tensor.Concat(1, gates, dn * r), [d[0] * z]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Forward<TLanes, TV, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* x = row.Projected, p = row.Recurrent, y = row.Results;
        long part = row.Part;
        for (int j = 0; j < n; j += TLanes.Count)
        {
            int left = n - j;
            TV r = TLanes.Sigmoid(TLanes.Add(Ends<TLanes, TV, T>.Load(x + j, left), TLanes.Load(p + j)));
            TV z = TLanes.Sigmoid(TLanes.Add(Ends<TLanes, TV, T>.Load(x + n + j, left), TLanes.Load(p + n + j)));
            TV u = TLanes.Add(TLanes.Load(p + 2 * n + j), Ends<TLanes, TV, T>.Load(row.Bias + j, left));
            TV candidate = TLanes.Tanh(TLanes.Add(Ends<TLanes, TV, T>.Load(x + 2 * n + j, left), TLanes.Multiply(r, u)));
            TV step = TLanes.Multiply(z, TLanes.Subtract(Ends<TLanes, TV, T>.Load(row.HiddenBefore + j, left), candidate));
            Ends<TLanes, TV, T>.Store(y + j, TLanes.Add(candidate, step), left);
            Ends<TLanes, TV, T>.Store(y + part + j, r, left);
            Ends<TLanes, TV, T>.Store(y + 2 * part + j, z, left);
            Ends<TLanes, TV, T>.Store(y + 3 * part + j, candidate, left);
            Ends<TLanes, TV, T>.Store(y + 4 * part + j, u, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Backward<TLanes, TV, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* dx = row.Projected, dp = row.Recurrent, y = row.Results;
        long part = row.Part;
        TV zero = default, one = TLanes.Exp(zero);
        for (int j = 0; j < n; j += TLanes.Count)
        {
            int left = n - j;
            TV r = Ends<TLanes, TV, T>.Load(y + part + j, left), z = Ends<TLanes, TV, T>.Load(y + 2 * part + j, left);
            TV candidate = Ends<TLanes, TV, T>.Load(y + 3 * part + j, left), u = Ends<TLanes, TV, T>.Load(y + 4 * part + j, left);
            TV dh = TLanes.Load(row.HiddenGradient + j), h = Ends<TLanes, TV, T>.Load(row.HiddenBefore + j, left);
            TV dn = TLanes.Multiply(TLanes.Multiply(dh, TLanes.Subtract(one, z)), TLanes.Subtract(one, TLanes.Multiply(candidate, candidate)));
            TV dr = TLanes.Multiply(TLanes.Multiply(dn, u), TLanes.Multiply(r, TLanes.Subtract(one, r)));
            TV dz = TLanes.Multiply(TLanes.Multiply(dh, TLanes.Subtract(h, candidate)), TLanes.Multiply(z, TLanes.Subtract(one, z))), du = TLanes.Multiply(dn, r);
            Ends<TLanes, TV, T>.Store(dx + j, dr, left);
            Ends<TLanes, TV, T>.Store(dp + j, dr, left);
            Ends<TLanes, TV, T>.Store(dx + n + j, dz, left);
            Ends<TLanes, TV, T>.Store(dp + n + j, dz, left);
            Ends<TLanes, TV, T>.Store(dx + 2 * n + j, dn, left);
            Ends<TLanes, TV, T>.Store(dp + 2 * n + j, du, left);
            Ends<TLanes, TV, T>.Store(row.Extra + j, du, left);
            TLanes.Store(row.HiddenGradient + j, TLanes.Multiply(dh, z));
        }
    }
}
