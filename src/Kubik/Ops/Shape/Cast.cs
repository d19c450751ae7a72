using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>Converts the elements to another type, as C# casts do: fractions are cut off, what is out of range saturates, Bool is "not 0". To a narrower float: to the nearest, of two the even one.</summary>
    /// <param name="To">The type.</param>
    public sealed record Cast(DType To) : DifferentiableOp
    {
        /// <inheritdoc/>
        public override string Name => "Cast";

        /// <inheritdoc/>
        public override Notation Notation => Notation.Function(this.To.Name);

        /// <inheritdoc/>
        public override string? Onnx => "Cast";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x) => x[0] with { DType = this.To };

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) =>
            this.To.IsFloat && x[0].DType.IsFloat ? dy.Cast(x[0].DType) : null;

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            switch (x[0].DType)
            {
                case DType.Float32: From<float>(x, y); break;
                case DType.Float64: From<double>(x, y); break;
                case DType.Float16: From<Half>(x, y); break;
                case DType.BFloat16: From<float>([Widened(x[0])], y); break;
                case DType.Int32: From<int>(x, y); break;
                case DType.Int64: From<long>(x, y); break;
                default: From<byte>(x, y); break;
            }
        }

        private static void From<T>(ReadOnlySpan<Tensor> x, Tensor y) where T : unmanaged, INumber<T>
        {
            switch (y.DType)
            {
                case DType.Float32: Elementwise.Run<Tile<T, float>>(x, y); break;
                case DType.Float64: Elementwise.Run<Tile<T, double>>(x, y); break;
                case DType.Float16: Elementwise.Run<Tile<T, Half>>(x, y); break;
                case DType.BFloat16: Elementwise.Run<NarrowTile<T>>(x, y); break;
                case DType.Int32: Elementwise.Run<Tile<T, int>>(x, y); break;
                case DType.Int64: Elementwise.Run<Tile<T, long>>(x, y); break;
                case DType.UInt8: Elementwise.Run<Tile<T, byte>>(x, y); break;
                default: Elementwise.Run<TruthTile<T>>(x, y); break;
            }
        }

        private static Tensor Widened(Tensor x)
        {
            Tensor wide = Tensor.Allocate(x.Spec with { DType = DType.Float32 });
            Elementwise.Run<WideTile>([x], wide);
            return wide;
        }

        private readonly struct Tile<TFrom, TTo> : ITile where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
        {
            public static unsafe void Run(byte** x, byte* y, int count)
            {
                TFrom* from = (TFrom*)x[0];
                TTo* to = (TTo*)y;
                for (int i = 0; i < count; i++) to[i] = TTo.CreateSaturating(from[i]);
            }
        }

        private readonly struct WideTile : ITile
        {
            public static unsafe void Run(byte** x, byte* y, int count)
            {
                BFloat16* from = (BFloat16*)x[0];
                float* to = (float*)y;
                for (int i = 0; i < count; i++) to[i] = (float)from[i];
            }
        }

        private readonly struct NarrowTile<T> : ITile where T : unmanaged, INumber<T>
        {
            public static unsafe void Run(byte** x, byte* y, int count)
            {
                T* from = (T*)x[0];
                BFloat16* to = (BFloat16*)y;
                for (int i = 0; i < count; i++) to[i] = (BFloat16)double.CreateSaturating(from[i]);
            }
        }

        private readonly struct TruthTile<T> : ITile where T : unmanaged, INumber<T>
        {
            public static unsafe void Run(byte** x, byte* y, int count)
            {
                T* from = (T*)x[0];
                for (int i = 0; i < count; i++) y[i] = from[i] != T.Zero ? (byte)1 : (byte)0;
            }
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>The elements converted to another type; the tensor itself when it has that type already.</summary>
        public Tensor Cast(DType to) => to == this.DType ? this : new Cast(to).Apply(this);
    }
}
