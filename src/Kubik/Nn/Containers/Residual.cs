namespace Kubik.Nn;

/// <summary>y = x + f(x), or y = s(x) + f(x) with a shortcut s where f changes the shape (He et al. 2016, arXiv:1512.03385, equations 1 and 2).</summary>
/// <example><code>
/// Residual block = new(Sequential.Parse("conv 16 3 pad=1 | relu | conv 16 3 pad=1"));
/// Sequential same = Sequential.Parse("residual(conv 16 3 pad=1 | relu | conv 16 3 pad=1)");
/// Sequential halved = Sequential.Parse("residual(conv 32 3 stride=2 pad=1 | relu | conv 32 3 pad=1 ; conv 32 1 stride=2)");
/// </code></example>
public sealed class Residual : Module
{
    private readonly Module body;
    private readonly Module? shortcut;

    /// <summary>A module around which its input is carried.</summary>
    /// <param name="body">f.</param>
    /// <param name="shortcut">s; the input itself when not given.</param>
    public Residual(Module body, Module? shortcut = null)
    {
        ArgumentNullException.ThrowIfNull(body);
        (this.body, this.shortcut) = (body, shortcut);
    }

    /// <inheritdoc/>
    public override string Notation => $"residual({NetNotation.Branch(this.body)}{(this.shortcut is null ? "" : $" ; {NetNotation.Branch(this.shortcut)}")})";

    internal static BrickSyntax Syntax { get; } = new("residual", "residual(NET [; SHORTCUT])", a =>
    {
        Module[] branches = a.Branches(1, 2);
        return new Residual(branches[0], branches.Length == 2 ? branches[1] : null);
    });

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        Tensor y = this.body.Forward(x), s = this.shortcut?.Forward(x) ?? x;
        return y.Shape == s.Shape ? s + y : throw new ShapeException(
            $"what is added must have one shape: the body made {y.Shape} of {x.Shape}, "
                + $"the shortcut {(this.shortcut is null ? "is the input" : $"made {s.Shape}")}. "
            + (this.shortcut is null ? "Keep the shape in the body or give a shortcut: residual(… ; …)." : "Change one of them."));
    }
}
