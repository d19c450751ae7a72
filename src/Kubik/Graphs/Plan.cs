// A graph made ready to run: a flat list of steps in memory that was reserved when the plan was made. Running it is a loop
// without look-ups or decisions. Parameters live in their own memory and are written in place by the last steps, when
// nothing reads their old values any more; whoever runs the plan can stop before that, and nothing has changed.

namespace Kubik.Graphs;

/// <summary>A graph with a place in memory for every value.</summary>
internal sealed class Plan
{
    private readonly Tensor[] inputs, outputs;
    private readonly (Parameter Parameter, Tensor Home)[] parameters;
    private readonly Parameter[] written;
    private readonly Step[] steps;
    private readonly int computing; // the steps before the first that writes a parameter

    private readonly IReadOnlyList<PassReport> passes;

    /// <summary>Plans a graph.</summary>
    /// <param name="graph">What is to be computed.</param>
    /// <param name="passes">What was done to the graph before, for the report.</param>
    public Plan(Graph graph, IReadOnlyList<PassReport> passes)
    {
        Planner planner = new(graph);
        this.steps = planner.Steps;
        this.passes = [.. passes, new("fusion", graph.Operations, planner.Steps.Length, "steps")];
        this.computing = planner.Computing;
        this.ArenaBytes = planner.ArenaBytes;
        this.inputs = [.. graph.Inputs.Select((_, i) => planner.PlaceOfInput(i))];
        this.outputs = [.. graph.Outputs.Select((_, i) => planner.PlaceOf(i))];
        this.parameters = [.. graph.Parameters.Select(p => (p.Parameter, p.Parameter.Home))];
        this.written = [.. graph.Updates.Select(u => u.Parameter)];
    }

    /// <summary>The memory that all values between inputs and outputs take together.</summary>
    private long ArenaBytes { get; }

    /// <summary>Whether every parameter still lives where the plan reads it.</summary>
    public bool IsCurrent => Array.TrueForAll(this.parameters, p => p.Parameter.LivesAt(p.Home));

    /// <summary>Gives an input its values for the next run.</summary>
    public void SetInput(int i, Tensor x)
    {
        if (x.Spec != this.inputs[i].Spec) throw new ShapeException($"Plan: input {i} is {x.Spec}, but the plan was made for {this.inputs[i].Spec}.");
        Kernels.Elementwise.Copy(x, this.inputs[i]);
    }

    /// <summary>Where an output lies after <see cref="Compute"/>, until the next run.</summary>
    public Tensor Output(int i) => this.outputs[i];

    /// <summary>An output that is one number.</summary>
    public double Number(int i) => this.outputs[i].DType switch
    {
        DType.Float32 => this.outputs[i].Data<float>()[0],
        DType.Float64 => this.outputs[i].Data<double>()[0],
        DType.Int64 => this.outputs[i].Data<long>()[0],
        _ => this.outputs[i].Item(),
    };

    /// <summary>Whether a run assigns parameters.</summary>
    public bool Changes => this.written.Length > 0;

    /// <summary>Where an input lies in a run.</summary>
    public Tensor Input(int i) => this.inputs[i];

    /// <summary>Computes the outputs and all that is needed to write the parameters, but changes none.</summary>
    /// <param name="microseconds">A time for each step that is lowered to what it took; null measures nothing.</param>
    public void Compute(double[]? microseconds = null) => this.Run(0, this.computing, microseconds);

    /// <summary>What the plan is made of, with a time for each step when they were measured.</summary>
    public PlanReport Report(double[]? microseconds = null) =>
        new(this.passes, [.. this.steps.Select((step, i) => new StepReport(step.Name, step.Shape, step.Bytes, microseconds?[i], step.IsInPlace))],
            this.ArenaBytes);

    /// <summary>How many steps there are.</summary>
    public int Count => this.steps.Length;

    /// <summary>Writes the parameters.</summary>
    /// <inheritdoc cref="Compute" path="/param"/>
    public void Write(double[]? microseconds = null)
    {
        this.Run(this.computing, this.steps.Length, microseconds);
        foreach (Parameter parameter in this.written) parameter.WasWritten();
    }

    private void Run(int first, int end, double[]? microseconds)
    {
        if (microseconds is null)
        {
            for (int i = first; i < end; i++) this.steps[i].Run();
            return;
        }
        for (int i = first; i < end; i++)
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            this.steps[i].Run();
            double took = (System.Diagnostics.Stopwatch.GetTimestamp() - start) * 1e6 / System.Diagnostics.Stopwatch.Frequency;
            microseconds[i] = Math.Min(microseconds[i], took);
        }
    }
}
