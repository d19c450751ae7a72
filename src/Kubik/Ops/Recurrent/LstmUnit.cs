using System.Runtime.CompilerServices;
using Kubik.Kernels;

namespace Kubik.Ops;

/// <summary>c' = σ(f)·c + σ(i)·tanh(g), h' = σ(o)·tanh(c') with (i, f, g, o) = x·W + b + h·U (Hochreiter and Schmidhuber 1997). Parts: h, c, σ(i), σ(f), tanh(g), σ(o).</summary>
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
        Tensor z = projected + recurrent;          // (B, 4H)
        Tensor gates = z[.., ..(2 * n)].Sigmoid(); // i and f lie side by side
        Tensor i = gates[.., ..n], f = gates[.., n..], g = z[.., (2 * n)..(3 * n)].Tanh(), o = z[.., (3 * n)..].Sigmoid();
        Tensor c = f * state[1] + i * g;
        return [o * c.Tanh(), c, i, f, g, o];
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
    unsafe void IRecurrentUnit.Forward<TLanes, TV, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* x = row.Projected, u = row.Recurrent, y = row.Results;
        long part = row.Part;
        for (int j = 0; j < n; j += TLanes.Count)
        {
            int left = n - j;
            TV i = TLanes.Sigmoid(TLanes.Add(Ends<TLanes, TV, T>.Load(x + j, left), TLanes.Load(u + j)));
            TV f = TLanes.Sigmoid(TLanes.Add(Ends<TLanes, TV, T>.Load(x + n + j, left), TLanes.Load(u + n + j)));
            TV g = TLanes.Tanh(TLanes.Add(Ends<TLanes, TV, T>.Load(x + 2 * n + j, left), TLanes.Load(u + 2 * n + j)));
            TV o = TLanes.Sigmoid(TLanes.Add(Ends<TLanes, TV, T>.Load(x + 3 * n + j, left), TLanes.Load(u + 3 * n + j)));
            TV c = TLanes.Add(TLanes.Multiply(f, Ends<TLanes, TV, T>.Load(row.CellBefore + j, left)), TLanes.Multiply(i, g));
            Ends<TLanes, TV, T>.Store(y + j, TLanes.Multiply(o, TLanes.Tanh(c)), left);
            Ends<TLanes, TV, T>.Store(y + part + j, c, left);
            Ends<TLanes, TV, T>.Store(y + 2 * part + j, i, left);
            Ends<TLanes, TV, T>.Store(y + 3 * part + j, f, left);
            Ends<TLanes, TV, T>.Store(y + 4 * part + j, g, left);
            Ends<TLanes, TV, T>.Store(y + 5 * part + j, o, left);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    unsafe void IRecurrentUnit.Backward<TLanes, TV, T>(ref RecurrentRow<T> row)
    {
        int n = row.Hidden;
        T* dx = row.Projected, du = row.Recurrent, y = row.Results;
        long part = row.Part;
        TV zero = default, one = TLanes.Exp(zero);
        for (int j = 0; j < n; j += TLanes.Count)
        {
            int left = n - j;
            TV i = Ends<TLanes, TV, T>.Load(y + 2 * part + j, left), f = Ends<TLanes, TV, T>.Load(y + 3 * part + j, left);
            TV g = Ends<TLanes, TV, T>.Load(y + 4 * part + j, left), o = Ends<TLanes, TV, T>.Load(y + 5 * part + j, left);
            TV tanh = TLanes.Tanh(Ends<TLanes, TV, T>.Load(y + part + j, left)), dh = TLanes.Load(row.HiddenGradient + j);
            TV dc = TLanes.Add(TLanes.Load(row.CellGradient + j), TLanes.Multiply(TLanes.Multiply(dh, o), TLanes.Subtract(one, TLanes.Multiply(tanh, tanh))));
            TV di = TLanes.Multiply(TLanes.Multiply(dc, g), TLanes.Multiply(i, TLanes.Subtract(one, i)));
            TV df = TLanes.Multiply(TLanes.Multiply(dc, Ends<TLanes, TV, T>.Load(row.CellBefore + j, left)), TLanes.Multiply(f, TLanes.Subtract(one, f)));
            TV dg = TLanes.Multiply(TLanes.Multiply(dc, i), TLanes.Subtract(one, TLanes.Multiply(g, g)));
            TV dO = TLanes.Multiply(TLanes.Multiply(dh, tanh), TLanes.Multiply(o, TLanes.Subtract(one, o)));
            Both(j, di);
            Both(n + j, df);
            Both(2 * n + j, dg);
            Both(3 * n + j, dO);
            TLanes.Store(row.HiddenGradient + j, zero);
            TLanes.Store(row.CellGradient + j, TLanes.Multiply(dc, f));

            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            void Both(int at, TV d)
            {
                Ends<TLanes, TV, T>.Store(dx + at, d, left);
                Ends<TLanes, TV, T>.Store(du + at, d, left);
            }
        }
    }
}
