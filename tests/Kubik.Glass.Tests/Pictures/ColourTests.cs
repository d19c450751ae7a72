// Contrast by WCAG 2.1, 1.4.3; what colour-blind people see by Machado, Oliveira, Fernandes 2009, "A physiologically-based model
// for simulation of color vision deficiency", at full severity.

using System.Globalization;
using System.Text.RegularExpressions;
using Kubik.Glass.Pictures;

namespace Kubik.Glass.Tests.Pictures;

public sealed partial class ColourTests
{
    private static readonly double[][] Protanopia = [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
    private static readonly double[][] Deuteranopia = [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];
    private static readonly double[][] Tritanopia = [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]];

    private static readonly Dictionary<string, string>[] Themes = [.. new[] { Palette.Light, Palette.Dark }
        .Select(theme => Colour().Matches(theme).ToDictionary(c => c.Groups["name"].Value, c => c.Groups["colour"].Value))];

    [Fact]
    public void There_is_a_light_and_a_dark_theme_with_the_same_colours()
    {
        Assert.Equal(2, Themes.Length);
        Assert.Equal(Themes[0].Keys, Themes[1].Keys);
        Assert.True(Luminance(Themes[0]["paper"]) > 0.9 && Luminance(Themes[1]["paper"]) < 0.05);
    }

    [Fact]
    public void A_picture_has_its_colours_without_variables()
    {
        // What is no browser knows none, and draws all black.
        string style = new Drawn(NetPicture.Draw(Seeded.Net("linear 1"), [1]).Svg).Style;
        Assert.DoesNotContain("--", style, StringComparison.Ordinal);
        string[] parts = style.Split("@media screen and (prefers-color-scheme: dark)");
        Assert.Equal(2, parts.Length);
        foreach ((string part, Dictionary<string, string> theme) in parts.Zip(Themes))
        {
            Assert.Contains($".paper {{ fill: {theme["paper"]}; }}", part, StringComparison.Ordinal);
            Assert.Contains($"text {{ fill: {theme["ink"]}; }}", part, StringComparison.Ordinal);
            Assert.Equal(theme.Values.Order(), Hex().Matches(part).Select(m => m.Value).Distinct().Order());
        }
    }

    [Theory]
    [InlineData("ink")]
    [InlineData("soft")]
    [InlineData("plus")]
    [InlineData("minus")]
    public void Words_stand_out_from_what_they_stand_on(string colour)
    {
        foreach (Dictionary<string, string> theme in Themes)
        {
            foreach (string ground in (string[])["paper", "fill", "weights", "frame"])
            {
                (double a, double b) = (Luminance(theme[colour]), Luminance(theme[ground]));
                double contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
                Assert.True(contrast >= 4.5, $"{colour} {theme[colour]} on {ground} {theme[ground]}: {contrast:F2}");
            }
        }
    }

    [Theory]
    [InlineData("plus")]
    [InlineData("minus")]
    public void Numbers_stand_out_from_shaded_cells(string colour)
    {
        foreach (Dictionary<string, string> theme in Themes)
        {
            // Browsers mix colours as they are written.
            string ground = "#" + string.Concat(new[] { 1, 3, 5 }.Select(i => (int)Math.Round(Palette.MostShade * Part(theme[colour], i) + (1 - Palette.MostShade) * Part(theme["paper"], i))).Select(c => c.ToString("x2", CultureInfo.InvariantCulture)));
            (double a, double b) = (Luminance(theme["ink"]), Luminance(ground));
            double contrast = (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
            Assert.True(contrast >= 4.5, $"ink {theme["ink"]} on {ground}: {contrast:F2}");
        }

        static int Part(string colour, int at) => int.Parse(colour.AsSpan(at, 2), NumberStyles.HexNumber);
    }

    [Fact]
    public void Colour_blind_people_tell_plus_from_minus()
    {
        foreach (Dictionary<string, string> theme in Themes)
        {
            foreach (double[][] seen in new[] { Protanopia, Deuteranopia, Tritanopia })
            {
                double[] a = Lab(Seen(seen, Linear(theme["plus"]))), b = Lab(Seen(seen, Linear(theme["minus"])));
                double distance = Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum()); // CIE 1976
                Assert.True(distance > 30, $"{theme["plus"]} and {theme["minus"]}: {distance:F1}");
            }
        }
    }

    private static double Luminance(string colour) => Linear(colour) is [var r, var g, var b] ? 0.2126 * r + 0.7152 * g + 0.0722 * b : 0;

    private static double[] Linear(string colour) => [.. new[] { 1, 3, 5 }.Select(i => int.Parse(colour.AsSpan(i, 2), NumberStyles.HexNumber) / 255.0).Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];

    private static double[] Seen(double[][] matrix, double[] rgb) => [.. matrix.Select(row => Math.Clamp(row.Zip(rgb, (a, b) => a * b).Sum(), 0, 1))];

    private static double[] Lab(double[] c)
    {
        static double F(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
        double x = F((0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2]) / 0.9505), y = F(0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]), z = F((0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2]) / 1.089);
        return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
    }

    [GeneratedRegex("#[0-9a-f]{6}", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Hex();

    [GeneratedRegex(@"--(?<name>\w+): (?<colour>#[0-9a-f]{6})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Colour();
}
