// Each new pixel is a mean of the old ones under a triangle as wide as the step between new pixels: nothing is left out
// when a picture shrinks (no thin stroke disappears), and when it grows this is linear interpolation.

namespace Kubik.Cli.Predict;

internal static class Resampling
{
    /// <summary>Brings a plane of (height, width) values to another size.</summary>
    public static double[] Resize(double[] plane, int width, int height, int newWidth, int newHeight)
    {
        double[] columns = new double[height * newWidth], result = new double[newHeight * newWidth];
        (int First, double[] Weights)[] across = Windows(width, newWidth), down = Windows(height, newHeight);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < newWidth; x++)
            {
                (int first, double[] weights) = across[x];
                for (int i = 0; i < weights.Length; i++) columns[(y * newWidth) + x] += weights[i] * plane[(y * width) + first + i];
            }
        }
        for (int y = 0; y < newHeight; y++)
        {
            (int first, double[] weights) = down[y];
            for (int i = 0; i < weights.Length; i++)
            {
                for (int x = 0; x < newWidth; x++) result[(y * newWidth) + x] += weights[i] * columns[((first + i) * newWidth) + x];
            }
        }
        return result;
    }

    private static (int First, double[] Weights)[] Windows(int size, int newSize)
    {
        double step = (double)size / newSize, reach = Math.Max(step, 1);
        (int, double[])[] windows = new (int, double[])[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = ((i + 0.5) * step) - 0.5;
            int first = Math.Max((int)Math.Ceiling(centre - reach), 0), last = Math.Min((int)Math.Floor(centre + reach), size - 1);
            double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(j => Math.Max(1 - (Math.Abs(j - centre) / reach), 0))];
            double sum = weights.Sum();
            if (sum <= 0) (first, weights, sum) = (Math.Clamp((int)Math.Round(centre), 0, size - 1), [1], 1);
            windows[i] = (first, [.. weights.Select(w => w / sum)]);
        }
        return windows;
    }
}
