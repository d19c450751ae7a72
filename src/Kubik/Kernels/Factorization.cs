// The factorisations themselves, on row-major doubles, innermost loops along rows. After Golub and Van Loan, "Matrix
// Computations" (4th edition): algorithms 3.4.1 (LU with partial pivoting), 3.4.3 (complete pivoting), 4.2.1 (Cholesky)
// and 5.2.1 (Householder).

using System.Numerics.Tensors;

namespace Kubik.Kernels;

internal static unsafe class Factorization
{
    /// <summary>P·A = L·U in place, L with ones on its diagonal; <paramref name="order"/>[i] is the row of A that came to row i.</summary>
    /// <returns>−1, or the first column without a pivot.</returns>
    public static int Lu(double* a, int n, double* order, out bool odd)
    {
        odd = false;
        for (int i = 0; i < n; i++) order[i] = i;
        for (int k = 0; k < n; k++)
        {
            int p = k;
            for (int i = k + 1; i < n; i++)
            {
                if (IsLarger(a[i * n + k], a[p * n + k])) p = i;
            }
            if (p != k)
            {
                SwapRows(a, n, p, k);
                (order[p], order[k]) = (order[k], order[p]);
                odd = !odd;
            }
            if (a[k * n + k] == 0) return k;
            Eliminate(a, n, k);
        }
        return -1;
    }

    /// <summary>P·A·Q = L·U in place with the largest element left as every pivot; stops at a pivot of 0.</summary>
    public static void LuComplete(double* a, int n, double* rows, double* columns, out bool odd)
    {
        odd = false;
        for (int i = 0; i < n; i++) rows[i] = columns[i] = i;
        for (int k = 0; k < n; k++)
        {
            (int p, int q) = (k, k);
            for (int i = k; i < n; i++)
            {
                for (int j = k; j < n; j++)
                {
                    if (IsLarger(a[i * n + j], a[p * n + q])) (p, q) = (i, j);
                }
            }
            if (p != k)
            {
                SwapRows(a, n, p, k);
                (rows[p], rows[k]) = (rows[k], rows[p]);
                odd = !odd;
            }
            if (q != k)
            {
                for (int i = 0; i < n; i++) (a[i * n + q], a[i * n + k]) = (a[i * n + k], a[i * n + q]);
                (columns[q], columns[k]) = (columns[k], columns[q]);
                odd = !odd;
            }
            if (a[k * n + k] == 0) return;
            Eliminate(a, n, k);
        }
    }

    /// <summary>L·Lᵀ = (A + Aᵀ) / 2.</summary>
    /// <returns>−1, or the row whose pivot is not above 0.</returns>
    public static int Cholesky(double* a, double* l, int n)
    {
        new Span<double>(l, n * n).Clear();
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                // The two halves are added first halved: their sum may be too large for a double.
                double s = a[i * n + j] / 2 + a[j * n + i] / 2 - Dot(l + i * n, l + j * n, j);
                if (i != j) l[i * n + j] = s / l[j * n + j];
                else if (s <= 0) return i;
                else l[i * n + i] = Math.Sqrt(s);
            }
        }
        return -1;
    }

    /// <summary>Solves T·X = Y in place of Y (n × k), T a triangle of a or of its transpose.</summary>
    /// <returns>−1, or the first row whose element on the diagonal is 0, or not above its column's largest times a tolerance.</returns>
    public static int SolveTriangle(double* a, int n, double* y, int k, bool lower, bool transposed, bool unit, double tolerance = 0)
    {
        for (int i = 0; i < n && !unit; i++)
        {
            double most = 0;
            for (int j = 0; j < i && tolerance > 0; j++) most = Math.Max(most, Math.Abs(a[j * n + i]));
            if (a[i * n + i] == 0 || double.IsFinite(most) && Math.Abs(a[i * n + i]) <= tolerance * most) return i;
        }
        bool forward = lower != transposed;
        for (int step = 0; step < n; step++)
        {
            int i = forward ? step : n - 1 - step, from = forward ? 0 : i + 1, to = forward ? i : n;
            for (int j = from; j < to; j++) AddScaled(y + i * k, y + j * k, -(transposed ? a[j * n + i] : a[i * n + j]), k);
            if (!unit) TensorPrimitives.Divide(new ReadOnlySpan<double>(y + i * k, k), a[i * n + i], new Span<double>(y + i * k, k));
        }
        return -1;
    }

    /// <summary>A = Q·R for m ≥ n: Q (m × n) with orthonormal columns, R (n × n) upper triangular, its diagonal not below 0.</summary>
    public static void Qr(double* a, int m, int n, double* q, double* r, double* spare)
    {
        double* tau = spare, sums = spare + n;
        for (int k = 0; k < n; k++)
        {
            tau[k] = Reflector(a, m, n, k);
            Reflect(a, n, k, tau[k], a, m, n, k + 1, sums);
        }
        new Span<double>(q, m * n).Clear();
        for (int i = 0; i < n; i++) q[i * n + i] = 1;
        for (int k = n - 1; k >= 0; k--) Reflect(a, n, k, tau[k], q, m, n, k, sums);
        new Span<double>(r, n * n).Clear();
        for (int i = 0; i < n; i++)
        {
            bool negative = a[i * n + i] < 0;
            for (int j = i; j < n; j++) r[i * n + j] = negative ? -a[i * n + j] : a[i * n + j];
            for (int row = 0; row < m && negative; row++) q[row * n + i] = -q[row * n + i];
        }
    }

    public static void AddScaled(double* y, double* x, double scale, int count)
    {
        Span<double> to = new(y, count);
        TensorPrimitives.MultiplyAdd(new ReadOnlySpan<double>(x, count), scale, to, to);
    }

    // NaN counts as larger than all numbers: as a pivot it reaches the result, passed over it might not.
    private static bool IsLarger(double a, double b) => double.IsNaN(a) ? !double.IsNaN(b) : Math.Abs(a) > Math.Abs(b);

    private static double Dot(double* x, double* y, int count) =>
        count == 0 ? 0 : FixedOrder.Dot(new ReadOnlySpan<double>(x, count), new ReadOnlySpan<double>(y, count));

    private static void SwapRows(double* a, int n, int p, int q)
    {
        for (int j = 0; j < n; j++) (a[p * n + j], a[q * n + j]) = (a[q * n + j], a[p * n + j]);
    }

    private static void Eliminate(double* a, int n, int k)
    {
        for (int i = k + 1; i < n; i++)
        {
            double factor = a[i * n + k] /= a[k * n + k];
            AddScaled(a + i * n + k + 1, a + k * n + k + 1, -factor, n - k - 1);
        }
    }

    // Makes H = 1 − τ·v·vᵀ that turns column k below the diagonal to 0; v is left there (its first element is 1).
    private static double Reflector(double* a, int m, int n, int k)
    {
        double largest = 0, sum = 0;
        for (int i = k; i < m; i++) largest = Math.Max(largest, Math.Abs(a[i * n + k])); // Math.Max keeps NaN
        if (largest == 0) return 0;
        for (int i = k; i < m; i++)
        {
            double scaled = a[i * n + k] / largest; // squares of huge and tiny numbers stay numbers
            sum += scaled * scaled;
        }
        double first = a[k * n + k], norm = -Math.CopySign(largest * Math.Sqrt(sum), first);
        for (int i = k + 1; i < m; i++) a[i * n + k] /= first - norm;
        a[k * n + k] = norm;
        return (norm - first) / norm;
    }

    // Applies reflector k of a to the columns of c from one on.
    private static void Reflect(double* a, int n, int k, double tau, double* c, int m, int columns, int from, double* sums)
    {
        int count = columns - from;
        if (count <= 0 || tau == 0) return;
        new ReadOnlySpan<double>(c + k * columns + from, count).CopyTo(new Span<double>(sums, count));
        for (int i = k + 1; i < m; i++) AddScaled(sums, c + i * columns + from, a[i * n + k], count);
        AddScaled(c + k * columns + from, sums, -tau, count);
        for (int i = k + 1; i < m; i++) AddScaled(c + i * columns + from, sums, -tau * a[i * n + k], count);
    }
}
