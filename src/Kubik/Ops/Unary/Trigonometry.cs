// Functions of angles; the C runtime's own, for all digits at every size of the argument.

using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>y = tan x (radians), element by element.</summary>
    public readonly struct Tan : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Tan";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("tan", @"\tan");

        /// <inheritdoc/>
        public static string? Onnx => "Tan";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Tan(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (1 + y * y);
    }

    /// <summary>y = arcsin x in [−π/2, π/2], element by element. NaN outside [−1, 1].</summary>
    public readonly struct Asin : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Asin";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("asin", @"\arcsin");

        /// <inheritdoc/>
        public static string? Onnx => "Asin";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Asin(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * ((1 - x) * (1 + x)).Rsqrt();
    }

    /// <summary>y = arccos x in [0, π], element by element. NaN outside [−1, 1].</summary>
    public readonly struct Acos : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Acos";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("acos", @"\arccos");

        /// <inheritdoc/>
        public static string? Onnx => "Acos";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Acos(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => -dy * ((1 - x) * (1 + x)).Rsqrt();
    }

    /// <summary>y = arctan x in [−π/2, π/2], element by element.</summary>
    public readonly struct Atan : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Atan";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("atan", @"\arctan");

        /// <inheritdoc/>
        public static string? Onnx => "Atan";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Atan(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy / (1 + x * x);
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>tan x (radians), element by element.</summary>
        public Tensor Tan() => Unary<Tan>.Instance.Apply(this);

        /// <summary>arcsin x in [−π/2, π/2], element by element. NaN outside [−1, 1].</summary>
        public Tensor Asin() => Unary<Asin>.Instance.Apply(this);

        /// <summary>arccos x in [0, π], element by element. NaN outside [−1, 1].</summary>
        public Tensor Acos() => Unary<Acos>.Instance.Apply(this);

        /// <summary>arctan x in [−π/2, π/2], element by element.</summary>
        public Tensor Atan() => Unary<Atan>.Instance.Apply(this);
    }
}
