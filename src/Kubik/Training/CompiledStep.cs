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
    private readonly List<Variant> variants = [];
    private int running;

    internal CompiledStep(Module model, Loss loss, UpdateRule optimizer, Penalty? penalty = null, Func<Tensor, Tensor, Tensor>? measure = null)
        : this(model, loss.Of, optimizer)
    {
        if (loss.Reduction != Nn.Reduction.Mean && loss.Reduction != Nn.Reduction.Sum)
            throw new ArgumentException($"A training step makes one number small, but the loss {loss.Name} gives {loss.Reduction}: set its Reduction to Mean or Sum.");
        (this.checkTarget, this.penalty, this.measure) = (loss.CheckTarget, penalty, measure);
    }

    internal CompiledStep(Module model, Func<Tensor, Tensor, Tensor> loss, UpdateRule optimizer)
    {
        if (optimizer.Accumulate > 1)
            throw new ArgumentException($"A compiled step changes the weights every time, but the optimizer accumulates the gradients of {optimizer.Accumulate} steps: use optimizer.Step.");
        (this.model, this.loss, this.optimizer) = (model, loss, optimizer);
    }

    /// <summary>Why the last compilation was made, such as "the input was float32 (64, 784), now it is float32 (16, 784)"; null before the first step.</summary>
    public string? LastCompilation { get; private set; }

    /// <summary>How often a plan was made.</summary>
    public int Compilations { get; private set; }

    /// <summary>What <c>measure</c> gave in the last step.</summary>
    internal double Measured { get; private set; }

    /// <summary>Computes the loss of a batch and changes the weights by its gradient: all of them, or none when something throws.</summary>
    /// <param name="x">The input.</param>
    /// <param name="target">What the network should give.</param>
    /// <param name="progress">How much of the training is done, 0 to 1, for the schedule.</param>
    /// <returns>The loss before the change.</returns>
    /// <exception cref="ShapeException">Input, network and target do not fit.</exception>
    /// <exception cref="InvalidOperationException">Another thread is in the middle of a step, or no weight gets a gradient.</exception>
    /// <exception cref="NonFiniteException">The loss is NaN or infinite; nothing was changed.</exception>
    public double Run(Tensor x, Tensor target, double progress = 0)
    {
        if (Interlocked.Exchange(ref this.running, 1) != 0)
            throw new InvalidOperationException("This compiled step is running on another thread: a step changes the weights, so its calls must come one after another.");
        try
        {
            Variant variant = this.VariantFor(x, target);
            this.checkTarget?.Invoke(target);
            Plan plan = variant.Plan;
            this.optimizer.Advance(progress);
            try
            {
                plan.SetInput(0, x);
                plan.SetInput(1, target);
                plan.Compute();
                double value = plan.Number(0), sum = plan.Number(1);
                if (!double.IsFinite(sum))
                    throw new NonFiniteException(this.optimizer.Steps, sum, NonFiniteException.Locate(this.model, x), this.optimizer.LearningRate);
                if (this.measure is not null) this.Measured = plan.Number(2);
                plan.Write();
                return value;
            }
            catch (Exception e)
            {
                this.optimizer.Withdraw();
                if (e is ArgumentException or ShapeException) this.Explain(x, target);
                throw;
            }
        }
        finally
        {
            Volatile.Write(ref this.running, 0);
        }
    }

    /// <summary>What the compiler made for each kind of input so far: its passes, and the plan's steps and memory.</summary>
    public IReadOnlyList<PlanReport> Plans => [.. this.variants.Select(v => v.Plan.Report())];

    /// <summary>Makes steps, as <see cref="Run"/> does, and measures each part of the plan: the least time of so many.</summary>
    /// <inheritdoc cref="Run" path="/exception"/>
    public PlanReport Measure(Tensor x, Tensor target, int times)
    {
        this.Run(x, target);
        Plan plan = this.VariantFor(x, target).Plan;
        double[] microseconds = new double[plan.Count];
        Array.Fill(microseconds, double.PositiveInfinity);
        for (int i = 0; i < times; i++)
        {
            this.optimizer.Advance(0);
            plan.SetInput(0, x);
            plan.SetInput(1, target);
            plan.Measure(microseconds);
        }
        return plan.Report(microseconds);
    }

    // A plan knows ops, not layers: eager code says better what does not fit.
    private void Explain(Tensor x, Tensor target) => this.model.LeavingNoTrace(() => this.loss(this.model.Forward(x), target));

    private Variant VariantFor(Tensor x, Tensor target)
    {
        for (int i = 0; i < this.variants.Count; i++)
        {
            Variant variant = this.variants[i];
            if (variant.X != x.Spec || variant.Target != target.Spec || !variant.HasModes) continue;
            bool remembers = ReferenceEquals(variant.Remembered, this.optimizer.Remembered);
            if (remembers && variant.Plan.IsCurrent) return variant;
            this.variants.RemoveAt(i);
            this.LastCompilation = remembers ? "a parameter was converted to another type" : "the optimizer's memory was restored";
            return this.Compile(x, target);
        }
        this.LastCompilation = this.variants.Count == 0 ? "the first step" : Difference(this.variants[^1], x, target);
        return this.Compile(x, target);
    }

    private static string Difference(Variant before, Tensor x, Tensor target) =>
        before.X != x.Spec ? $"the input was {before.X}, now it is {x.Spec}"
        : before.Target != target.Spec ? $"the target was {before.Target}, now it is {target.Spec}"
        : "a layer went from training to evaluation or back";

    private Variant Compile(Tensor x, Tensor target)
    {
        if (!this.model.Parameters().All(p => p.Parameter.HasSpec)) this.model.Build(x.Shape, x.DType);
        this.optimizer.Sort(this.model);
        Parameter[] weights = [.. this.model.Parameters().Select(p => p.Parameter).Where(p => p.Role == ParameterRole.Weight)];
        Graph graph = Graph.Trace(this.Compute(weights), x.Spec, target.Spec);
        Variant variant = new(x.Spec, target.Spec, [.. this.model.Modules().Select(m => (m.Module, m.Module.Training))], this.optimizer.Remembered, Compiler.Plan(graph));
        this.variants.Add(variant);
        this.Compilations++;
        return variant;
    }

    private Func<Tensor[], Tensor[]> Compute(Parameter[] weights) => v =>
    {
        Tensor y = this.model.Forward(v[0]), mean = this.loss(y, v[1]);
        Tensor sum = this.penalty is null ? mean : mean + this.penalty.On(this.model);
        Tensor?[] gradients = Gradient.TryOf(sum, [.. weights.Select(w => w.Value)]);
        this.optimizer.MustReach(gradients);
        this.optimizer.UpdateAll(weights, gradients);
        return this.measure is null ? [mean, sum] : [mean, sum, this.measure(y, v[1])];
    };

    private sealed record Variant(TensorSpec X, TensorSpec Target, (Module Module, bool Training)[] Modes, object Remembered, Plan Plan)
    {
        public bool HasModes => Array.TrueForAll(this.Modes, m => m.Module.Training == m.Training);
    }
}
