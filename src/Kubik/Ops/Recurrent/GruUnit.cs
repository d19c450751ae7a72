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
        Tensor r = gates[.., ..n].Called("r"), z = gates[.., n..].Called("z"), u = (recurrent[.., (2 * n)..] + bias!).Called("u");
        Tensor candidate = (projected[.., (2 * n)..] + r * u).Tanh().Called("n");
        return [(candidate + z * (state[0] - candidate)).Called("h"), r, z, candidate, u];
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
    unsafe void IRecurrentUnit.Forward<V, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* x = row.Projected, p = row.Recurrent, y = row.Results;
        long part = row.Part;
        for (int j = 0; j < n; j += V.Count)
        {
            int left = n - j;
            V r = VectorMath.Sigmoid(Ends<V, T>.Load(x + j, left) + V.Load(p + j));
            V z = VectorMath.Sigmoid(Ends<V, T>.Load(x + n + j, left) + V.Load(p + n + j));
            V u = V.Load(p + 2 * n + j) + Ends<V, T>.Load(row.Bias + j, left);
            V candidate = VectorMath.Tanh(Ends<V, T>.Load(x + 2 * n + j, left) + r * u);
            V step = z * (Ends<V, T>.Load(row.HiddenBefore + j, left) - candidate);
            Ends<V, T>.Store(candidate + step, y + j, left);
            Ends<V, T>.Store(r, y + part + j, left);
            Ends<V, T>.Store(z, y + 2 * part + j, left);
            Ends<V, T>.Store(candidate, y + 3 * part + j, left);
            Ends<V, T>.Store(u, y + 4 * part + j, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Backward<V, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* dx = row.Projected, dp = row.Recurrent, y = row.Results;
        long part = row.Part;
        V zero = V.Zero, one = V.One;
        for (int j = 0; j < n; j += V.Count)
        {
            int left = n - j;
            V r = Ends<V, T>.Load(y + part + j, left), z = Ends<V, T>.Load(y + 2 * part + j, left);
            V candidate = Ends<V, T>.Load(y + 3 * part + j, left), u = Ends<V, T>.Load(y + 4 * part + j, left);
            V dh = V.Load(row.HiddenGradient + j), h = Ends<V, T>.Load(row.HiddenBefore + j, left);
            V dn = dh * (one - z) * (one - candidate * candidate);
            V dr = dn * u * (r * (one - r));
            V dz = dh * (h - candidate) * (z * (one - z)), du = dn * r;
            Ends<V, T>.Store(dr, dx + j, left);
            Ends<V, T>.Store(dr, dp + j, left);
            Ends<V, T>.Store(dz, dx + n + j, left);
            Ends<V, T>.Store(dz, dp + n + j, left);
            Ends<V, T>.Store(dn, dx + 2 * n + j, left);
            Ends<V, T>.Store(du, dp + 2 * n + j, left);
            Ends<V, T>.Store(du, row.Extra + j, left);
            V.Store(dh * z, row.HiddenGradient + j);
        }
    }
}
