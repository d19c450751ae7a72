using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>c' = σ(f)·c + σ(i)·tanh(g), h' = σ(o)·tanh(c') with (i, f, g, o) = x·W + b + h·U (Hochreiter and Schmidhuber 1997). Parts:
/// h, c, σ(i), σ(f), tanh(g), σ(o).</summary>
public readonly record struct LstmUnit : IRecurrentUnit
{
    /// <inheritdoc/>
    public string Name => "LSTM";

    /// <inheritdoc/>
    public int Gates => 4;

    /// <inheritdoc/>
    public int States => 2;

    /// <inheritdoc/>
    public int Parts => 6;

    /// <inheritdoc/>
    public bool Extra => false;

    /// <inheritdoc/>
    public Tensor[] Step(Tensor projected, Tensor recurrent, Tensor? bias, Tensor[] state)
    {
        int n = state[0].Shape[1];
        Tensor z = (projected + recurrent).Called("z"); // (B, 4H)
        Tensor gates = z[.., ..(2 * n)].Sigmoid();      // i and f lie side by side
        Tensor i = gates[.., ..n].Called("i"), f = gates[.., n..].Called("f"), g = z[.., (2 * n)..(3 * n)].Tanh().Called("g"),
            o = z[.., (3 * n)..].Sigmoid().Called("o");
        Tensor c = (f * state[1] + i * g).Called("c");
        return [(o * c.Tanh()).Called("h"), c, i, f, g, o];
    }

    /// <inheritdoc/>
    public (Tensor Projected, Tensor Recurrent, Tensor?[] State) Back(Tensor[] parts, Tensor[] before, Tensor[] d)
    {
        (Tensor i, Tensor f, Tensor g, Tensor o, Tensor tanh) = (parts[2], parts[3], parts[4], parts[5], parts[1].Tanh());
        Tensor dc = d[1] + d[0] * o * (1 - tanh * tanh);
        Tensor dz = Tensor.Concat(1, dc * g * i * (1 - i), dc * before[1] * f * (1 - f), dc * i * (1 - g * g), d[0] * tanh * o * (1 - o));
        return (dz, dz, [null, dc * f]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Forward<V, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* x = row.Projected, u = row.Recurrent, y = row.Results;
        long part = row.Part;
        for (int j = 0; j < n; j += V.Count)
        {
            int left = n - j;
            V i = VectorMath.Sigmoid(Ends<V, T>.Load(x + j, left) + V.Load(u + j));
            V f = VectorMath.Sigmoid(Ends<V, T>.Load(x + n + j, left) + V.Load(u + n + j));
            V g = VectorMath.Tanh(Ends<V, T>.Load(x + 2 * n + j, left) + V.Load(u + 2 * n + j));
            V o = VectorMath.Sigmoid(Ends<V, T>.Load(x + 3 * n + j, left) + V.Load(u + 3 * n + j));
            V c = f * Ends<V, T>.Load(row.CellBefore + j, left) + i * g;
            Ends<V, T>.Store(o * VectorMath.Tanh(c), y + j, left);
            Ends<V, T>.Store(c, y + part + j, left);
            Ends<V, T>.Store(i, y + 2 * part + j, left);
            Ends<V, T>.Store(f, y + 3 * part + j, left);
            Ends<V, T>.Store(g, y + 4 * part + j, left);
            Ends<V, T>.Store(o, y + 5 * part + j, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Backward<V, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* dx = row.Projected, du = row.Recurrent, y = row.Results;
        long part = row.Part;
        V zero = V.Zero, one = V.One;
        for (int j = 0; j < n; j += V.Count)
        {
            int left = n - j;
            V i = Ends<V, T>.Load(y + 2 * part + j, left), f = Ends<V, T>.Load(y + 3 * part + j, left);
            V g = Ends<V, T>.Load(y + 4 * part + j, left), o = Ends<V, T>.Load(y + 5 * part + j, left);
            V tanh = VectorMath.Tanh(Ends<V, T>.Load(y + part + j, left)), dh = V.Load(row.HiddenGradient + j);
            V dc = V.Load(row.CellGradient + j) + dh * o * (one - tanh * tanh);
            V di = dc * g * (i * (one - i));
            V df = dc * Ends<V, T>.Load(row.CellBefore + j, left) * (f * (one - f));
            V dg = dc * i * (one - g * g);
            V dO = dh * tanh * (o * (one - o));
            Both(j, di);
            Both(n + j, df);
            Both(2 * n + j, dg);
            Both(3 * n + j, dO);
            V.Store(zero, row.HiddenGradient + j);
            V.Store(dc * f, row.CellGradient + j);

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            void Both(int at, V d)
            {
                Ends<V, T>.Store(d, dx + at, left);
                Ends<V, T>.Store(d, du + at, left);
            }
        }
    }
}
