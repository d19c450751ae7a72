// Where new parameters come from: the engine's random numbers, so that a seed gives the same task everywhere.

namespace Kubik.Book;

/// <summary>Draws parameters of tasks.</summary>
internal sealed class Dice(long seed)
{
    private readonly RandomStream stream = new(seed, stream: 0);

    /// <summary>A whole number from low to high, both included.</summary>
    public int Whole(int low, int high) => (int)this.stream.Integers(low, high + 1L, []).Item();

    /// <summary>A whole number from −most to most that is not 0.</summary>
    public int Signed(int most)
    {
        int n = this.Whole(1, 2 * most);
        return n > most ? most - n : n;
    }

    /// <summary>A multiple of a step, from low to high.</summary>
    public double Decimal(double low, double high, double step) => Math.Round(this.Whole((int)Math.Round(low / step), (int)Math.Round(high / step)) * step, 10);

    /// <summary>One of several.</summary>
    public T Of<T>(params IReadOnlyList<T> choices) => choices[this.Whole(0, choices.Count - 1)];

    /// <summary>So many numbers.</summary>
    public static double[] Several(int count, Func<double> draw)
    {
        double[] all = new double[count];
        for (int i = 0; i < count; i++) all[i] = draw();
        return all;
    }

    /// <summary>A matrix of numbers.</summary>
    public static double[,] Table(int rows, int columns, Func<double> draw)
    {
        double[,] all = new double[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++) all[i, j] = draw();
        }
        return all;
    }

    /// <summary>The first set of parameters that is good: a task must not be degenerate.</summary>
    /// <exception cref="InvalidOperationException">None of a thousand is.</exception>
    public static Given Until(Func<Given> draw, Predicate<Given> isGood)
    {
        for (int tries = 0; tries < 1000; tries++)
        {
            Given given = draw();
            if (isGood(given)) return given;
        }
        throw new InvalidOperationException("None of a thousand sets of parameters was good: the task's condition is hardly ever met.");
    }
}
