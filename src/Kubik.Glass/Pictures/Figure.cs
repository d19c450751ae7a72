// A picture in an explanation: it knows what it shows in words, and is drawn when a page wants it. Where there are no pictures,
// its words stand, and what it has as plain text.

using Kubik.Glass.Explaining;

namespace Kubik.Glass.Pictures;

/// <summary>A picture with its words.</summary>
/// <param name="Title">What it is, in short.</param>
/// <param name="Says">What is to be seen in it.</param>
internal abstract record Figure(Remark Title, Remark Says)
{
    /// <summary>The picture as SVG.</summary>
    public abstract string ToSvg(Language language);

    /// <summary>The same in plain text; "" when the words are enough.</summary>
    public virtual string ToText() => "";
}

/// <summary>A picture that something else draws.</summary>
/// <param name="Title">What it is, in short.</param>
/// <param name="Says">What is to be seen in it.</param>
/// <param name="Svg">Draws it.</param>
internal sealed record DrawnFigure(Remark Title, Remark Says, Func<Language, string> Svg) : Figure(Title, Says)
{
    /// <inheritdoc/>
    public override string ToSvg(Language language) => this.Svg(language);
}
