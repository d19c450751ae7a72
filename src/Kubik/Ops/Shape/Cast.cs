using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>Converts the elements to another type, as C# casts do: fractions are cut off, what is out of range saturates, Bool is "not 0".
    /// To a narrower float: to the nearest, of two the even one.</summary>
    /// <param name="To">The type.</param>
    public sealed record Cast(DType To) : DifferentiableOp, IElementwise
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
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y) => Elementwise.Run(this, x, y);

        TileKernel IElementwise.Kernel(DType x, DType y) => x switch
        {
            DType.Float32 => From<float>(y),
            DType.Float64 => From<double>(y),
            DType.Float16 => From<Half>(y),
            DType.BFloat16 => FromBFloat16(y),
            DType.Int32 => From<int>(y),
            DType.Int64 => From<long>(y),
            _ => From<byte>(y),
        };

        private static TileKernel From<T>(DType y) where T : unmanaged, INumber<T> => y switch
        {
            DType.Float32 => TileKernel.Of<Tile<T, float>>(),
            DType.Float64 => TileKernel.Of<Tile<T, double>>(),
            DType.Float16 => TileKernel.Of<Tile<T, Half>>(),
            DType.BFloat16 => TileKernel.Of<NarrowTile<T>>(),
            DType.Int32 => TileKernel.Of<Tile<T, int>>(),
            DType.Int64 => TileKernel.Of<Tile<T, long>>(),
            DType.UInt8 => TileKernel.Of<Tile<T, byte>>(),
            _ => TileKernel.Of<TruthTile<T>>(),
        };

        private static TileKernel FromBFloat16(DType y) => y switch
        {
            DType.Float32 => TileKernel.Of<WideTile>(),
            DType.BFloat16 => TileKernel.Of<SameTile>(),
            _ => TileKernel.Of(new WidenedTile(From<float>(y), y.ByteSize)),
        };

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

        private readonly struct SameTile : ITile
        {
            public static unsafe void Run(byte** x, byte* y, int count) => new ReadOnlySpan<BFloat16>(x[0], count).CopyTo(new Span<BFloat16>(y, count));
        }

        // Through float32, which holds every bfloat16.
        private readonly struct WidenedTile(TileKernel rest, int size) : IStatefulTile
        {
            private const int Block = 128;
            private readonly TileKernel rest = rest;
            private readonly int size = size;

            public unsafe void Run(byte** x, byte* y, int count)
            {
                float* wide = stackalloc float[Block];
                byte* from = (byte*)wide;
                for (int done = 0; done < count; done += Block)
                {
                    int n = Math.Min(Block, count - done);
                    for (int i = 0; i < n; i++) wide[i] = (float)((BFloat16*)x[0])[done + i];
                    this.rest.Run(&from, y + (long)done * this.size, n);
                }
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
