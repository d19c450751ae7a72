// A grey picture that a network reads, as its pixels: the larger a number, the more ink. In text the ink is a sign for each tenth,
// twice, for signs are higher than they are wide.

namespace Kubik.Glass.Pictures;

/// <summary>The pixels of a picture.</summary>
/// <param name="Pixels">Rows of numbers.</param>
internal sealed record PixelFigure(double[][] Pixels) : Figure(
    new("The picture", "Картинка"),
    new("The picture that goes in; the larger a number, the darker its pixel is here.",
    "Картинка на входе: чем больше число, тем темнее здесь его пиксель."))
{
    private const int Most = 64; // rows and columns
    private const double Margin = 10, Widest = 224;
    private const string Ramp = " .:-=+*#%@";

    /// <summary>The picture of the first sample; null where there is none that can be drawn.</summary>
    /// <param name="samples">Samples (batch, channels, rows, columns).</param>
    public static PixelFigure? Of(Tensor samples)
    {
        if (samples.Shape is not { Rank: 4 } s || s[0] == 0 || s[1] != 1 || s[2] is 0 or > Most || s[3] is 0 or > Most) return null;
        double[] pixels = samples[..1].ToDoubles();
        return Array.TrueForAll(pixels, double.IsFinite) ? new([.. pixels.Chunk(s[3])]) : null;
    }

    /// <inheritdoc/>
    public override string ToSvg(Language language)
    {
        double side = Math.Max(2, Math.Floor(Widest / Math.Max(this.Pixels.Length, this.Pixels[0].Length)));
        Svg svg = new(this.Pixels[0].Length * side + 2 * Margin, this.Pixels.Length * side + 2 * Margin, this.Title.In(language), this.Says.In(language));
        foreach ((int r, int c, double share) in this.Inked()) svg.Shade(Margin + c * side, Margin + r * side, side, side, "pixel", share);
        svg.Outline(Margin, Margin, this.Pixels[0].Length * side, this.Pixels.Length * side, "pane");
        return svg.ToString();
    }

    /// <inheritdoc/>
    public override string ToText()
    {
        char[][] signs = [.. this.Pixels.Select(row => new string(' ', 2 * row.Length).ToCharArray())];
        foreach ((int r, int c, double share) in this.Inked())
        {
            signs[r][2 * c] = signs[r][2 * c + 1] = Ramp[(int)Math.Round(share * (Ramp.Length - 1))];
        }
        return string.Join('\n', signs.Select(row => new string(row)));
    }

    // What is not blank, from 0 to 1.
    private IEnumerable<(int Row, int Column, double Share)> Inked()
    {
        (double least, double most) = (this.Pixels.Min(r => r.Min()), this.Pixels.Max(r => r.Max()));
        for (int r = 0; r < this.Pixels.Length; r++)
        {
            for (int c = 0; c < this.Pixels[r].Length; c++)
            {
                if (this.Pixels[r][c] > least) yield return (r, c, (this.Pixels[r][c] - least) / (most - least));
            }
        }
    }
}
