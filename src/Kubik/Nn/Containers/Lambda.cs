namespace Kubik.Nn;

/// <summary>Any function of one tensor as a module. It has no notation:
/// a network with it saves its weights (<see cref="Module.Save"/>), but not itself as a model.</summary>
/// <remarks>Layers and parameters that the function uses are not seen: they are neither learnt nor saved with the network.
/// Write a <see cref="Module"/> for those.</remarks>
/// <example><code>Sequential net = new(new Linear(8), new Lambda(x => x.Sin()), new Linear(1));</code></example>
public sealed class Lambda : Module
{
    private readonly Func<Tensor, Tensor> function;
    private readonly string name;

    /// <summary>A function made of tensor operations.</summary>
    /// <param name="function">The function.</param>
    /// <param name="name">What messages call it.</param>
    public Lambda(Func<Tensor, Tensor> function, string name = "lambda")
    {
        ArgumentNullException.ThrowIfNull(function);
        (this.function, this.name) = (function, name);
    }

    /// <summary>Its name: nothing that could be read back.</summary>
    public override string Notation => $"<{this.name}>";

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => this.function(x);
}
