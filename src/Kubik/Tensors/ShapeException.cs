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

    /// <summary>Makes an error that adds the place in the network to the one that caused it.</summary>
    public ShapeException(string message, string path, Exception cause) : base(message, cause) => this.Path = path;

    /// <summary>The path of the layer it happened in, for example "3" or "encoder.attention"; null outside a network.</summary>
    public string? Path { get; }
}
