// A training step as a plan: forward, loss, gradients and the optimiser's rule, traced once for each kind of input, then
// run flat. It gives the bits of the eager step. Weights, statistics, random states, learning rate and step count are read
// and written where they live, so eager code, checkpoints and other plans see every change.

using Kubik.Autograd;
using Kubik.Graphs;
using Kubik.Nn;
using Kubik.Optim;

namespace Kubik.Training;

/// <summary>A training step that is compiled for each shape of input that it meets.</summary>
/// <example><code>
/// CompiledStep step = Compiled.Step(net, new CrossEntropy(), new Adam(0.001));
/// for (int i = 0; i &lt; 1000; i++) Console.WriteLine(step.Run(x, y));   // the loss before the change
/// </code></example>
public sealed class CompiledStep
{
    private readonly Module model;
    private readonly Func<Tensor, Tensor, Tensor> loss;
    private readonly Action<Tensor>? checkTarget;
    private readonly UpdateRule optimizer;
    private readonly Penalty? penalty;
    private readonly Func<Tensor, Tensor, Tensor>? measure;
    private const int MostVariants = 16; // each holds the memory of a whole step

    private readonly List<Variant> variants = []; // the one that ran last first
    private readonly ParameterClaims claims = new();
    private Structure? structure;

    internal CompiledStep(Module model, Loss loss, UpdateRule optimizer, Penalty? penalty = null, Func<Tensor, Tensor, Tensor>? measure = null)
        : this(model, loss.Of, optimizer)
    {
        if (loss.Reduction != Nn.Reduction.Mean && loss.Reduction != Nn.Reduction.Sum)
            throw new ArgumentException(
                $"A training step makes one number small, but the loss {loss.Name} gives {loss.Reduction}: set its Reduction to Mean or Sum.");
        (this.checkTarget, this.penalty, this.measure) = (loss.CheckTarget, penalty, measure);
    }

    internal CompiledStep(Module model, Func<Tensor, Tensor, Tensor> loss, UpdateRule optimizer) =>
        (this.model, this.loss, this.optimizer) = (model, loss, optimizer);

    /// <summary>Why the last compilation was made, such as "the input was float32 (64, 784), now it is float32 (16,
    /// 784)"; null before the first step.</summary>
    public string? LastCompilation { get; private set; }

    /// <summary>How often a plan was made.</summary>
    public int Compilations { get; private set; }

    /// <summary>What <c>measure</c> gave in the last step.</summary>
    internal double Measured { get; private set; }

    /// <summary>Computes the loss of a batch and changes the weights by its gradient: all of them, or none when something throws.
    /// With <see cref="UpdateRule.Accumulate"/> the gradients are added up, and the weights change in the last of so many steps.</summary>
    /// <param name="x">The input.</param>
    /// <param name="target">What the network should give.</param>
    /// <param name="progress">How much of the training is done, 0 to 1, for the schedule.</param>
    /// <returns>The loss before the change.</returns>
    /// <exception cref="ShapeException">Input, network and target do not fit.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the middle of this step or of one that shares parameters with it,
    /// no weight gets a gradient, or the model looks at values while it computes.</exception>
    /// <exception cref="NonFiniteException">The loss is NaN or infinite; nothing was changed.</exception>
    public double Run(Tensor x, Tensor target, double progress = 0)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(target);
        this.claims.Enter();
        try
        {
            return this.Step(this.VariantFor(x, target), x, target, progress, microseconds: null);
        }
        finally
        {
            this.claims.Leave();
        }
    }

    /// <summary>What the compiler made for the last 16 kinds of input, the latest first: its passes, and the plan's steps and memory.</summary>
    public IReadOnlyList<PlanReport> Plans => [.. this.variants.Select(v => v.Plan.Report())];

    /// <summary>The whole step as it is traced, before the compiler changes anything: for <see cref="Graph.ToText"/>. Nothing is computed.</summary>
    /// <exception cref="ShapeException">Input, network and target do not fit.</exception>
    /// <exception cref="InvalidOperationException">No weight gets a gradient, or the model looks at values while it computes.</exception>
    public Graph Trace(Tensor x, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(target);
        return this.Trace(x, target, this.optimizer.Reached, this.optimizer.IsLast, out _);
    }

    /// <summary>Trains: changes the weights once and then so many times more, as <see cref="Run"/> does, and measures each part of the plan that changes them.
    /// The least time of each counts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of times is less than 1.</exception>
    /// <inheritdoc cref="Run" path="/exception"/>
    public PlanReport Measure(Tensor x, Tensor target, int times)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(target);
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        this.claims.Enter();
        try
        {
            (Variant? measured, double[] microseconds) = (null, []);
            int done = 0;
            while (done <= times)
            {
                Variant variant = this.VariantFor(x, target);
                if (variant.IsLast) done++;
                if (variant.IsLast && !ReferenceEquals(measured, variant))
                {
                    (measured, microseconds) = (variant, new double[variant.Plan.Count]);
                    Array.Fill(microseconds, double.PositiveInfinity);
                }
                this.Step(variant, x, target, progress: 0, variant.IsLast ? microseconds : null);
            }
            return measured!.Plan.Report(microseconds);
        }
        finally
        {
            this.claims.Leave();
        }
    }

    private double Step(Variant variant, Tensor x, Tensor target, double progress, double[]? microseconds)
    {
        this.checkTarget?.Invoke(target);
        Plan plan = variant.Plan;
        if (variant.IsLast) this.optimizer.Advance(progress);
        try
        {
            plan.SetInput(0, x);
            plan.SetInput(1, target);
            plan.Compute(microseconds);
            double value = plan.Number(0), sum = plan.Number(1);
            if (!double.IsFinite(sum))
                throw new NonFiniteException(this.optimizer.Steps + (variant.IsLast ? 0 : 1), sum, NonFiniteException.Locate(this.model, x),
                    this.optimizer.LearningRate);
            if (this.measure is not null) this.Measured = plan.Number(2);
            plan.Write(microseconds);
            this.optimizer.Collected(variant.After, variant.IsLast);
            return value;
        }
        catch (Exception e)
        {
            if (variant.IsLast) this.optimizer.Withdraw();
            if (e is ArgumentException or ShapeException) this.Explain(x, target);
            throw;
        }
    }

    // A plan knows ops, not layers: eager code says better what does not fit.
    private void Explain(Tensor x, Tensor target) => this.model.LeavingNoTrace(() => this.loss(this.model.Forward(x), target));

    private Variant VariantFor(Tensor x, Tensor target)
    {
        if (this.structure?.Changed() is { } path)
        {
            this.variants.Clear(); // all of them are of the network as it was
            return this.Compile(x, target, $"'{path}' was replaced");
        }
        for (int i = 0; i < this.variants.Count; i++)
        {
            Variant variant = this.variants[i];
            if (variant.X != x.Spec || variant.Target != target.Spec || variant.IsLast != this.optimizer.IsLast || !variant.HasModes) continue;
            bool remembers = ReferenceEquals(variant.Remembered, this.optimizer.Remembered);
            if (remembers && !ReferenceEquals(variant.Before, this.optimizer.Reached)) continue;
            bool isCurrent = remembers && variant.Plan.IsCurrent;
            if (i > 0 || !isCurrent) this.variants.RemoveAt(i);
            if (i > 0 && isCurrent) this.variants.Insert(0, variant);
            if (isCurrent) return variant;
            return this.Compile(x, target, remembers ? "a parameter was converted to another type" : "the optimizer's memory was restored");
        }
        return this.Compile(x, target, this.variants.Count == 0 ? "the first step" : this.Difference(this.variants[0], x, target));
    }

    private string Difference(Variant before, Tensor x, Tensor target) =>
        before.X != x.Spec ? $"the input was {before.X}, now it is {x.Spec}"
        : before.Target != target.Spec ? $"the target was {before.Target}, now it is {target.Spec}"
        : !before.HasModes ? "a layer went from training to evaluation or back"
        : before.IsLast && !this.optimizer.IsLast ? "gradients are added up"
        : !before.IsLast && this.optimizer.IsLast ? "the weights change after some steps that add up gradients"
        : "gradients have reached other weights before";

    private Variant Compile(Tensor x, Tensor target, string why)
    {
        Reach before = this.optimizer.Reached;
        bool isLast = this.optimizer.IsLast;
        Graph graph = this.Trace(x, target, before, isLast, out Reach after);
        HashSet<Parameter> written = [.. graph.Updates.Select(u => u.Parameter)];
        this.claims.Add(graph.Parameters.Select(p => (p.Parameter, written.Contains(p.Parameter) || this.optimizer.Sets(p.Parameter))));
        Variant variant = new(
            x.Spec, target.Spec, [.. this.model.Modules().Select(m => (m.Module, m.Module.IsSetToTraining))], this.optimizer.Remembered, before, after, isLast,
            Compiler.Plan(graph));
        if (this.variants.Count == MostVariants) this.variants.RemoveAt(MostVariants - 1);
        this.variants.Insert(0, variant);
        this.structure = new(this.model);
        this.LastCompilation = why;
        this.Compilations++;
        return variant;
    }

    private Graph Trace(Tensor x, Tensor target, Reach before, bool isLast, out Reach after)
    {
        if (!this.model.Parameters().All(p => p.Parameter.HasSpec)) this.model.Build(x.Shape, x.DType);
        this.optimizer.Sort(this.model);
        Parameter[] weights = [.. this.model.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        Reach reached = before;
        Graph graph = Graph.Trace(v =>
        {
            Tensor y = this.model.Forward(v[0]),
                mean = this.loss(y, v[1]) ?? throw new InvalidOperationException("The loss is null; return what it computes from the output and the target.");
            if (mean.Count != 1)
                throw new ShapeException(
                    $"The loss must be one number, but it is {mean.Spec} for an output {y.Spec} and a target {v[1].Spec}: "
                    + "reduce it, for example by Mean(), as in (y, t) => (y - t).Square().Mean().");
            Tensor sum = this.penalty is null ? mean : mean + this.penalty.On(this.model);
            Tensor?[] gradients = Gradient.TryOf(sum, [.. weights.Select(w => w.Value)]);
            this.optimizer.MustReach(gradients);
            this.optimizer.CollectOrUpdate(weights, gradients, before, isLast);
            reached = this.optimizer.After(before, weights, gradients, isLast);
            Parameter.Binder?.Enter(this.optimizer.MemoryOf(this.model));
            return this.measure is null ? [mean, sum] : [mean, sum, this.measure(y, v[1])];
        }, x.Spec, target.Spec);
        after = reached;
        return graph;
    }

    private sealed record Variant(TensorSpec X, TensorSpec Target, (Module Module, bool Training)[] Modes, object Remembered, Reach Before, Reach After,
        bool IsLast, Plan Plan)
    {
        public bool HasModes => Array.TrueForAll(this.Modes, m => m.Module.IsSetToTraining == m.Training);
    }
}
