// The networks with a name. Each is a line of notation; the number of outputs is put in when the data is known.

using Kubik.Nn;

namespace Kubik.Models;

/// <summary>A network with a name.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="About">What it is, with its source.</param>
/// <param name="Notation">The network for a number of outputs.</param>
public sealed record KnownNet(string Name, string About, Func<int, string> Notation);

/// <summary>The networks with a name, and the reading of names and notations.</summary>
public static class KnownNets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<KnownNet> All { get; } =
    [
        new("lenet", "LeNet-5 with ReLU and max pooling, for pictures of about 28x28 (LeCun, Bottou, Bengio, Haffner 1998)",
            n => $"conv 6 5x5 pad=2 | relu | maxpool 2 | conv 16 5x5 | relu | maxpool 2 | flatten | linear 120 | relu | linear 84 | relu | linear {n}"),
        new("mlp", "a perceptron with two hidden layers, for anything", n => $"flatten | linear 300 | relu | linear 100 | relu | linear {n}"),
        new("softmax", "one linear layer: softmax regression for classes, linear regression for numbers", n => $"flatten | linear {n}"),
    ];

    /// <summary>The network of a name, or of a line of notation.</summary>
    /// <param name="text">A name such as <c>lenet</c>, or notation such as <c>linear 300 | relu | linear 10</c>.</param>
    /// <param name="outputs">How many outputs a named network gets.</param>
    /// <exception cref="FormatException">It is neither; the message names the nearest name.</exception>
    public static Sequential Parse(string text, int outputs)
    {
        string name = text.Trim();
        if (All.FirstOrDefault(n => n.Name == name) is { } known) return Sequential.Parse(known.Notation(outputs));
        if (name.Any(c => c is ' ' or '|' or '(') || NetNotation.Bricks.Any(b => b.Name == name)) return Sequential.Parse(text);
        IEnumerable<string> names = All.Select(n => n.Name);
        string? brick = Alias.Of(name) is { } own && NetNotation.Bricks.Any(b => b.Name == own) ? own : null;
        string meant = brick is null ? Suggestion.DidYouMean(name, names) : $" Did you mean the brick '{brick}'?";
        throw new FormatException($"There is no network '{name}'.{meant} The names are {string.Join(", ", names)}; or write one, like \"linear 300 | relu | linear 10\".");
    }
}
