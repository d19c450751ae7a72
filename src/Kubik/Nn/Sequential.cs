using System.Globalization;

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
    public override string Notation => NetNotation.Chain(this.modules);

    /// <summary>Builds a network from the one-line notation.</summary>
    /// <exception cref="FormatException">A brick or an option is unknown or has a wrong value; the message names it and the nearest known one.</exception>
    public static Sequential Parse(string notation) => NetNotation.Parse(notation);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => InTurn(this.modules, x);

    /// <summary>Gives each module what the one before it gives; an error tells what still fitted.</summary>
    internal static Tensor InTurn(IReadOnlyList<Module> modules, Tensor x)
    {
        Shape[] given = new Shape[modules.Count];
        int done = 0;
        try
        {
            for (; done < given.Length; done++)
            {
                x = modules[done].Forward(x);
                given[done] = x.Shape;
            }
            return x;
        }
        catch (ShapeException e) when (e.Path is null)
        {
            e.Chain.InsertRange(0, given.Take(done).Select((shape, i) => ((object)modules[i], $"{modules[i].Notation} → {shape}")));
            throw;
        }
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Members() =>
        this.modules.Select((m, i) => (i.ToString(CultureInfo.InvariantCulture), (object?)m));
}
