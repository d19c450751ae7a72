// What the ops on matrices say of matrices they cannot take, and how they behave at the edges of the numbers.

using Kubik.Autograd;
using Kubik.Ops;

namespace Kubik.Tests.Ops;

public sealed class AlgebraTests
{
    private static readonly Tensor A = Tensor.Ones([2, 3]), S = Tensor.Eye(3), V = Tensor.Ones([3]), I = Tensor.Eye(3, DType.Int32), Number = Tensor.Scalar(1);
    private static readonly Tensor Second = Tensor.From([1.0, 0, 0, 1, 1, 2, 2, 4], [2, 2, 2]);

    private static readonly (string Call, Action Act)[] Cases =
    [
        ("outer of a number", () => Number.Outer(V)),
        ("outer of two types", () => V.Outer(I[0])),
        ("outer of batches 2 and 3", () => Tensor.Ones([2, 4]).Outer(Tensor.Ones([3, 4]))),
        ("outer of bool", () => (V > 0).Outer(V > 0)),
        ("dot of 3 and 2", () => V.Dot(Tensor.Ones([2]))),
        ("dot of a number", () => Number.Dot(Number)),
        ("kron of vectors", () => V.Kron(V)),
        ("kron of batches 2 and 3", () => Tensor.Ones([2, 1, 1]).Kron(Tensor.Ones([3, 1, 1]))),
        ("trace of a vector", () => V.Trace()),
        ("trace of bool", () => (S > 0).Trace()),
        ("power of (2, 3)", () => A.MatrixPower(2)),
        ("power -1 of int32", () => I.MatrixPower(-1)),
        ("power -1 of a singular matrix", () => Tensor.Zeros([2, 2]).MatrixPower(-1)),
        ("cholesky of (2, 3)", () => A.Cholesky()),
        ("cholesky of int32", () => I.Cholesky()),
        ("cholesky of a number", () => Number.Cholesky()),
        ("cholesky of -1", () => (-S).Cholesky()),
        ("cholesky of a batch", () => Second.Cholesky()),
        ("solve with (2, 3)", () => A.Solve(V)),
        ("solve for 2 rows", () => S.Solve(Tensor.Ones([2, 1]))),
        ("solve for a vector of 2", () => S.Solve(Tensor.Ones([2]))),
        ("solve for a number", () => S.Solve(Number)),
        ("solve for float64", () => S.Solve(V.Cast(DType.Float64))),
        ("solve batches 2 and 3", () => Tensor.Eye(2).BroadcastTo([2, 2, 2]).Solve(Tensor.Ones([3, 2, 1]))),
        ("solve with a singular matrix", () => Tensor.Ones([2, 2]).Solve(Tensor.Ones([2]))),
        ("solve with one singular of two", () => Second.Solve(Tensor.Ones([2, 1], DType.Float64))),
        ("solve without axes for columns", () => new Solve().Apply(S, V)),
        ("inverse of (2, 3)", () => A.Inverse()),
        ("inverse of a singular matrix", () => Tensor.Zeros([1, 1, 2, 2]).Inverse()),
        ("triangular solve with (2, 3)", () => A.TriangularSolve(V)),
        ("triangular solve with 0 on the diagonal", () => Tensor.Zeros([1, 1]).TriangularSolve(Tensor.Ones([1]))),
        ("det of (2, 3)", () => A.Det()),
        ("det of int32", () => I.Det()),
        ("logabsdet of a vector", () => V.LogAbsDet()),
        ("sign of the determinant of (2, 3)", () => A.SlogDet()),
        ("cofactors of (2, 3)", () => A.Cofactor()),
        ("qr of a vector", () => V.Qr()),
        ("qr of int32", () => I.Qr()),
        ("qr op of (2, 3)", () => new Qr().Apply(A)),
        ("least squares for 3 rows", () => A.LeastSquares(V)),
        ("least squares of int32", () => I.LeastSquares(I)),
        ("least squares of rank 0", () => Tensor.Zeros([3, 2]).LeastSquares(V)),
        ("least squares of rank 1", () => Tensor.Ones([5, 3]).LeastSquares(Tensor.Ones([5]))),
        ("least squares of a wide matrix of rank 1", () => Tensor.Ones([2, 5]).LeastSquares(Tensor.Ones([2]))),
    ];

    [Fact]
    public void Every_error_says_what_is_approved() =>
        Approved.Equal("Ops/approved-errors-algebra.txt", Cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ArgumentException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));

    [Fact]
    public void Vectors_on_the_right_are_one_column()
    {
        Tensor a = Tensor.From([2.0, 1, 1, 3], [2, 2]), b = Tensor.Of(3.0, 5);
        Assert.Equal([0.8, 1.4], a.Solve(b).ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-15);
        Assert.Equal([1.5, 3.5 / 3], a.TriangularSolve(b).ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-15);
        Assert.Equal([2, 2], a.BroadcastTo([2, 2, 2]).Solve(b).Shape);
        Assert.Equal([2], a.LeastSquares(b).Shape);
    }

    [Fact]
    public void Least_squares_find_columns_that_depend_on_others_but_take_any_scale()
    {
        foreach (DType type in new[] { DType.Float32, DType.Float64 })
        {
            Tensor first = new RandomStream(1, 1).Normal([50, 3], type), y = first.Sum(1);
            Tensor scaled = first * Tensor.Of(1e9, 1, 1e-9).Cast(type);
            Assert.Equal([1, 1, 1], (scaled.LeastSquares(y) * Tensor.Of(1e9, 1, 1e-9).Cast(type)).ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-5);
            Tensor dependent = Tensor.Concat(1, first, first[.., ..1] * 0.1 - first[.., 2..] / 3);
            string message = Assert.Throws<SingularMatrixException>(() => dependent.LeastSquares(y)).Message;
            Assert.StartsWith("LeastSquares: ", message, StringComparison.Ordinal);
            Assert.Contains("column 3", message, StringComparison.Ordinal);
            Kubik.Graphs.Graph graph = Kubik.Graphs.Graph.Trace(v => v[0].LeastSquares(v[1]), dependent.Spec, y.Spec);
            Assert.Equal(message, Assert.Throws<SingularMatrixException>(() => graph.Run(dependent, y)).Message);
        }
    }

    [Fact]
    public void A_zero_in_the_corner_is_no_reason_to_fail() =>
        Assert.Equal([3, 2], Tensor.From([0.0, 1, 1, 0], [2, 2]).Solve(Tensor.Of(2.0, 3)).ToDoubles());

    [Fact]
    public void Determinants_do_not_overflow_on_the_way()
    {
        Tensor a = Tensor.From([1e200, 0, 0, 0, 1e200, 0, 0, 0, 1e-300], [3, 3]);
        Assert.Equal(1e100, a.Det().Item(), 1e86);
        Assert.Equal(double.PositiveInfinity, (a * 1e100).Det().Item());
        Assert.Equal(Math.Log(10) * 400, (a * 1e100).LogAbsDet().Item(), 1e-9);
        Assert.Equal(0, (a * 1e-150).Det().Item());
        Assert.Equal(-1, Tensor.From([0.0, 1, 1, 0], [2, 2]).SlogDet().Sign.Item());
    }

    [Fact]
    public void A_singular_matrix_has_determinant_0_and_logarithm_minus_infinity()
    {
        Tensor a = Tensor.From([1.0, 2, 2, 4], [2, 2]);
        Assert.Equal(0, a.Det().Item());
        (Tensor sign, Tensor log) = a.SlogDet();
        Assert.Equal(0, sign.Item());
        Assert.Equal(double.NegativeInfinity, log.Item());
        Tensor x = a.Track();
        Assert.Throws<SingularMatrixException>(() => Gradient.Of(x.LogAbsDet(), x));
    }

    [Fact]
    public void A_NaN_is_not_lost()
    {
        double nan = double.NaN;
        foreach (Tensor a in new[] { Tensor.From([nan, 1, 1, 1], [2, 2]), Tensor.From([0, nan, 0, 1], [2, 2]), Tensor.From([1, 1, 1, nan], [2, 2]) })
        {
            Assert.Equal(nan, a.Det().Item());
            Assert.Equal(nan, a.LogAbsDet().Item());
            Assert.Equal(nan, a.SlogDet().Sign.Item());
            Assert.Contains(nan, a.Cofactor().ToDoubles());
            Assert.Contains(nan, a.Qr().R.ToDoubles());
        }
        Tensor corner = Tensor.From([nan, 0, 0, 1], [2, 2]);
        Assert.Contains(nan, corner.Cholesky().ToDoubles());
        Assert.Contains(nan, corner.Inverse().ToDoubles());
        Assert.Contains(nan, corner.Solve(Tensor.Of(1.0, 1)).ToDoubles());
    }

    [Fact]
    public void Huge_and_tiny_columns_have_a_length()
    {
        foreach (double size in new[] { 1e-200, 1e200 })
        {
            (Tensor q, Tensor r) = Tensor.From([3 * size, 4 * size], [2, 1]).Qr();
            Assert.Equal(5, r.Item() / size, 1e-12);
            Assert.Equal([0.6, 0.8], q.ToDoubles(), (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    [Fact]
    public void Q_is_orthonormal_and_R_is_triangular_with_a_positive_diagonal()
    {
        Tensor a = new RandomStream(5, 1).Normal([120, 40], DType.Float64);
        (Tensor q, Tensor r) = a.Qr();
        Assert.True((q.T.MatMul(q) - Tensor.Eye(40, DType.Float64)).Abs().Max().Item() < 1e-13);
        Assert.True((q.MatMul(r) - a).Abs().Max().Item() < 1e-12);
        foreach (int[] i in Naive.Indices([40, 40]))
        {
            double v = r[i[0], i[1]].Item();
            Assert.True(i[0] > i[1] ? v == 0 : i[0] < i[1] || v > 0);
        }
    }

    [Fact]
    public void An_asymmetric_matrix_counts_by_its_symmetric_part()
    {
        Tensor a = Tensor.From([4.0, 3, 1, 5], [2, 2]).Track(), l = a.Cholesky();
        Assert.Equal([4, 2, 2, 5], l.MatMul(l.T).ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-14);
        double[] g = Gradient.Of(l.Sum(), a).ToDoubles();
        Assert.Equal(g[1], g[2]);
    }

    [Fact]
    public void Least_squares_keeps_digits_that_the_normal_equations_lose()
    {
        // Läuchli's matrix: AᵀA is 1 + ε² on its diagonal, which is 1 in a double.
        Tensor a = Tensor.From([1.0, 1, 1e-8, 0, 0, 1e-8], [3, 2]), b = Tensor.Of(2.0, 1e-8, 1e-8);
        Assert.Equal([1, 1], a.LeastSquares(b).ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-7);
        Assert.Throws<SingularMatrixException>(() => a.T.MatMul(a).Solve(a.T.MatMul(b.Unsqueeze(1))));
    }

    [Fact]
    public void A_determinant_has_derivatives_of_any_order_at_singular_matrices()
    {
        Tensor x = Tensor.Zeros([3, 3], DType.Float64).Contiguous().Track();
        Tensor first = Gradient.Of(x.Det(), x);
        Assert.All(first.ToDoubles(), v => Assert.Equal(0, v));
        Tensor second = Gradient.Of(first[0, 0], x); // ∂/∂x of x₁₁·x₂₂ − x₁₂·x₂₁
        Assert.All(second.ToDoubles(), v => Assert.Equal(0, v));
        Tensor third = Gradient.Of(second[1, 1], x);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0, 1], third.ToDoubles());
    }

    [Fact]
    public void The_derivative_of_a_quadratic_form_over_an_inverse_is_the_textbooks()
    {
        // ∂(bᵀ·A⁻¹·b)/∂A = −A⁻ᵀ·b·bᵀ·A⁻ᵀ
        Tensor a = Tensor.From([2.0, 1, -1, 3], [2, 2]).Track(), b = Tensor.Of(1.0, 2);
        Tensor u = a.T.Solve(b), v = a.Solve(b);
        Assert.Equal((-u.Outer(v)).ToDoubles(), Gradient.Of(b.Dot(a.Solve(b)), a).ToDoubles(), (p, q) => Math.Abs(p - q) < 1e-14);
    }
}
