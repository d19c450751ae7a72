// What the cases of tests/golden/cases/algebra.py are in Kubik.

namespace Kubik.Tests.Ops;

public sealed partial class GoldenOps
{
    private static Dictionary<string, Func<GoldenCase, Tensor[], Tensor>> AlgebraCases { get; } = new()
    {
        ["outer"] = (_, x) => x[0].Outer(x[1]),
        ["vecdot"] = (_, x) => x[0].Dot(x[1]),
        ["kron"] = (_, x) => x[0].Kron(x[1]),
        ["trace"] = (_, x) => x[0].Trace(),
        ["matrixpower"] = (c, x) => (c.Int(0) >= 0 ? x[0] : Diagonal(x[0], 4)).MatrixPower(c.Int(0)),
        ["cholesky"] = (_, x) => Positive(x[0]).Cholesky(),
        ["inverse"] = (_, x) => Diagonal(x[0], 4).Inverse(),
        ["inverseoftransposed"] = (_, x) => Diagonal(x[0], 4).T.Inverse(),
        ["det"] = (_, x) => x[0].Det(),
        ["detoftransposed"] = (_, x) => x[0].T.Det(),
        ["logabsdet"] = (_, x) => Diagonal(x[0], 4).LogAbsDet(),
        ["detsign"] = (_, x) => x[0].SlogDet().Sign,
        ["logdetofdefinite"] = (_, x) => Positive(x[0]).LogAbsDet(),
        ["solve"] = (_, x) => Diagonal(x[0], 4).Solve(x[1]),
        ["solvetransposed"] = (_, x) => Diagonal(x[0], 4).T.Solve(x[1]),
        ["solvevector"] = (c, x) => (c.Count > 0 ? Diagonal(x[0], 4).T : Diagonal(x[0], 4)).Solve(x[1]),
        ["triangularsolve"] = (c, x) => Diagonal(x[0], 4).TriangularSolve(x[1], lower: c.Flag(0), unitDiagonal: c.Flag(1)),
        ["triangularsolvetransposed"] = (c, x) => x[0].TriangularSolve(x[1], lower: c.Flag(0), transposed: true),
        ["qrq"] = (_, x) => x[0].Qr().Q,
        ["qrr"] = (c, x) => (c.Count > 0 ? x[0].T : x[0]).Qr().R,
        ["leastsquares"] = (_, x) => x[0].LeastSquares(x[1]),
    };

    private static Tensor Diagonal(Tensor a, double value) => a + value * Tensor.Eye(a.Shape[^1], a.DType);

    private static Tensor Positive(Tensor a) => Diagonal(a.MatMul(a.T), 1);
}
