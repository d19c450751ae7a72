// A network as it is given to a verb: a name, a line of notation, a model file or the folder of a run; with the shape and type
// of what goes into it.

using Kubik.Cli.Train;
using Kubik.Models;
using Kubik.Nn;

namespace Kubik.Cli.Verbs;

/// <summary>A network and what goes in.</summary>
/// <param name="Net">The network.</param>
/// <param name="Sample">The shape of one sample, without the batch.</param>
/// <param name="DType">The type of its elements.</param>
internal sealed record GivenNet(Module Net, Shape Sample, DType DType)
{
    /// <summary>Reads NET or MODEL.</summary>
    /// <param name="name">What was given.</param>
    /// <param name="input">What --input says, if anything.</param>
    public static GivenNet Read(string name, string? input)
    {
        Shape? asked = input is null ? default(Shape?) : InputShape(input);
        bool isModel = Directory.Exists(name) || File.Exists(name) || name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase) || name.AsSpan().IndexOfAny('/', '\\') >= 0;
        if (isModel)
        {
            SavedModel model = SavedModel.Load(RunFolder.ModelAt(name));
            return new(model.Net, asked ?? model.Format.InputShape, DType.Float32);
        }
        KnownNet usual = KnownNets.All.FirstOrDefault(n => n.Name == name.Trim()) ?? KnownNets.All[0];
        return new(KnownNets.Parse(name, usual.Outputs), asked ?? usual.Sample, DType.Float32);
    }

    // A size that was forgotten between two separators is not left out.
    private static Shape InputShape(string text) => text.Trim().Trim('(', ')', '[', ']').Split(['x', 'X', ',', '×']).Any(string.IsNullOrWhiteSpace)
        ? throw new FormatException($"'{text}' is not a shape: a size is missing. Write sizes like 1x28x28.")
        : Shape.Parse(text);
}
