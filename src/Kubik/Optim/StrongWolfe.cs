// The line search of L-BFGS (Nocedal and Wright 2006, algorithms 3.5 and 3.6, in the form of Schmidt's minFunc that PyTorch
// took over): first steps grow until a minimum is between two of them, then the bracket shrinks by cubic interpolation.

namespace Kubik.Optim;

/// <summary>Looks along a direction for a length that meets the strong Wolfe conditions: enough descent, and a slope that has become flat.</summary>
internal sealed class StrongWolfe(Func<double, Place> at, Tensor direction, double changeTolerance)
{
    private const double Descent = 1e-4, Flat = 0.9;
    private const int MostIterations = 25;
    private int iterations;

    /// <summary>How often the loss was computed.</summary>
    public int Evaluations { get; private set; }

    /// <summary>The place found and its length.</summary>
    /// <param name="start">Where length is 0.</param>
    /// <param name="t">The first length to try.</param>
    /// <param name="slope">The derivative along the direction at the start, which is negative.</param>
    public (Place Place, double Length) Search(Place start, double t, double slope)
    {
        Point origin = new(0, start, slope), before = origin, now = this.Look(t);
        Point[]? bracket = null;
        for (; this.iterations < MostIterations; this.iterations++)
        {
            if (now.Loss > start.Loss + Descent * now.Length * slope || this.iterations > 1 && now.Loss >= before.Loss)
            {
                bracket = [before, now];
                break;
            }
            if (Math.Abs(now.Slope) <= -Flat * slope) return (now.Place, now.Length);
            if (now.Slope >= 0)
            {
                bracket = [before, now];
                break;
            }
            double next = Cubic(before, now, now.Length + 0.01 * (now.Length - before.Length), now.Length * 10);
            (before, now) = (now, this.Look(next));
        }
        return this.Zoom(bracket ?? [origin, now], start, slope);
    }

    private (Place Place, double Length) Zoom(Point[] bracket, Place start, double slope)
    {
        double largest = Lbfgs.Largest(direction);
        bool stuck = false;
        (int low, int high) = bracket[0].Loss <= bracket[1].Loss ? (0, 1) : (1, 0);
        for (; this.iterations < MostIterations && Math.Abs(bracket[1].Length - bracket[0].Length) * largest >= changeTolerance; this.iterations++)
        {
            double left = Math.Min(bracket[0].Length, bracket[1].Length), right = Math.Max(bracket[0].Length, bracket[1].Length);
            double t = Cubic(bracket[0], bracket[1], left, right), margin = 0.1 * (right - left);
            // A length near an end is allowed once; then it is moved a tenth of the bracket inwards.
            if (Math.Min(right - t, t - left) < margin)
            {
                if (stuck || t >= right || t <= left)
                {
                    t = Math.Abs(t - right) < Math.Abs(t - left) ? right - margin : left + margin;
                    stuck = false;
                }
                else
                {
                    stuck = true;
                }
            }
            else
            {
                stuck = false;
            }
            Point now = this.Look(t);
            if (now.Loss > start.Loss + Descent * t * slope || now.Loss >= bracket[low].Loss)
            {
                bracket[high] = now;
                (low, high) = bracket[0].Loss <= bracket[1].Loss ? (0, 1) : (1, 0);
                continue;
            }
            bool done = Math.Abs(now.Slope) <= -Flat * slope;
            if (!done && now.Slope * (bracket[high].Length - bracket[low].Length) >= 0) bracket[high] = bracket[low];
            bracket[low] = now;
            if (done) break;
        }
        return (bracket[low].Place, bracket[low].Length);
    }

    private Point Look(double t)
    {
        this.Evaluations++;
        Place place = at(t);
        return new(t, place, Lbfgs.Dot(place.Gradient, direction));
    }

    // The minimum of the cubic through two points with their slopes, within bounds; the middle of them when it has none.
    private static double Cubic(Point a, Point b, double least, double most)
    {
        if (a.Length > b.Length) (a, b) = (b, a);
        double d1 = a.Slope + b.Slope - 3 * (a.Loss - b.Loss) / (a.Length - b.Length), square = d1 * d1 - a.Slope * b.Slope;
        if (!(square >= 0)) return (least + most) / 2;
        double d2 = Math.Sqrt(square), t = b.Length - (b.Length - a.Length) * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2));
        return Math.Min(Math.Max(t, least), most);
    }

    private readonly record struct Point(double Length, Place Place, double Slope)
    {
        public double Loss => this.Place.Loss;
    }
}
