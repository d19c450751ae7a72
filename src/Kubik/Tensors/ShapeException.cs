// The one exception for tensors that do not fit. The op that notices says which rule was broken and what it got;
// the modules it passes on its way up add where in the network it happened and what still fitted.

namespace Kubik;

/// <summary>Tensors of shapes or types that an op, a brick or a file does not accept.</summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Makes an error with a message that names what was given, what was expected and what to do.</summary>
    public ShapeException(string message) : base(message)
    {
    }

    private ShapeException(string message, string path, ShapeException cause) : base(message, cause) => this.Path = path;

    /// <summary>The path of the layer it happened in, for example "3" or "encoder.attention"; null outside a network.</summary>
    public string? Path { get; }

    /// <summary>The module that was computing, until its path is known.</summary>
    internal object? Site { get; set; }

    /// <summary>The modules before the one that failed, each with what it is and the shape it gave, until their paths are known.</summary>
    internal List<(object Module, string Text)> Chain { get; } = [];

    /// <summary>The same error with its place in the network.</summary>
    internal ShapeException At(string path, string brick, IReadOnlyList<string> before)
    {
        string chain = this.Chain.Count == 0 ? "" : string.Concat(before.Select(line => Environment.NewLine + "  " + line));
        string place = path.Length == 0 ? $"In '{brick}'" : $"In layer {path} ({brick})";
        return new($"{place}: {this.Message}{chain}", path, this);
    }
}
