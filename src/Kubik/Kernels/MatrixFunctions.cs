// What the linear-algebra ops do with one matrix, made of the factorisations.

namespace Kubik.Kernels;

internal readonly unsafe struct CholeskyFunction : IMatrixFunction
{
    public int Spare(MatrixSizes sizes) => 0;

    public int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes) => Factorization.Cholesky(a, y, sizes.Rows);
}

internal readonly unsafe struct TriangularSolveFunction(bool lower, bool transposed, bool unit, double tolerance) : IMatrixFunction
{
    public int Spare(MatrixSizes sizes) => 0;

    public int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes)
    {
        int n = sizes.Rows, k = sizes.Right;
        new ReadOnlySpan<double>(b, n * k).CopyTo(new Span<double>(y, n * k));
        return Factorization.SolveTriangle(a, n, y, k, lower, transposed, unit, tolerance);
    }
}

internal readonly unsafe struct SolveFunction : IMatrixFunction
{
    public int Spare(MatrixSizes sizes) => sizes.Rows;

    public int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes)
    {
        int n = sizes.Rows, k = sizes.Right, failed = Factorization.Lu(a, n, spare, out _);
        if (failed >= 0) return failed;
        for (int i = 0; i < n; i++) new ReadOnlySpan<double>(b + (int)spare[i] * k, k).CopyTo(new Span<double>(y + i * k, k));
        Factorization.SolveTriangle(a, n, y, k, lower: true, transposed: false, unit: true);
        return Factorization.SolveTriangle(a, n, y, k, lower: false, transposed: false, unit: false);
    }
}

internal readonly unsafe struct InverseFunction : IMatrixFunction
{
    public int Spare(MatrixSizes sizes) => sizes.Rows;

    public int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes)
    {
        int n = sizes.Rows, failed = Factorization.Lu(a, n, spare, out _);
        if (failed >= 0) return failed;
        new Span<double>(y, n * n).Clear();
        for (int i = 0; i < n; i++) y[i * n + (int)spare[i]] = 1;
        Factorization.SolveTriangle(a, n, y, n, lower: true, transposed: false, unit: true);
        return Factorization.SolveTriangle(a, n, y, n, lower: false, transposed: false, unit: false);
    }
}

internal enum Determinant
{
    Value,
    LogAbs,
    Sign,
}

internal readonly unsafe struct DeterminantFunction(Determinant kind) : IMatrixFunction
{
    public int Spare(MatrixSizes sizes) => sizes.Rows;

    public int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes)
    {
        int n = sizes.Rows;
        bool singular = Factorization.Lu(a, n, spare, out bool odd) >= 0;
        if (singular)
        {
            double sum = 0; // 0, or NaN when there is one (or an infinity) that the elimination has not come to
            for (int i = 0; i < n * n; i++) sum += 0 * a[i];
            *y = kind == Determinant.LogAbs ? Math.Log(sum) : sum;
            return -1;
        }
        double product = odd ? -1 : 1, logarithm = 0;
        long exponent = 0;
        for (int i = 0; i < n; i++)
        {
            // Kept between 1 and 2, its power of 2 apart: a product of huge and tiny pivots does not overflow on the way.
            double pivot = a[i * n + i];
            logarithm += Math.Log(Math.Abs(pivot));
            product *= pivot;
            if (!double.IsFinite(product) || product == 0) continue;
            int power = Math.ILogB(product);
            exponent += power;
            product = Math.ScaleB(product, -power);
        }
        *y = kind switch
        {
            Determinant.LogAbs => logarithm,
            Determinant.Sign => double.IsNaN(product) ? double.NaN : Math.Sign(product),
            _ => Math.ScaleB(product, (int)Math.Clamp(exponent, -5000, 5000)),
        };
        return -1;
    }
}

// adj A = ±Q·adj U·L⁻¹·P for P·A·Q = L·U, and for U = (U₁ u; 0 t): adj U = det U₁ · (t·U₁⁻¹, −U₁⁻¹·u; 0, 1). Nothing is
// divided by t, so a matrix of rank n − 1 is as good as any; below that U₁ is singular too and all cofactors are 0.
internal readonly unsafe struct CofactorFunction : IMatrixFunction
{
    public int Spare(MatrixSizes sizes) => 2 * sizes.Rows + sizes.Rows * sizes.Rows;

    public int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes)
    {
        int n = sizes.Rows;
        new Span<double>(y, n * n).Clear();
        if (n == 0) return -1;
        double* rows = spare, columns = spare + n, w = spare + 2 * n;
        Factorization.LuComplete(a, n, rows, columns, out bool odd);
        double first = odd ? -1 : 1, t = a[n * n - 1];
        for (int i = 0; i < n - 1; i++) first *= a[i * n + i];
        if (first == 0) return -1;
        new Span<double>(w, n * n).Clear();
        for (int i = 0; i < n; i++) w[i * n + (int)rows[i]] = 1;
        Factorization.SolveTriangle(a, n, w, n, lower: true, transposed: false, unit: true); // L⁻¹·P
        double* last = w + (n - 1) * n;
        for (int i = n - 2; i >= 0; i--)
        {
            double* row = w + i * n;
            for (int j = 0; j < n; j++) row[j] = t * row[j] - a[i * n + n - 1] * last[j];
            for (int k = i + 1; k < n - 1; k++) Factorization.AddScaled(row, w + k * n, -a[i * n + k], n);
            for (int j = 0; j < n; j++) row[j] /= a[i * n + i];
        }
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) y[j * n + (int)columns[i]] = first * w[i * n + j];
        }
        return -1;
    }
}

internal readonly unsafe struct QrFunction : IMatrixFunction
{
    public int Spare(MatrixSizes sizes) => 2 * sizes.Columns;

    public int Run(double* a, double* b, double* y, double* spare, MatrixSizes sizes)
    {
        Factorization.Qr(a, sizes.Rows, sizes.Columns, y, y + sizes.Rows * sizes.Columns, spare);
        return -1;
    }
}
