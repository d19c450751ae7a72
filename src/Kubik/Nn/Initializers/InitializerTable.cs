// The initialisers by name, for the one-line notation and the documentation.

using System.Globalization;
using System.Runtime.CompilerServices;

namespace Kubik.Nn;

/// <summary>An initialiser with a name and, for most, one number.</summary>
/// <param name="Name">Its word.</param>
/// <param name="About">What it draws, with its source.</param>
/// <param name="Parameter">What its number is; null when it has none.</param>
/// <param name="Default">The number when none is given.</param>
/// <param name="Make">The initialiser for a number.</param>
public sealed record KnownInitializer(string Name, string About, string? Parameter, double Default, Func<double, Initializer> Make);

/// <summary>The initialisers with a name.</summary>
public static class InitializerTable
{
    private static readonly ConditionalWeakTable<Initializer, string> Names = [];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownInitializer> All { get; } =
    [
        new("zeros", "0", null, 0, _ => Initializers.Zeros),
        new("ones", "1", null, 1, _ => Initializers.Ones),
        new("constant", "one value everywhere", "value", 0.1, Initializers.Constant),
        new("faninuniform", "uniform on ±1/√n for n inputs", null, 1, _ => Initializers.FanInUniform),
        new("uniform", "uniform on ±bound", "bound", 0.05, Initializers.Uniform),
        new("normal", "normal with standard deviation σ", "σ", 0.01, Initializers.Normal),
        new("truncatednormal", "normal with standard deviation σ, cut at ±2σ", "σ", 0.02, deviation => Initializers.TruncatedNormal(deviation)),
        new("xavier", "uniform with variance gain²·2/(n + m) (Glorot and Bengio 2010)", "gain", 1, Initializers.XavierUniform),
        new("xaviernormal", "normal with variance gain²·2/(n + m) (Glorot and Bengio 2010)", "gain", 1, Initializers.XavierNormal),
        new("he", "normal with variance 2/((1 + slope²)·n) for n inputs (He et al. 2015)", "slope", 0, slope => Initializers.HeNormal(slope)),
        new("heuniform", "uniform with variance 2/((1 + slope²)·n) for n inputs (He et al. 2015)", "slope", 0, slope => Initializers.HeUniform(slope)),
        new("hefanout", "normal with variance 2/((1 + slope²)·m) for m outputs (He et al. 2015)", "slope", 0, slope => Initializers.HeNormal(slope, Fan.Out)),
        new("hefanoutuniform", "uniform with variance 2/((1 + slope²)·m) for m outputs (He et al. 2015)", "slope", 0,
            slope => Initializers.HeUniform(slope, Fan.Out)),
        new("lecun", "normal with variance 1/n for n inputs (LeCun et al. 1998)", null, 1, _ => Initializers.LeCunNormal()),
        new("lecununiform", "uniform with variance 1/n for n inputs (LeCun et al. 1998)", null, 1, _ => Initializers.LeCunUniform()),
        new("orthogonal", "a random orthogonal matrix times gain (Saxe et al. 2013)", "gain", 1, Initializers.Orthogonal),
        new("identity", "the identity times gain; for kernels Dirac's", "gain", 1, gain => Initializers.Identity(gain)),
    ];

    /// <summary>Reads a name, or a name with its number: <c>he</c>, <c>normal:0.02</c>.</summary>
    /// <exception cref="FormatException">There is no such initialiser; the message names the nearest.</exception>
    public static Initializer Parse(string text)
    {
        string[] parts = text.Split(':', 2);
        string name = parts[0].Trim().ToLowerInvariant();
        KnownInitializer known = All.FirstOrDefault(k => k.Name == name)
            ?? throw new FormatException(
                $"There is no initialiser '{name}'.{Suggestion.DidYouMean(name, All.Select(k => k.Name))} There are "
                + $"{string.Join(", ", All.Select(k => k.Name))}.");
        double number = known.Default;
        if (parts.Length == 2)
        {
            if (known.Parameter is null) throw new FormatException($"The initialiser '{name}' takes no number; got '{text}'.");
            if (!double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out number) || !double.IsFinite(number))
                throw new FormatException(
                    $"'{parts[1]}' is no number; write the {known.Parameter} of '{name}' like {name}:{known.Default.ToString(CultureInfo.InvariantCulture)}.");
        }
        Initializer made = known.Make(number), own = (spec, random) => made(spec, random); // of its own, for the name
        Names.Add(own, parts.Length == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{number}"));
        return own;
    }

    /// <summary>The text that an initialiser was read from; null for one that was not.</summary>
    public static string? NameOf(Initializer? initializer) =>
        initializer is not null && Names.TryGetValue(initializer, out string? name) ? name : null;
}
