using System.Numerics;
using System.Numerics.Tensors;

namespace Kubik.Kernels;

/// <summary>Softmax and its logarithm, a row at a time.</summary>
internal static unsafe class SoftmaxKernel
{
    public static TensorSpec Infer(Op op, int axis, TensorSpec x, double temperature = 1) =>
        !(temperature > 0 && double.IsFinite(temperature)) ? throw op.Error($"the temperature must be above 0, not {temperature}.") :
        (uint)axis >= (uint)x.Shape.Rank ? throw op.Error($"axis {axis} is not one of the {x.Shape.Rank} axes of {x.Shape}, counted from 0.") :
        x.DType is not (DType.Float32 or DType.Float64) ? throw op.Error(TypeRule.Float(x)) :
        x.Shape[axis] == 0 ? throw op.Error($"axis {axis} of {x.Shape} is empty, and probabilities over nothing do not exist.") : x;

    public static void Run<T>(Tensor x, int axis, Tensor y, bool log, double temperature) where T : unmanaged, IFloatingPointIeee754<T>
    {
        int last = x.Rank - 1;
        if (axis != last)
        {
            // Another axis than the last: bring it there, and the result back.
            Tensor moved = Tensor.Allocate(x.Transpose(axis, last).Spec);
            Run<T>(x.Detach().Transpose(axis, last), last, moved, log, temperature);
            Elementwise.Copy(moved.Transpose(axis, last), y);
            return;
        }
        x = x.Contiguous();
        int size = x.Shape[last];
        fixed (T* px = x.Data<T>(), py = y.Data<T>())
        {
            RowJob<T> job = new() { X = px, Y = py, Size = size, Log = log, Temperature = T.Max(T.CreateChecked(temperature), T.Epsilon), Rows = x.Count / size, RowsAJob = Math.Max(1, 8192 / size) };
            Workers.Run((job.Rows + job.RowsAJob - 1) / job.RowsAJob, ref job);
        }
        GC.KeepAlive(x);
    }

    private struct RowJob<T> : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public T* X, Y;
        public int Size, Rows, RowsAJob;
        public bool Log;
        public T Temperature; // above 0, also where the type has no number as small

        public readonly void Run(int job)
        {
            for (int row = job * this.RowsAJob, end = Math.Min(row + this.RowsAJob, this.Rows); row < end; row++)
            {
                ReadOnlySpan<T> x = new(this.X + (long)row * this.Size, this.Size);
                Span<T> y = new(this.Y + (long)row * this.Size, this.Size);
                T max = TensorPrimitives.Max(x);
                this.Scaled(x, max, y);
                T* to = this.Y + (long)row * this.Size;
                WholeVectors.Run(default(Exp), to, to, this.Size);
                T sum = FixedOrder.Sum<T>(y);
                if (this.Log)
                {
                    this.Scaled(x, max, y);
                    TensorPrimitives.Subtract(y, T.Log(sum), y);
                }
                else
                {
                    TensorPrimitives.Divide(y, sum, y);
                }
            }
        }

        private readonly void Scaled(ReadOnlySpan<T> x, T max, Span<T> y)
        {
            TensorPrimitives.Subtract(x, max, y);
            if (this.Temperature != T.One) TensorPrimitives.Divide(y, this.Temperature, y);
        }
    }
}
