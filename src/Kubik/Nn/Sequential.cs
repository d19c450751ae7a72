namespace Kubik.Nn;

/// <summary>Modules one after the other: each gets what the one before it gives. Parameters are named by position: "0.weight".</summary>
/// <example><code>
/// Sequential net = new(new Linear(784, 300), new Relu(), new Dropout(0.5), new Linear(300, 10));
/// Sequential same = Sequential.Parse("linear 300 | relu | dropout 0.5 | linear 10");
/// </code></example>
public sealed class Sequential : Module
{
    private readonly Module[] modules;

    /// <summary>A chain of the modules given.</summary>
    public Sequential(params ReadOnlySpan<Module> modules) => this.modules = modules.ToArray();

    /// <summary>The modules in order.</summary>
    public IReadOnlyList<Module> Items => this.modules;

    /// <inheritdoc/>
    public override string Notation => string.Join(" | ", this.modules.Select(m => m.Notation));

    /// <summary>Builds a network from the one-line notation.</summary>
    /// <exception cref="FormatException">A brick or an option is unknown or has a wrong value; the message names it and the nearest known one.</exception>
    public static Sequential Parse(string notation) => NetNotation.Parse(notation);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        Shape[] given = new Shape[this.modules.Length];
        int done = 0;
        try
        {
            for (; done < this.modules.Length; done++)
            {
                x = this.modules[done].Forward(x);
                given[done] = x.Shape;
            }
            return x;
        }
        catch (ShapeException e) when (e.Path is null)
        {
            e.Chain.InsertRange(0, given.Take(done).Select((shape, i) => $"{i} {this.modules[i].Notation} → {shape}"));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Members() =>
        this.modules.Select((m, i) => (i.ToString(), (object?)m));
}
