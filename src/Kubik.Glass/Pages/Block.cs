// A page as it is meant, before it has a format: headings, sentences, formulas, matrices, pictures. A format is one class that
// knows how to write each of them.

namespace Kubik.Glass.Pages;

/// <summary>A part of a page.</summary>
internal abstract record Block
{
    /// <summary>All that it says, as plain text, piece by piece.</summary>
    public abstract IEnumerable<string> Texts { get; }
}

/// <summary>A heading, 1 to 3.</summary>
/// <param name="Level">1 to 3.</param>
/// <param name="Text">The words.</param>
/// <param name="IsFolded">Whether what follows a heading of level 2 is hidden until a reader opens it, where a format can do that.</param>
internal sealed record Heading(int Level, string Text, bool IsFolded = false) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => [this.Text];
}

/// <summary>A sentence or several.</summary>
internal sealed record Paragraph(string Text) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => [this.Text];
}

/// <summary>Words of a computer.</summary>
internal sealed record Code(string Text) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => [this.Text];
}

/// <summary>A formula on a line of its own.</summary>
internal sealed record Equality(string Text, string Latex) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => [this.Text];
}

/// <summary>Several formulas below each other.</summary>
internal sealed record Equalities(IReadOnlyList<(string Text, string Latex)> Lines) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => this.Lines.Select(line => line.Text);
}

/// <summary>A name and its numbers in rows.</summary>
internal sealed record Matrix(string Name, string Latex, IReadOnlyList<(string Text, string Latex)[]> Rows, bool IsExact) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => [this.Name, .. this.Rows.SelectMany(row => row).Select(cell => cell.Text)];
}

/// <summary>Cells in rows under a header.</summary>
internal sealed record Table(IReadOnlyList<string> Header, IReadOnlyList<string[]> Rows) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => [.. this.Header, .. this.Rows.SelectMany(row => row)];

    /// <summary>Whether the first column names the rows.</summary>
    public bool HasRowNames => this.Header.Count > 1 && (this.Header[0].Length == 0 || this.IsWords(0));

    /// <summary>Whether a column holds words or formulas, which begin at the left, and not numbers, which end at the right.</summary>
    public bool IsWords(int column) => this.Rows.Any(row => row[column].Any(char.IsLetter) || row[column].Contains(" + ", StringComparison.Ordinal));
}

/// <summary>A picture.</summary>
/// <param name="Words">What is to be seen in it: stands with the picture, and where there are none with the plain text.</param>
/// <param name="Plain">The same in characters, for formats without pictures; "": these leave it out, with a heading that has nothing else.</param>
/// <param name="Svg">Draws it.</param>
internal sealed record Picture(string Words, string Plain, Func<string> Svg) : Block
{
    /// <inheritdoc/>
    public override IEnumerable<string> Texts => [this.Words, this.Plain];

    /// <summary>What stands in place of a picture that characters cannot draw.</summary>
    public static string Elsewhere(Language language) =>
        language == Language.Russian ? "(Рисунок есть на странице HTML.)" : "(The picture is on the HTML page.)";
}

/// <summary>Writes pages in one format.</summary>
internal abstract class Page
{
    /// <summary>The page as text of the format.</summary>
    public abstract string Write(IReadOnlyList<Block> blocks);

    /// <summary>The blocks of a format without pictures: nothing is said of what is not there.</summary>
    protected static IReadOnlyList<Block> WithoutPictures(IReadOnlyList<Block> blocks)
    {
        Block[] kept = [.. blocks.Where(b => b is not Picture { Plain: "" })];
        // A heading stays that was as empty before, or has something under it.
        HashSet<Block> had = new(ReferenceEqualityComparer.Instance);
        foreach ((Block block, Block next) in blocks.Zip(blocks.Skip(1)))
        {
            if (block is Heading && next is Picture { Plain: "" }) had.Add(block);
        }
        return [.. kept.Where((b, i) => !had.Contains(b)
            || i + 1 < kept.Length && (kept[i + 1] is not Heading after || after.Level > ((Heading)b).Level))];
    }
}
