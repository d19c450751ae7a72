// A model's forward as a plan, in evaluation. A plan's memory holds one run, so threads that ask at the same time get a
// plan each; there are never more of them than there were calls at once. What depends on the parameters alone is computed
// when they have changed, once for all plans.

using System.Numerics;
using Kubik.Graphs;
using Kubik.Kernels;
using Kubik.Nn;

namespace Kubik.Training;

/// <summary>A model's output by compiled code, for each shape of input that it meets.</summary>
/// <example><code>
/// CompiledModel predict = Compiled.Predict(net);
/// Tensor y = predict.Run(x);
/// </code></example>
public sealed class CompiledModel
{
    private readonly Module model;
    private readonly PredictOptions options;
    private readonly Lock gate = new();
    private volatile Made made;
    private int compilations;
    private long uses;

    internal CompiledModel(Module model, PredictOptions options)
    {
        options.Validate();
        (this.model, this.options) = (model, options);
        this.made = new(null, new(), []);
    }

    /// <summary>How often a plan was made.</summary>
    public int Compilations => Volatile.Read(ref this.compilations);

    /// <summary>Why the last plan was made, such as "the input float32 (16, 784) is new"; null before the first run.</summary>
    public string? LastCompilation { get; private set; }

    /// <summary>What the compiler made for each shape of input whose plans are kept: its passes, and the plan's steps and memory.</summary>
    public IReadOnlyList<PlanReport> Plans => [.. this.made.Variants.Select(v => v.Report)];

    /// <summary>The model's output, as its <see cref="Module.Forward"/> gives it in evaluation, with the parameters as they are now.
    /// Any number of threads may call at once, while nobody changes parameters.</summary>
    /// <exception cref="ShapeException">The input does not fit the model.</exception>
    /// <exception cref="InvalidOperationException">The model looks at values while it computes,
    /// or is to run in blocks (<see cref="PredictOptions.Block"/>) although a sample's output depends on other samples.</exception>
    public Tensor Run(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return this.options.Block is { } block && x.Rank > 0 && x.Shape[0] > 0 ? this.InBlocks(x, block) : this.Whole(x);
    }

    private Tensor Whole(Tensor x)
    {
        (Variant variant, Plan plan) = this.PlanFor(x.Spec);
        Tensor y;
        if (plan.Changes)
        {
            lock (this.gate) y = Ran(); // a model that draws random numbers also in evaluation: one run after another
        }
        else
        {
            y = Ran();
        }
        variant.Return(plan);
        return y;

        Tensor Ran()
        {
            plan.SetInput(0, x);
            plan.Compute();
            Tensor copy = Tensor.Allocate(plan.Output(0).Spec);
            Elementwise.Copy(plan.Output(0), copy);
            plan.Write();
            return copy;
        }
    }

    private Tensor InBlocks(Tensor x, int block)
    {
        int count = x.Shape[0];
        Tensor? y = null;
        for (int start = 0; start < count;)
        {
            int samples = Math.Min(block, count - start), rows = Math.Min(block, (int)BitOperations.RoundUpToPowerOf2((uint)samples));
            (Variant variant, Plan plan) = this.PlanFor(x.Spec with { Shape = x.Shape.With(0, rows) });
            Tensor input = plan.Input(0), output = plan.Output(0);
            Elementwise.CopyInto(x[start..(start + samples)], input[..samples]);
            // A block that is not full repeats its last sample, which is sure to be one that the model can take.
            if (samples < rows)
                Elementwise.CopyInto(x[(start + samples - 1)..(start + samples)].BroadcastTo(x.Shape.With(0, rows - samples)), input[samples..]);
            plan.Compute();
            int each = output.Shape[0] / rows; // such as the steps of a sequence, one below the other
            y ??= Tensor.Allocate(output.Spec with { Shape = output.Shape.With(0, each * count) });
            Elementwise.CopyInto(output[..(each * samples)], y[(each * start)..(each * (start + samples))]);
            variant.Return(plan);
            start += samples;
        }
        return y!;
    }

    private (Variant Variant, Plan Plan) PlanFor(TensorSpec x)
    {
        Made now = this.made;
        if (now.Structure?.Changed() is { } path) now = this.Forget(now, $"'{path}' was replaced");
        if (!now.Kept.Refresh()) now = this.Forget(now, "a parameter was converted to another type");
        Variant? variant = Array.Find(now.Variants, v => v.X == x);
        if (variant?.Rent() is not { } plan)
        {
            if (variant is { IsCurrent: false }) now = this.Forget(now, "a parameter was converted to another type");
            (variant, plan) = this.Compile(x);
        }
        variant.LastUse = Interlocked.Increment(ref this.uses);
        return (variant, plan);
    }

    private Made Forget(Made known, string why)
    {
        lock (this.gate)
        {
            if (ReferenceEquals(this.made, known)) (this.made, this.LastCompilation) = (new(null, new(), []) { Why = why }, why);
            return this.made;
        }
    }

    private (Variant, Plan) Compile(TensorSpec x)
    {
        lock (this.gate)
        {
            if (!this.model.Parameters().All(p => p.Parameter.HasSpec)) Module.InEvaluation(() => this.model.Build(x.Shape, x.DType));
            Made before = this.made;
            Variant? known = Array.Find(before.Variants, v => v.X == x);
            if (known is null && this.options.Block is not null) this.RequireSeparateRows(x);
            Graph graph = this.Trace(x);
            List<PassReport> passes = [];
            if (this.options.Fold)
            {
                graph = Folding.Apply(graph, out PassReport folded);
                passes.Add(folded);
            }
            Graph split = before.Kept.Split(graph);
            passes.Add(new("computed before", graph.Operations, split.Operations)
            { Note = "without what depends on parameters and constants alone, which is computed again when those change" });
            Plan plan = Compiler.Plan(split, passes);
            before.Kept.Refresh();
            this.LastCompilation = before.Why ?? (known is null ? $"the input {x} is new" : "another thread is running the plan");
            Interlocked.Increment(ref this.compilations);
            if (known is not null) return (known, plan);
            Variant added = new(x, plan.Report());
            IEnumerable<Variant> kept = before.Variants.OrderByDescending(v => v.LastUse).Take(this.options.MostShapes - 1);
            this.made = new(new(this.model), before.Kept, [.. kept, added]);
            return (added, plan);
        }
    }

    private Graph Trace(TensorSpec x) => Module.InEvaluation(() => Graph.Trace(v => this.model.Forward(v[0]), x));

    // With more samples than one, so that an axis of one element is not taken for that of the samples.
    private void RequireSeparateRows(TensorSpec x)
    {
        if (Rows.Problem(this.Trace(x with { Shape = x.Shape.With(0, Math.Max(2, x.Shape[0])) })) is { } problem)
            throw new InvalidOperationException(
                $"The model cannot run in blocks of samples: {problem} Leave out PredictOptions.Block, so that each shape of input has a plan of its own.");
    }

    private sealed record Made(Structure? Structure, KeptValues Kept, Variant[] Variants)
    {
        public string? Why { get; init; }
    }

    private sealed class Variant(TensorSpec x, PlanReport report)
    {
        private volatile Plan?[] idle = new Plan?[4];
        private volatile bool isPast;

        public TensorSpec X => x;

        public PlanReport Report => report;

        public long LastUse { get; set; }

        /// <summary>False when a plan was found that reads parameters where they do not live any more.</summary>
        public bool IsCurrent => !this.isPast;

        public Plan? Rent()
        {
            Plan?[] places = this.idle;
            for (int i = 0; i < places.Length; i++)
            {
                if (places[i] is null || Interlocked.Exchange(ref places[i], null) is not { } plan) continue;
                if (plan.IsCurrent) return plan;
                this.isPast = true;
            }
            return null;
        }

        // A plan that lands in places that were just replaced by more is made again one day; none is lent twice.
        public void Return(Plan plan)
        {
            Plan?[] places = this.idle;
            for (int i = 0; i < places.Length; i++)
            {
                if (Interlocked.CompareExchange(ref places[i], plan, null) is null) return;
            }
            Plan?[] more = new Plan?[2 * places.Length];
            more[0] = plan;
            for (int i = 0; i < places.Length; i++) more[i + 1] = Interlocked.Exchange(ref places[i], null);
            this.idle = more;
        }
    }
}
