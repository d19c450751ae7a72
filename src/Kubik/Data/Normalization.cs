// y = (x − mean) / std, with one mean and one standard deviation for each channel of pictures, for each column of a
// table: networks learn best from numbers around 0. The constants come from the training part alone, and travel with
// the model: a network sees new data through the same glasses as the data it was trained on.

using System.Globalization;
using System.Numerics.Tensors;

namespace Kubik.Data;

/// <summary>The constants that bring data to mean 0 and standard deviation 1.</summary>
/// <remarks>They go along the first axis of a sample: channels of (C, H, W), columns of (F,).</remarks>
/// <example><code>
/// Normalization n = new([150.0], [10.0]);             // heights in cm
/// Tensor y = n.Apply(Tensor.From(new[,] { { 160f } }));  // 1
/// Tensor cm = n.Undo(y);                              // 160
/// </code></example>
public sealed class Normalization : IEquatable<Normalization>
{
    private readonly double[] mean, std;

    /// <summary>Constants as given.</summary>
    /// <param name="mean">What is subtracted, one number for each channel or column.</param>
    /// <param name="std">What is then divided by, as many.</param>
    /// <exception cref="ArgumentException">Different lengths, a number that is not finite, or a standard deviation that is not above 0.</exception>
    public Normalization(ReadOnlySpan<double> mean, ReadOnlySpan<double> std)
    {
        if (mean.Length != std.Length || mean.IsEmpty)
            throw new ArgumentException(
                $"Normalization: {mean.Length} means and {std.Length} standard deviations were given; give one of each for every channel or column.",
                nameof(std));
        for (int i = 0; i < mean.Length; i++)
        {
            if (!double.IsFinite(mean[i]) || !double.IsFinite(std[i]) || std[i] <= 0)
                throw new ArgumentException(
                    $"Normalization: mean {mean[i]} and standard deviation {std[i]} (number {i + 1}) cannot be used; "
                    + "they must be finite, the standard deviation above 0. Use 1 for a constant column.", nameof(std));
        }
        this.mean = mean.ToArray();
        this.std = std.ToArray();
    }

    /// <summary>What is subtracted, one number for each channel or column.</summary>
    public IReadOnlyList<double> Mean => this.mean;

    /// <summary>What is divided by, one number for each channel or column.</summary>
    public IReadOnlyList<double> Std => this.std;

    /// <summary>The number of channels or columns.</summary>
    public int Count => this.mean.Length;

    /// <summary>Whether data stays as it is.</summary>
    public bool IsIdentity => !this.mean.AsSpan().ContainsAnyExcept(0) && !this.std.AsSpan().ContainsAnyExcept(1);

    /// <summary>Constants that leave data as it is.</summary>
    /// <param name="count">The number of channels or columns.</param>
    public static Normalization Identity(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        double[] ones = new double[count];
        ones.AsSpan().Fill(1);
        return new Normalization(new double[count], ones);
    }

    /// <summary>(x − mean) / std; of float64 in double precision, since columns such as years lie far from 0.</summary>
    /// <param name="x">Samples in their own units, (B, <see cref="Count"/>, …); with one constant also (B,).</param>
    /// <returns>float32, of x's shape.</returns>
    /// <exception cref="ShapeException">The second axis does not have <see cref="Count"/> entries.</exception>
    public Tensor Apply(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.DType != DType.Float64
            ? this.Map<float>(x, nameof(this.Apply), static (n, channel, from, to) => n.Apply(channel, from, to))
            : this.Map<double>(x, nameof(this.Apply), static (n, channel, from, to) =>
            {
                for (int i = 0; i < from.Length; i++) to[i] = n.Apply(channel, from[i]);
            });
    }

    /// <summary>y · std + mean: back to the data's own units.</summary>
    /// <param name="y">Normalised values, (B, <see cref="Count"/>, …); with one constant also (B,).</param>
    /// <returns>float32, of y's shape.</returns>
    /// <exception cref="ShapeException">The second axis does not have <see cref="Count"/> entries.</exception>
    public Tensor Undo(Tensor y) => this.Map<float>(y, nameof(this.Undo), static (n, channel, from, to) =>
    {
        for (int i = 0; i < from.Length; i++) to[i] = (float)((from[i] * n.std[channel]) + n.mean[channel]);
    });

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">"mean 0.5, 0.2 std 1, 3".</param>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static Normalization Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        const string Means = "mean", Stds = "std";
        int at = text.IndexOf(Stds, StringComparison.Ordinal);
        if (!text.StartsWith(Means, StringComparison.Ordinal) || at < 0) throw Wrong(text);
        try
        {
            return new Normalization(Numbers(text[Means.Length..at]), Numbers(text[(at + Stds.Length)..]));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw Wrong(text, e);
        }
    }

    /// <summary>The constants with all their digits: "mean 0.1306604762738429 std 0.30810780385646264".</summary>
    public override string ToString() => $"mean {Text(this.mean)} std {Text(this.std)}";

    /// <summary>Whether all constants are the same.</summary>
    /// <param name="other">The constants compared with.</param>
    public bool Equals(Normalization? other) =>
        other is not null && this.mean.AsSpan().SequenceEqual(other.mean) && this.std.AsSpan().SequenceEqual(other.std);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => this.Equals(obj as Normalization);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(this.Count, this.mean[0], this.std[0]);

    /// <summary>Normalises values of one channel.</summary>
    internal void Apply(int channel, ReadOnlySpan<float> x, Span<float> y)
    {
        if (this.mean[channel] == 0 && this.std[channel] == 1)
        {
            x.CopyTo(y);
            return;
        }
        TensorPrimitives.Subtract(x, (float)this.mean[channel], y);
        TensorPrimitives.Multiply(y, (float)(1 / this.std[channel]), y);
    }

    /// <summary>Normalises one value; the difference is taken in double, since columns such as years lie far from 0.</summary>
    internal float Apply(int channel, double x) => (float)((x - this.mean[channel]) / this.std[channel]);

    /// <summary>The constants for pixels 0…255, which stand for 0…1: y = (byte − shift) · scale.</summary>
    internal (float Shift, float Scale) ForBytes(int channel) =>
        ((float)(this.mean[channel] * 255), (float)(1 / (this.std[channel] * 255)));

    /// <summary>The constants of a sample's shape, or an error that says why they do not fit.</summary>
    internal void MustFit(Shape sample)
    {
        int channels = sample.Rank == 0 ? 1 : sample[0];
        if (channels != this.Count)
            throw new ShapeException($"Normalization: {this.Count} means do not fit samples of shape {sample}, which have {channels} channels or columns.");
    }

    private Tensor Map<T>(Tensor x, string method, Run<T> run) where T : unmanaged
    {
        int channels = x.Rank > 1 ? x.Shape[1] : 1;
        if (x.Rank == 0 || channels != this.Count)
            throw new ShapeException(
                $"Normalization.{method}: values of shape {x.Shape} do not fit {this.Count} means; the second axis must have {this.Count} entries.");
        Tensor from = x.Cast(typeof(T) == typeof(double) ? DType.Float64 : DType.Float32).Contiguous(),
            y = Tensor.Allocate(new TensorSpec(DType.Float32, x.Shape));
        int inner = y.Count / Math.Max(1, x.Shape[0] * channels);
        for (int i = 0; i < x.Shape[0] * channels; i++)
            run(this, i % channels, from.Data<T>().Slice(i * inner, inner), y.Data<float>().Slice(i * inner, inner));
        GC.KeepAlive(from);
        return y;
    }

    private static double[] Numbers(string text) =>
        [.. text.Split(',').Select(number => double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture))];

    private static string Text(double[] numbers) => string.Join(", ", numbers.Select(x => x.ToString("R", CultureInfo.InvariantCulture)));

    private static FormatException Wrong(string text, Exception? cause = null) =>
        new($"'{text}' is no normalisation; one is written 'mean 0.5, 0.2 std 1, 3', as many means as standard deviations, these above 0.", cause);

    private delegate void Run<T>(Normalization n, int channel, ReadOnlySpan<T> from, Span<float> to);
}
