// The rows of the ops on matrices. The references are the textbook's definitions: sums over permutations, Cramer's
// rule, Gram and Schmidt.

using Kubik.Ops;

namespace Kubik.Tests.Ops;

public static partial class OpRows
{
    private static IEnumerable<OpRow> Algebra() =>
    [
        .. from s in new (Shape A, Shape B)[] { ([3], [4]), ([1], [1]), ([2, 3], [2, 1]), ([2, 1, 3], [4, 2]), ([0], [3]) }
        select new OpRow(new Outer(), [new(s.A, Domain.Away), new(s.B, Domain.Away)], x =>
            Naive.Build([.. Naive.Common(x[0].Shape[..^1], x[1].Shape[..^1]), s.A[^1], s.B[^1]], i => Wide(x[0], [.. i[..^2], i[^2]]) * Wide(x[1], [.. i[..^2], i[^1]])))
        { Types = OpRow.Numbers },
        .. from s in new (Shape A, Shape B)[] { ([3], [3]), ([1], [1]), ([2, 1, 3], [4, 3]), ([2, 0], [2, 0]), ([3, 2], [2]) }
        select new OpRow(new VecDot(), [new(s.A, Domain.Away), new(s.B, Domain.Away)], x =>
            Naive.Build(Naive.Common(x[0].Shape[..^1], x[1].Shape[..^1]), i => Enumerable.Range(0, s.A[^1]).Sum(k => Wide(x[0], [.. i, k]) * Wide(x[1], [.. i, k]))))
        { Types = OpRow.Signed },
        .. from s in new (Shape A, Shape B)[] { ([2, 3], [3, 2]), ([1, 1], [2, 2]), ([2, 1, 2, 1], [3, 1, 3]), ([0, 2], [2, 2]) }
        select new OpRow(new Kron(), [new(s.A, Domain.Away), new(s.B, Domain.Away)], x =>
            Naive.Build([.. Naive.Common(x[0].Shape[..^2], x[1].Shape[..^2]), s.A[^2] * s.B[^2], s.A[^1] * s.B[^1]], i =>
                Wide(x[0], [.. i[..^2], i[^2] / s.B[^2], i[^1] / s.B[^1]]) * Wide(x[1], [.. i[..^2], i[^2] % s.B[^2], i[^1] % s.B[^1]])))
        { Types = OpRow.Numbers },
        .. from s in new Shape[] { [3, 3], [1, 1], [2, 4], [5, 2], [2, 3, 2, 3], [0, 3], [0, 2, 2] }
        select new OpRow(new Trace(), [new(s, Domain.Away)], x => PerMatrix(x[0], a => Scalar(Enumerable.Range(0, Math.Min(s[^1], s[^2])).Sum(i => a[i, i])))) { Types = OpRow.Numbers },
        .. from c in new (int Power, Shape Shape)[] { (3, [2, 2, 2]), (0, [3, 3]), (1, [2, 2]), (2, [3, 3]), (6, [2, 2]), (2, [0, 0]) }
        select new OpRow(new MatrixPower(c.Power), [new(c.Shape, Domain.Away)], x => PerMatrix(x[0], a => Power(a, c.Power))) { Types = [DType.Float32, DType.Float64, DType.Int64], Note = $"to {c.Power}", Tolerance32 = 1e-5 },
        new(new MatrixPower(-2), [new([2, 3, 3], Regular(3))], x => PerMatrix(x[0], a => Power(Inverted(a), 2))) { Note = "to -2" },
        .. from s in new Shape[] { [2, 2], [1, 1], [4, 4], [2, 3, 3], [2, 1, 2, 2], [0, 0], [0, 2, 2] }
        from row in new OpRow[]
        {
            new(new Det(), [new(s, Regular(s[^1]))], x => PerMatrix(x[0], a => Scalar(Leibniz(a)))),
            new(new DetSign(), [new(s, Regular(s[^1]))], x => PerMatrix(x[0], a => Scalar(Math.Sign(Leibniz(a))))),
            new(new LogAbsDet(), [new(s, Regular(s[^1]))], x => PerMatrix(x[0], a => Scalar(Math.Log(Math.Abs(Leibniz(a)))))),
            new(new Cofactor(), [new(s, Regular(s[^1]))], x => PerMatrix(x[0], Cofactors)),
            new(new Inverse(), [new(s, Regular(s[^1]))], x => PerMatrix(x[0], Inverted)),
            new(new Cholesky(), [new(s, Definite(s[^1]))], x => PerMatrix(x[0], Rooted)),
        }
        select row,
        .. from rank in new[] { 0, 1, 2 }
        from row in new OpRow[]
        {
            new(new Det(), [new([3, 3], Deficient(3, rank))], x => PerMatrix(x[0], a => Scalar(Leibniz(a)))) { Note = $"rank {rank}" },
            new(new Cofactor(), [new([3, 3], Deficient(3, rank))], x => PerMatrix(x[0], Cofactors)) { Note = $"rank {rank}" },
        }
        select row,
        new(new Cofactor(), [new([9, 9], Regular(9))], x => PerMatrix(x[0], a => Turned(Inverted(a)).Map(v => v * Eliminated(a)))) { Note = "by the inverse", Tolerance64 = 1e-11, Tolerance32 = 1e-5 },
        .. from s in new (Shape A, Shape B)[] { ([3, 3], [3, 2]), ([1, 1], [1, 1]), ([2, 2, 2], [2, 3]), ([4, 4], [2, 4, 1]), ([2, 1, 2, 2], [3, 2, 1]), ([0, 0], [0, 2]), ([2, 2], [2, 0]), ([0, 2, 2], [2, 1]) }
        select new OpRow(new Solve(), [new(s.A, Regular(s.A[^1])), new(s.B, Domain.Away)], x => PerPair(x, (a, b) => Times(Inverted(a), b))),
        .. from c in new (bool Lower, bool Transposed, bool Unit)[] { (true, false, false), (true, true, false), (false, false, false), (false, true, false), (true, false, true), (false, true, true) }
        from s in new (Shape A, Shape B)[] { ([3, 3], [3, 2]), ([2, 2, 2], [2, 3]), ([1, 1], [2, 1, 1]), ([0, 0], [0, 1]), ([2, 2], [2, 0]) }
        select new OpRow(new TriangularSolve(c.Lower, c.Transposed, c.Unit), [new(s.A, Regular(s.A[^1])), new(s.B, Domain.Away)], x => PerPair(x, (a, b) =>
            Times(Inverted(Triangle(a, c.Lower, c.Transposed, c.Unit)), b)))
        { Note = $"{(c.Lower ? "lower" : "upper")}{(c.Transposed ? " transposed" : "")}{(c.Unit ? " unit" : "")}" },
        .. from s in new Shape[] { [5, 2], [3, 3], [1, 1], [2, 4, 3], [3, 1], [2, 0], [0, 3, 2] }
        select new OpRow(new Qr(), [new(s, FullRank(s[^2], s[^1]))], x => PerMatrix(x[0], a => GramSchmidt(a))),
        .. from s in new (Shape A, Shape B)[] { ([5, 2], [5, 1]), ([3, 3], [3, 2]), ([2, 4, 3], [4, 2]), ([4, 1], [3, 4, 2]), ([2, 4], [2, 3]), ([2, 2, 3], [2, 2, 1]), ([3, 0], [3, 2]) }
        select new OpRow(new LeastSquares(), [new(s.A, FullRank(s.A[^2], s.A[^1])), new(s.B, Domain.Away)], x => PerPair(x, NormalEquations)),
        new(new Solve(), [new([40, 30, 30], Regular(30)), new([30, 3], Domain.Away)], x => PerPair(x, Gauss)) { Big = true, Note = "big", Tolerance32 = 1e-5 },
        new(new Inverse(), [new([60, 9, 9], Regular(9))], x => PerMatrix(x[0], Inverted)) { Big = true, Note = "big", Tolerance32 = 1e-5 },
        new(new Qr(), [new([30, 20, 11], FullRank(20, 11))], x => PerMatrix(x[0], GramSchmidt)) { Big = true, Note = "big", Tolerance64 = 1e-11, Tolerance32 = 1e-5 },
    ];

    /// <summary>Matrices n × n whose diagonal outweighs the rest, with signs of both kinds.</summary>
    private static Domain Regular(int n) => new("regular", (r, count, _) =>
    {
        double[] values = [.. Enumerable.Range(0, count).Select(_ => 2 * r.NextDouble() - 1)];
        for (int i = 0; i < count; i++)
        {
            if (i % (n * n) / n == i % n) values[i] = (r.Next(2) == 0 ? -1 : 1) * (0.7 * n + r.NextDouble());
        }
        return values;
    });

    /// <summary>Symmetric matrices n × n whose diagonal outweighs the rest.</summary>
    private static Domain Definite(int n) => new("positive definite", (r, count, _) =>
    {
        double[] values = [.. Enumerable.Range(0, count).Select(_ => 2 * r.NextDouble() - 1)];
        for (int i = 0; i < count; i++)
        {
            int matrix = i / (n * n) * n * n, row = i % (n * n) / n, column = i % n;
            values[i] = row == column ? n + r.NextDouble() : values[matrix + Math.Max(row, column) * n + Math.Min(row, column)];
        }
        return values;
    });

    /// <summary>Matrices m × n of full rank, far from a lower one.</summary>
    private static Domain FullRank(int m, int n) => new("full rank", (r, count, _) =>
    {
        double[] values = [.. Enumerable.Range(0, count).Select(_ => 2 * r.NextDouble() - 1)];
        for (int i = 0; i < count; i++)
        {
            if (i % (m * n) / n == i % n) values[i] += (r.Next(2) == 0 ? -1 : 1) * (2 + 0.3 * n);
        }
        return values;
    });

    /// <summary>One matrix n × n of a rank, of small whole numbers so that it has it exactly.</summary>
    private static Domain Deficient(int n, int rank) => new($"rank {rank}", (r, count, _) =>
    {
        Assert.Equal(n * n, count);
        Naive y = Naive.Zeros(n, n);
        for (int k = 0; k < rank; k++)
        {
            double[] u = [.. Enumerable.Range(0, n).Select(_ => (double)r.Next(1, 4))], v = [.. Enumerable.Range(0, n).Select(_ => (double)r.Next(-3, 4))];
            foreach (int[] i in Naive.Indices([n, n])) y[i] += u[i[0]] * v[i[1]];
        }
        return y.Values;
    });

    private static double Wide(Naive x, int[] index) => x.Repeated(index);

    private static Naive Scalar(double value) => new([], [value]);

    /// <summary>f of every matrix, its results put together as a batch.</summary>
    private static Naive PerMatrix(Naive x, Func<Naive, Naive> f)
    {
        int[] batch = x.Shape[..^2], matrix = x.Shape[^2..];
        Naive[] results = [.. Naive.Indices(batch).Select(i => f(Naive.Build(matrix, k => x[[.. i, .. k]])))];
        int[] shape = results.Length > 0 ? results[0].Shape : f(Naive.Build(matrix, k => k[0] == k[1] ? 1 : 0)).Shape;
        return new([.. batch, .. shape], [.. results.SelectMany(r => r.Values)]);
    }

    private static Naive PerPair(Naive[] x, Func<Naive, Naive, Naive> f)
    {
        int[] batch = Naive.Common(x[0].Shape[..^2], x[1].Shape[..^2]), p = x[0].Shape[^2..], q = x[1].Shape[^2..];
        Naive[] results = [.. Naive.Indices(batch).Select(i => f(Naive.Build(p, k => Wide(x[0], [.. i, .. k])), Naive.Build(q, k => Wide(x[1], [.. i, .. k]))))];
        return new([.. batch, p[1], q[1]], [.. results.SelectMany(r => r.Values)]);
    }

    private static Naive Times(Naive a, Naive b) =>
        Naive.Build([a.Shape[0], b.Shape[1]], i => Enumerable.Range(0, a.Shape[1]).Sum(k => a[i[0], k] * b[k, i[1]]));

    private static Naive Turned(Naive a) => Naive.Build([a.Shape[1], a.Shape[0]], i => a[i[1], i[0]]);

    private static Naive Power(Naive a, int power)
    {
        Naive y = Naive.Build(a.Shape, i => i[0] == i[1] ? 1 : 0);
        for (int k = 0; k < power; k++) y = Times(y, a);
        return y;
    }

    private static Naive Triangle(Naive a, bool lower, bool transposed, bool unit)
    {
        Naive t = Naive.Build(a.Shape, i => i[0] == i[1] && unit ? 1 : (lower ? i[0] >= i[1] : i[0] <= i[1]) ? a[i] : 0);
        return transposed ? Turned(t) : t;
    }

    // The sum over all permutations, row by row: the determinant's definition.
    private static double Leibniz(Naive a)
    {
        int n = a.Shape[0];
        if (n == 0) return 1;
        double sum = 0;
        for (int j = 0; j < n; j++) sum += (j % 2 == 0 ? 1 : -1) * a[0, j] * Leibniz(Minor(a, 0, j));
        return sum;
    }

    private static Naive Minor(Naive a, int row, int column) =>
        Naive.Build([a.Shape[0] - 1, a.Shape[1] - 1], i => a[i[0] < row ? i[0] : i[0] + 1, i[1] < column ? i[1] : i[1] + 1]);

    private static Naive Cofactors(Naive a) => Naive.Build(a.Shape, i => ((i[0] + i[1]) % 2 == 0 ? 1 : -1) * Leibniz(Minor(a, i[0], i[1])));

    // By cofactors while they are few, else by Gauss and Jordan.
    private static Naive Inverted(Naive a)
    {
        if (a.Shape[0] > 4) return Gauss(a, Naive.Build(a.Shape, i => i[0] == i[1] ? 1 : 0));
        double det = Leibniz(a);
        return Turned(Cofactors(a)).Map(v => v / det);
    }

    // Gauss and Jordan without pivoting, which matrices with a heavy diagonal do not need.
    private static Naive Gauss(Naive a, Naive b)
    {
        (int n, int k) = (a.Shape[0], b.Shape[1]);
        Naive both = Naive.Build([n, n + k], i => i[1] < n ? a[i] : b[i[0], i[1] - n]);
        for (int p = 0; p < n; p++)
        {
            double pivot = both[p, p];
            for (int j = 0; j < n + k; j++) both[p, j] /= pivot;
            for (int i = 0; i < n; i++)
            {
                double factor = both[i, p];
                for (int j = 0; j < n + k && i != p; j++) both[i, j] -= factor * both[p, j];
            }
        }
        return Naive.Build([n, k], i => both[i[0], n + i[1]]);
    }

    private static double Eliminated(Naive a)
    {
        int n = a.Shape[0];
        Naive u = Naive.Build(a.Shape, i => a[i]);
        double det = 1;
        for (int p = 0; p < n; p++)
        {
            det *= u[p, p];
            for (int i = p + 1; i < n; i++)
            {
                double factor = u[i, p] / u[p, p];
                for (int j = p; j < n; j++) u[i, j] -= factor * u[p, j];
            }
        }
        return det;
    }

    private static Naive Rooted(Naive a)
    {
        Naive l = Naive.Zeros(a.Shape);
        for (int j = 0; j < a.Shape[0]; j++)
        {
            for (int i = j; i < a.Shape[0]; i++)
            {
                double rest = (a[i, j] + a[j, i]) / 2 - Enumerable.Range(0, j).Sum(k => l[i, k] * l[j, k]);
                l[i, j] = i == j ? Math.Sqrt(rest) : rest / l[j, j];
            }
        }
        return l;
    }

    private static Naive GramSchmidt(Naive a)
    {
        (int m, int n) = (a.Shape[0], a.Shape[1]);
        Naive y = Naive.Zeros(m + n, n);
        for (int j = 0; j < n; j++)
        {
            double[] v = [.. Enumerable.Range(0, m).Select(i => a[i, j])];
            for (int pass = 0; pass < 2; pass++) // twice is enough
            {
                for (int k = 0; k < j; k++)
                {
                    double along = Enumerable.Range(0, m).Sum(i => y[i, k] * v[i]);
                    y[m + k, j] += along;
                    for (int i = 0; i < m; i++) v[i] -= along * y[i, k];
                }
            }
            y[m + j, j] = Math.Sqrt(v.Sum(e => e * e));
            for (int i = 0; i < m; i++) y[i, j] = v[i] / y[m + j, j];
        }
        return y;
    }

    private static Naive NormalEquations(Naive a, Naive b)
    {
        Naive t = Turned(a);
        return a.Shape[0] >= a.Shape[1] ? Times(Inverted(Times(t, a)), Times(t, b)) : Times(t, Times(Inverted(Times(a, t)), b));
    }
}
