// The network that a verb is about: a name, a line of notation, or a model file; and the shape of what goes in.

using Kubik.Cli.Train;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>Reads NET|MODEL and --input.</summary>
internal static class NetArgument
{
    /// <summary>The network, the shape of a sample, and the model when it is one.</summary>
    /// <param name="name">What was given.</param>
    /// <param name="input">What --input says; null: what the network is usually given, and a model knows.</param>
    /// <param name="outputs">How many outputs a named network gets; null: as many as usual.</param>
    public static (Module Net, Shape Sample, SavedModel? Model) Read(string name, string? input, int? outputs = null)
    {
        Shape? asked = input is null ? default(Shape?) : InputShape(input);
        (Module net, Shape? usual, SavedModel? model) = Find(name, outputs);
        return (net, asked ?? usual ?? KnownNets.All[0].Sample, model);
    }

    /// <summary>The network, the shape of a sample where the network says it, and the model when it is one.</summary>
    /// <inheritdoc cref="Read" path="/param"/>
    public static (Module Net, Shape? Sample, SavedModel? Model) Find(string name, int? outputs = null)
    {
        if (IsModel(name))
        {
            SavedModel model = SavedModel.Load(RunFolder.ModelAt(name));
            return (model.Net, model.Format.InputShape, model);
        }
        KnownNet? known = KnownNets.All.FirstOrDefault(n => n.Name == name.Trim());
        if (known is not null && NetNotation.Bricks.FirstOrDefault(b => b.Name == known.Name) is { } brick)
            Console.Error.WriteLine(
                $"{Terminal.Tool.Name}: {known.Name} is the network \"{known.Notation(outputs ?? known.Outputs)}\"; "
                + $"the brick alone is \"{brick.Name} {brick.Usage.Split(' ')[1].Trim('[', ']')}\".");
        return (KnownNets.Parse(name, outputs ?? (known ?? KnownNets.All[0]).Outputs), known?.Sample, null);
    }

    /// <summary>Whether a model file is meant, and no network by name or in notation.</summary>
    public static bool IsModel(string name) =>
        Directory.Exists(name) || File.Exists(name) || name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            || name.AsSpan().IndexOfAny('/', '\\') >= 0;

    // A size that was forgotten between two separators is not left out.
    private static Shape InputShape(string text) => text.Trim().Trim('(', ')', '[', ']').Split(['x', 'X', ',', '×']).Any(string.IsNullOrWhiteSpace)
        ? throw new FormatException($"'{text}' is not a shape: a size is missing. Write sizes like 1x28x28.")
        : Shape.Parse(text);
}
