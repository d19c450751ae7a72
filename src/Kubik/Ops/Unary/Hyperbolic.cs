// Hyperbolic functions and their inverses; tanh has a file of its own, being an activation.

using System.Numerics;

namespace Kubik.Ops
{
    /// <summary>y = (eˣ − e⁻ˣ) / 2, element by element.</summary>
    public readonly struct Sinh : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Sinh";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("sinh", @"\sinh");

        /// <inheritdoc/>
        public static string? Onnx => "Sinh";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Sinh(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Cosh();
    }

    /// <summary>y = (eˣ + e⁻ˣ) / 2, element by element.</summary>
    public readonly struct Cosh : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Cosh";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("cosh", @"\cosh");

        /// <inheritdoc/>
        public static string? Onnx => "Cosh";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Cosh(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * x.Sinh();
    }

    /// <summary>y = ln(x + √(x² + 1)), the inverse of sinh, element by element.</summary>
    public readonly struct Asinh : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Asinh";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("asinh", @"\operatorname{arsinh}");

        /// <inheritdoc/>
        public static string? Onnx => "Asinh";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Asinh(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * (1 + x * x).Rsqrt();
    }

    /// <summary>y = ln(x + √(x² − 1)), the inverse of cosh, element by element. NaN below 1.</summary>
    public readonly struct Acosh : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Acosh";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("acosh", @"\operatorname{arcosh}");

        /// <inheritdoc/>
        public static string? Onnx => "Acosh";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Acosh(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy * ((x - 1) * (x + 1)).Rsqrt();
    }

    /// <summary>y = ½·ln((1 + x) / (1 − x)), the inverse of tanh, element by element. NaN outside [−1, 1].</summary>
    public readonly struct Atanh : IUnaryOp
    {
        /// <inheritdoc/>
        public static string Name => "Atanh";

        /// <inheritdoc/>
        public static Notation Notation => Notation.Function("atanh", @"\operatorname{artanh}");

        /// <inheritdoc/>
        public static string? Onnx => "Atanh";

        /// <inheritdoc/>
        public static void Forward<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IFloatingPointIeee754<T>
        {
            for (int i = 0; i < x.Length; i++) y[i] = T.Atanh(x[i]);
        }

        /// <inheritdoc/>
        public static Tensor? Gradient(Tensor x, Tensor y, Tensor dy) => dy / ((1 - x) * (1 + x));
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>(eˣ − e⁻ˣ) / 2, element by element.</summary>
        public Tensor Sinh() => Unary<Sinh>.Instance.Apply(this);

        /// <summary>(eˣ + e⁻ˣ) / 2, element by element.</summary>
        public Tensor Cosh() => Unary<Cosh>.Instance.Apply(this);

        /// <summary>ln(x + √(x² + 1)), the inverse of sinh, element by element.</summary>
        public Tensor Asinh() => Unary<Asinh>.Instance.Apply(this);

        /// <summary>ln(x + √(x² − 1)), the inverse of cosh, element by element. NaN below 1.</summary>
        public Tensor Acosh() => Unary<Acosh>.Instance.Apply(this);

        /// <summary>½·ln((1 + x) / (1 − x)), the inverse of tanh, element by element. NaN outside [−1, 1].</summary>
        public Tensor Atanh() => Unary<Atanh>.Instance.Apply(this);
    }
}
