// A model's forward as a plan, in evaluation. A plan's memory holds one run, so threads that ask at the same time get a
// plan each; there are never more of them than there were calls at once.

using Kubik.Graphs;
using Kubik.Nn;

namespace Kubik.Training;

/// <summary>A model's output by compiled code, for each shape of input that it meets.</summary>
/// <example><code>
/// CompiledModel predict = Compiled.Predict(net);
/// Tensor y = predict.Run(x);
/// </code></example>
public sealed class CompiledModel
{
    private const int MostIdle = 16;

    private readonly Module model;
    private volatile Variant[] variants = [];
    private int compilations;

    internal CompiledModel(Module model) => this.model = model;

    /// <summary>How often a plan was made.</summary>
    public int Compilations => Volatile.Read(ref this.compilations);

    /// <summary>The model's output, as its <see cref="Module.Forward"/> gives it in evaluation, with the parameters as they are now. Any number of threads may call at once.</summary>
    /// <exception cref="ShapeException">The input does not fit the model.</exception>
    public Tensor Run(Tensor x)
    {
        Variant variant = this.VariantFor(x);
        Plan plan = variant.Rent() ?? this.Compile(x);
        plan.SetInput(0, x);
        plan.Compute();
        Tensor y = Tensor.Allocate(plan.Output(0).Spec);
        Kernels.Elementwise.Copy(plan.Output(0), y);
        variant.Return(plan);
        return y;
    }

    private Variant VariantFor(Tensor x)
    {
        foreach (Variant variant in this.variants)
        {
            if (variant.X == x.Spec) return variant;
        }
        Variant added = new(x.Spec);
        this.variants = [.. this.variants, added]; // when two threads do this at once, one plan is made again later
        return added;
    }

    private Plan Compile(Tensor x)
    {
        Interlocked.Increment(ref this.compilations);
        return Module.InEvaluation(() =>
        {
            if (!this.model.Parameters().All(p => p.Parameter.HasSpec)) this.model.Build(x.Shape, x.DType);
            return Compiler.Plan(Graph.Trace(v => this.model.Forward(v[0]), x.Spec));
        });
    }

    private sealed class Variant(TensorSpec x)
    {
        private readonly Plan?[] idle = new Plan?[MostIdle];

        public TensorSpec X => x;

        public Plan? Rent()
        {
            for (int i = 0; i < this.idle.Length; i++)
            {
                if (this.idle[i] is not null && Interlocked.Exchange(ref this.idle[i], null) is { IsCurrent: true } plan) return plan;
            }
            return null;
        }

        public void Return(Plan plan)
        {
            for (int i = 0; i < this.idle.Length; i++)
            {
                if (Interlocked.CompareExchange(ref this.idle[i], plan, null) is null) return;
            }
        }
    }
}
