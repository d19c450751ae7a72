// The parts of an explanation: steps, each with its equations in letters and in numbers. They hold texts and numbers, no
// tensors, and every format is written from them.

namespace Kubik.Glass.Explaining;

/// <summary>Which part of a training step a step of an explanation belongs to.</summary>
public enum Phase
{
    /// <summary>From the input to the output.</summary>
    Forward,
    /// <summary>From output and target to the loss.</summary>
    Loss,
    /// <summary>From the loss back to the input and the weights.</summary>
    Backward,
    /// <summary>New weights from the old ones and their gradients.</summary>
    Update,
}

/// <summary>A formula, in letters and with numbers put in.</summary>
/// <param name="Text">In letters: h₁ = x·W₁ + b₁.</param>
/// <param name="Latex">The same as LaTeX.</param>
/// <param name="Numbers">With numbers; null when they are too many.</param>
/// <param name="NumbersLatex">The same as LaTeX.</param>
/// <param name="Result">The value.</param>
/// <param name="Entries">Some entries, written out: h₁[1] = 1·3 + 2·4 = 11.</param>
/// <param name="Others">How many entries are not written out.</param>
public sealed record Equation(string Text, string Latex, string? Numbers, string? NumbersLatex, Named Result, IReadOnlyList<Entry> Entries, int Others);

/// <summary>One entry of a value, as it is computed.</summary>
/// <param name="Text">As text.</param>
/// <param name="Latex">As LaTeX.</param>
public sealed record Entry(string Text, string Latex);

/// <summary>A sentence in the languages of the glass box.</summary>
/// <param name="English">In English.</param>
/// <param name="Russian">In Russian.</param>
public sealed record Remark(string English, string Russian)
{
    /// <summary>The sentence in a language.</summary>
    public string In(Language language) => language == Language.Russian ? this.Russian : this.English;
}

/// <summary>A step of an explanation: what one brick, the loss or the optimiser does for one weight.</summary>
/// <param name="Round">The training step it belongs to, from 1.</param>
/// <param name="Phase">Which part of it.</param>
/// <param name="Path">The brick's or the parameter's path; "" for the network or the loss.</param>
/// <param name="Op">The brick, the loss or the optimiser in the one-line notation.</param>
/// <param name="Equations">What is computed, in order.</param>
/// <param name="Inputs">What goes in.</param>
/// <param name="Output">What comes out.</param>
/// <param name="Gradient">∂L/∂ of what comes out; null where none was computed.</param>
/// <param name="Remarks">What is worth a sentence.</param>
public sealed record ExplainStep(int Round, Phase Phase, string Path, string Op, IReadOnlyList<Equation> Equations, IReadOnlyList<Named> Inputs, Named? Output,
    Named? Gradient, IReadOnlyList<Remark> Remarks)
{
    /// <summary>What is drawn beside it.</summary>
    internal IReadOnlyList<Pictures.Figure> Figures { get; init; } = [];
}
