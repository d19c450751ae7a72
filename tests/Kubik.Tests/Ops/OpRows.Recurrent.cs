// The rows of recurrent layers. The steps are written out in plain loops; the gradients' reference is their definition in
// double precision, and RecurrentOps checks that definition against the derivative of the steps.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static (int Batch, int Steps, int Hidden, bool Reverse, bool Masked)[] RecurrentSizes =>
        [(2, 3, 4, false, false), (3, 2, 5, true, false), (2, 4, 3, false, true), (2, 4, 2, true, true), (1, 1, 17, false, false), (0, 2, 3, false, false), (2, 2, 0, true, false), (9, 2, 8, false, false)];

    private static IEnumerable<OpRow> Recurrents() =>
    [
        .. RecurrentSizes.SelectMany(s => (OpRow[])[Steps<ElmanUnit>(new(Relu: true), s), Steps<ElmanUnit>(default, s), Steps<GruUnit>(default, s), Steps<LstmUnit>(default, s)]),
        .. RecurrentSizes.SelectMany(s => (OpRow[])[StepsBack<ElmanUnit>(new(Relu: true), s), StepsBack<ElmanUnit>(default, s), StepsBack<GruUnit>(default, s), StepsBack<LstmUnit>(default, s), StepsBack<LstmUnit>(default, s, cell: true)]),
        Steps<LstmUnit>(default, (37, 5, 70, false, true)) with { Big = true, Tolerance32 = 1e-5 },
        Steps<GruUnit>(default, (37, 5, 70, true, false)) with { Big = true, Tolerance32 = 1e-5 },
        StepsBack<LstmUnit>(default, (37, 5, 70, false, true), cell: true) with { Big = true, Tolerance32 = 1e-5 },
        StepsBack<GruUnit>(default, (37, 5, 70, true, false)) with { Big = true, Tolerance32 = 1e-5 },
    ];

    private static Domain Weights => Domain.Each("small", r => 0.4 * r.NextDouble() - 0.2, r => r.Next(-1, 2));

    private static OpRow Steps<TUnit>(TUnit unit, (int Batch, int Steps, int Hidden, bool Reverse, bool Masked) s) where TUnit : struct, IRecurrentUnit
    {
        int gates = unit.Gates * s.Hidden;
        Arg[] inputs =
        [
            new([s.Batch, s.Steps, gates], Domain.Away), new([s.Hidden, gates], Weights), .. Enumerable.Repeat(new Arg([s.Batch, s.Hidden], Domain.Inside), unit.States),
            .. unit.Extra ? [new Arg([s.Hidden], Domain.Inside)] : Array.Empty<Arg>(), .. MaskOf(s),
        ];
        return new(new Unrolled<TUnit>(unit, s.Reverse), inputs, x => Stepped(unit, s, x)) { Note = NoteOf(unit, s, false), Tolerance32 = 4e-6, Tolerance64 = 1e-13 };
    }

    private static OpRow StepsBack<TUnit>(TUnit unit, (int Batch, int Steps, int Hidden, bool Reverse, bool Masked) s, bool cell = false) where TUnit : struct, IRecurrentUnit
    {
        Shape each = [s.Batch, s.Steps, s.Hidden];
        UnrolledGradient<TUnit> op = new(unit, s.Reverse, cell);
        Arg[] inputs =
        [
            new([s.Hidden, unit.Gates * s.Hidden], Weights), new([unit.Parts, .. each], Domain.Inside), .. Enumerable.Repeat(new Arg([s.Batch, s.Hidden], Domain.Inside), unit.States),
            .. Enumerable.Repeat(new Arg(each, Domain.Inside), cell ? 2 : 1), .. MaskOf(s),
        ];
        return new(op, inputs, x => Naive.Of(op.Decompose([.. x.Select((v, i) => Tensor.From(v.Values, v.Shape).Cast(inputs[i].Fixed ?? DType.Float64))])))
        { Note = NoteOf(unit, s, cell), Tolerance32 = 4e-6, Tolerance64 = 1e-13 };
    }

    private static Arg[] MaskOf((int Batch, int Steps, int Hidden, bool Reverse, bool Masked) s) =>
        s.Masked ? [new([s.Batch, s.Steps], Domain.Flags, DType.Bool)] : [];

    private static string NoteOf(IRecurrentUnit unit, (int Batch, int Steps, int Hidden, bool Reverse, bool Masked) s, bool cell) =>
        $"{(unit is ElmanUnit { Relu: true } ? "relu " : "")}{(s.Reverse ? "backwards " : "")}{(cell ? "with c" : "")}".Trim();

    private static Naive Stepped(IRecurrentUnit unit, (int Batch, int Steps, int Hidden, bool Reverse, bool Masked) s, Naive[] x)
    {
        Naive y = Naive.Zeros(unit.Parts, s.Batch, s.Steps, s.Hidden);
        for (int b = 0; b < s.Batch; b++)
        {
            double[] h = [.. Enumerable.Range(0, s.Hidden).Select(j => x[2][b, j])], c = unit is LstmUnit ? [.. Enumerable.Range(0, s.Hidden).Select(j => x[3][b, j])] : [];
            for (int i = 0; i < s.Steps; i++)
            {
                int t = s.Reverse ? s.Steps - 1 - i : i;
                double[][] parts = [.. Enumerable.Range(0, s.Hidden).Select(j => SteppedElement(unit, s.Hidden, x, b, t, j, h, c))];
                for (int j = 0; j < s.Hidden; j++)
                {
                    if (s.Masked && x[^1][b, t] == 0)
                    {
                        parts[j][0] = h[j];
                        if (unit is LstmUnit) parts[j][1] = c[j];
                    }
                    for (int k = 0; k < unit.Parts; k++) y[k, b, t, j] = parts[j][k];
                }
                h = [.. parts.Select(p => p[0])];
                if (unit is LstmUnit) c = [.. parts.Select(p => p[1])];
            }
        }
        return y;
    }

    private static double[] SteppedElement(IRecurrentUnit unit, int hidden, Naive[] x, int b, int t, int j, double[] h, double[] c)
    {
        double Projected(int gate) => x[0][b, t, gate * hidden + j];
        double Product(int gate) => Enumerable.Range(0, hidden).Sum(p => h[p] * x[1][p, gate * hidden + j]);
        double Sigma(int gate) => 1 / (1 + Math.Exp(-Projected(gate) - Product(gate)));
        switch (unit)
        {
            case ElmanUnit elman:
                return [elman.Relu ? Math.Max(0, Projected(0) + Product(0)) : Math.Tanh(Projected(0) + Product(0))];
            case GruUnit:
                double r = Sigma(0), z = Sigma(1), u = Product(2) + x[3][j], n = Math.Tanh(Projected(2) + r * u);
                return [(1 - z) * n + z * h[j], r, z, n, u];
            default:
                double i = Sigma(0), f = Sigma(1), g = Math.Tanh(Projected(2) + Product(2)), o = Sigma(3), cell = f * c[j] + i * g;
                return [o * Math.Tanh(cell), cell, i, f, g, o];
        }
    }
}
