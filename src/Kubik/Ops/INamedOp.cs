namespace Kubik.Ops;

/// <summary>What every member of a family of ops says of itself, whatever the family computes.</summary>
public interface INamedOp
{
    /// <summary>The op's name.</summary>
    static abstract string Name { get; }

    /// <summary>How it is written.</summary>
    static abstract Notation Notation { get; }

    /// <summary>The ONNX operator, if one does the same.</summary>
    static abstract string? Onnx { get; }
}
