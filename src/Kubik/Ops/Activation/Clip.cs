using System.Numerics;
using Kubik.Kernels;

namespace Kubik.Ops
{
    /// <summary>y = max(min, min(x, max)), element by element; ∞ for no bound. Numbers of any kind. At the bounds the subgradient is 1.</summary>
    /// <param name="Min">The lower bound.</param>
    /// <param name="Max">The upper bound; not below the lower one.</param>
    public sealed record Clip(double Min, double Max) : DifferentiableOp, IElementwise
    {
        /// <inheritdoc/>
        public override string Name => "Clip";

        /// <inheritdoc/>
        public override Notation Notation => Notation.With("clip", this.Min, this.Max);

        /// <inheritdoc/>
        public override string? Onnx => "Clip";

        /// <inheritdoc/>
        public override TensorSpec Infer(ReadOnlySpan<TensorSpec> x)
        {
            if (!TypeRule.IsNumber(x[0].DType)) throw this.Error(TypeRule.Number(x[0]));
            if (!(this.Min <= this.Max)) throw this.Error($"the bounds must be numbers in order, not {this.Min} and {this.Max}.");
            foreach (double bound in (ReadOnlySpan<double>)[this.Min, this.Max])
            {
                if (!x[0].DType.IsFloat && double.IsFinite(bound) && !double.IsInteger(bound))
                    throw this.Error($"the bounds of {x[0].DType.Name} must be whole numbers, not {bound}.");
            }
            return x[0];
        }

        /// <inheritdoc/>
        public override Tensor? Gradient(int input, ReadOnlySpan<Tensor> x, Tensor y, Tensor dy) => dy * x[0].Equal(y).Cast(dy.DType);

        /// <inheritdoc/>
        protected internal override void Run(ReadOnlySpan<Tensor> x, Tensor y)
        {
            // Without a kernel object, which would have to be made for every call.
            switch (y.DType)
            {
                case DType.Float32: Elementwise.Run(this.TileOf<float>(), x, y); break;
                case DType.Float64: Elementwise.Run(this.TileOf<double>(), x, y); break;
                case DType.Int32: Elementwise.Run(this.TileOf<int>(), x, y); break;
                case DType.Int64: Elementwise.Run(this.TileOf<long>(), x, y); break;
                default: Elementwise.Run(this.TileOf<byte>(), x, y); break;
            }
        }

        TileKernel IElementwise.Kernel(DType x, DType y) => y switch
        {
            DType.Float32 => TileKernel.Of(this.TileOf<float>()),
            DType.Float64 => TileKernel.Of(this.TileOf<double>()),
            DType.Int32 => TileKernel.Of(this.TileOf<int>()),
            DType.Int64 => TileKernel.Of(this.TileOf<long>()),
            _ => TileKernel.Of(this.TileOf<byte>()),
        };

        private Tile<T> TileOf<T>() where T : unmanaged, INumber<T> => new(T.CreateSaturating(this.Min), T.CreateSaturating(this.Max));

        private readonly struct Tile<T>(T min, T max) : IStatefulTile where T : unmanaged, INumber<T>
        {
            private readonly T min = min, max = max;

            public unsafe void Run(byte** x, byte* y, int count)
            {
                T* from = (T*)x[0], to = (T*)y;
                Vector<T> low = new(this.min), high = new(this.max);
                int i = 0;
                for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
                {
                    Vector<T> v = Vector.Load(from + i);
                    v = Vector.ConditionalSelect(Vector.LessThan(v, low), low, v);
                    Vector.ConditionalSelect(Vector.GreaterThan(v, high), high, v).Store(to + i);
                }
                for (; i < count; i++) to[i] = from[i] < this.min ? this.min : from[i] > this.max ? this.max : from[i];
            }
        }
    }
}

namespace Kubik
{
    public sealed partial class Tensor
    {
        /// <summary>max(min, min(x, max)), element by element; ∞ for no bound. At the bounds the subgradient is 1.</summary>
        /// <param name="min">The lower bound.</param>
        /// <param name="max">The upper bound; not below the lower one.</param>
        /// <exception cref="ShapeException">The bounds are in the wrong order, or broken numbers for integers.</exception>
        public Tensor Clip(double min, double max) => new Clip(min, max).Apply(this);
    }
}
