// A schedule is a factor of the learning rate, a function of the step and of how much of the training is done. Schedules
// multiply (a warm-up times a cosine) and follow each other; only one of them looks at the results (Plateau.cs). The
// notation of each stands beside it in ScheduleTable.cs.

using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>What the learning rate is multiplied by as training goes on.</summary>
/// <example><code>
/// Schedule s = Schedule.Parse("warmup 500 | cosine");      // the same as Schedule.Warmup(500).Times(Schedule.Cosine)
/// Adam optimizer = new(0.001) { Schedule = s };
/// </code></example>
public abstract class Schedule
{
    /// <summary>How the schedule is written: <see cref="Parse"/> reads it.</summary>
    public abstract string Notation { get; }

    /// <summary>The factor.</summary>
    /// <param name="step">The number of the step, from 1.</param>
    /// <param name="progress">How much of the training is done before it, 0 to 1.</param>
    public abstract double At(long step, double progress);

    /// <summary>Hears a result, the less the better; the trainer calls it after every epoch with the validation loss or,
    /// without validation data, the training loss.</summary>
    public virtual void Observe(double metric)
    {
    }

    /// <summary>What the schedule remembers of results, for a checkpoint; empty for all but <see cref="Plateau"/>.</summary>
    public virtual IReadOnlyList<double> State => [];

    /// <summary>Goes on from a <see cref="State"/>.</summary>
    public virtual void Restore(ReadOnlySpan<double> state)
    {
    }

    /// <summary>Both at once: the product of their factors (PyTorch's ChainedScheduler).</summary>
    public Schedule Times(Schedule other) => new Product(this, other);

    /// <summary>This one for so many steps, then another, which counts its steps from 1 again (PyTorch's SequentialLR).
    /// The progress is that of the whole training for both.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of steps is below 1, or not above that of an earlier change.</exception>
    public Schedule Then(long steps, Schedule next) =>
        this is Sequence before && before.Steps >= steps ? throw new ArgumentOutOfRangeException(nameof(steps), steps,
            $"the schedule changes after {before.Steps} steps already, so the next change must come later.")
        : next is Sequence after ? this.Then(steps, after.First).Then(steps + after.Steps, after.Second)
        : new Sequence(this, Positive(steps), next);

    /// <summary>Reads the notation: schedules with their arguments, "|" between those that are multiplied,
    /// "until STEPS then" between those that follow each other.</summary>
    /// <exception cref="FormatException">It cannot be read; the message says why and what is near.</exception>
    public static Schedule Parse(string notation) => ScheduleTable.Parse(notation);

    /// <summary>The notation.</summary>
    public sealed override string ToString() => this.Notation;

    /// <summary>A schedule of one's own; the notation does not know it.</summary>
    public static Schedule Of(string name, Func<long, double, double> at) => new Formula(name, at);

    /// <summary>The learning rate stays as it is.</summary>
    public static Schedule Constant { get; } = new Formula("constant", (_, _) => 1);

    /// <summary>Half a cosine from 1 at the beginning down to 0 at the end (Loshchilov and Hutter 2017, arXiv:1608.03983, eq. 5, without restarts).</summary>
    public static Schedule Cosine { get; } = CosineTo(0);

    /// <summary>The learning rate times a factor.</summary>
    public static Schedule Factor(double factor) => new Formula(Written($"constant {Checked(factor)}"), (_, _) => factor);

    /// <summary>A factor at every so many steps: f^⌊(t − 1)/n⌋ (PyTorch's StepLR).</summary>
    public static Schedule Every(int steps, double factor)
    {
        Positive(steps);
        return new Formula(Written($"step {steps} {Checked(factor)}"), (step, _) => Math.Pow(factor, (step - 1) / steps));
    }

    /// <summary>A factor at every step: fᵗ⁻¹.</summary>
    public static Schedule Exponential(double factor) => new Formula(Written($"exponential {Checked(factor)}"), (step, _) => Math.Pow(factor, step - 1));

    /// <summary>A straight line from one factor to another in so many steps, then the other (PyTorch's LinearLR).</summary>
    public static Schedule Linear(double from, double to, int steps)
    {
        Positive(steps);
        return new Formula(Written($"linear {Checked(from)} {Checked(to)} {steps}"), (step, _) => from + (to - from) * Math.Min(step - 1, steps) / steps);
    }

    /// <summary>floor + (1 − floor)·(1 − progress)^power (PyTorch's PolynomialLR).</summary>
    public static Schedule Polynomial(double power = 1, double floor = 0)
    {
        if (!(power > 0)) throw new ArgumentOutOfRangeException(nameof(power), power, "the power must be above 0.");
        return new Formula($"polynomial{(power == 1 ? "" : Written($" {power}"))}{Floor(floor)}",
            (_, progress) => floor + (1 - floor) * Math.Pow(1 - Math.Clamp(progress, 0, 1), power));
    }

    /// <summary>Half a cosine from 1 at the beginning down to a floor at the end (Loshchilov and Hutter 2017, eq. 5).</summary>
    public static Schedule CosineTo(double floor) =>
        new Formula($"cosine{Floor(floor)}", (_, progress) => Down(Math.Clamp(progress, 0, 1), floor));

    /// <summary>Half a cosine from 1 down to a floor again and again, each so many times longer than the one before (Loshchilov and Hutter
    /// 2017, arXiv:1608.03983, SGDR).</summary>
    public static Schedule Restarts(int steps, double times = 1, double floor = 0)
    {
        Positive(steps);
        if (!(times >= 1 && double.IsFinite(times)))
            throw new ArgumentOutOfRangeException(nameof(times), times, "a period must be 1 or more times as long as the one before.");
        return new Formula($"restarts {steps}{Numbers.Option("times", times, 1)}{Floor(floor)}", (step, _) =>
        {
            double at = step - 1, period = steps;
            if (times == 1) at %= period;
            for (; at >= period; period *= times) at -= period;
            return Down(at / period, floor);
        });
    }

    /// <summary>A straight line that reaches 1 at so many steps, from 1/steps at the first: min(1, t/n) (Goyal et al. 2017, arXiv:1706.02677).</summary>
    public static Schedule Warmup(int steps)
    {
        Positive(steps);
        return new Formula($"warmup {steps}", (step, _) => Math.Min(1, (double)step / steps));
    }

    /// <summary>min(t/n, √(n/t)): a straight line up to 1 at n steps, then down with the inverse root (Vaswani et al. 2017, arXiv:1706.03762,
    /// eq. 3, scaled to 1 at its top).</summary>
    public static Schedule InverseSqrt(int warmup)
    {
        Positive(warmup);
        return new Formula($"inverse-sqrt {warmup}", (step, _) => Math.Min((double)step / warmup, Math.Sqrt((double)warmup / step)));
    }

    /// <summary>
    /// Up to 1 and down again once (Smith and Topin 2019, arXiv:1708.07120, PyTorch's OneCycleLR): from start to 1 in the
    /// first part of the training, then to start·end; with three phases as in the paper it goes down to start in as long a
    /// time as up, then to start·end in what is left.
    /// </summary>
    /// <param name="rise">The share of the training that goes up.</param>
    /// <param name="start">The factor at the beginning.</param>
    /// <param name="end">The factor at the end, divided by that at the beginning.</param>
    /// <param name="linear">Straight lines instead of half cosines.</param>
    /// <param name="phases">2 or 3.</param>
    public static Schedule OneCycle(double rise = 0.3, double start = 0.04, double end = 0.0001, bool linear = false, int phases = 2)
    {
        if (!(rise > 0 && rise * (phases - 1) < 1))
            throw new ArgumentOutOfRangeException(nameof(rise), rise, "the share that goes up must be above 0 and leave something to go down.");
        if (!(start > 0 && end >= 0 && double.IsFinite(start) && double.IsFinite(end)))
            throw new ArgumentOutOfRangeException(nameof(start), start, "start must be above 0, and end not below.");
        if (phases is not (2 or 3)) throw new ArgumentOutOfRangeException(nameof(phases), phases, "one cycle has 2 or 3 phases.");
        string options = Numbers.Option("start", start, 0.04) + Numbers.Option("end", end, 0.0001)
            + (linear ? " linear=true" : "") + (phases == 2 ? "" : " phases=3");
        return new Formula($"one-cycle{(rise == 0.3 ? "" : Written($" {rise}"))}{options}", (_, progress) =>
        {
            double p = Math.Clamp(progress, 0, 1), turn = phases == 3 ? 2 * rise : rise;
            if (p <= rise) return Between(start, 1, p / rise);
            if (p <= turn) return Between(1, start, (p - rise) / rise);
            return Between(phases == 3 ? start : 1, start * end, (p - turn) / (1 - turn));
        });

        double Between(double a, double b, double share) => b + (a - b) * (linear ? 1 - share : (1 + Math.Cos(Math.PI * share)) / 2);
    }

    // The same in every culture: a notation is read back.
    private static string Written(FormattableString notation) => FormattableString.Invariant(notation);

    // From 1 at 0 to the floor at 1.
    private static double Down(double share, double floor) => floor + (1 - floor) * (1 + Math.Cos(Math.PI * share)) / 2;

    private static string Floor(double floor) => floor is >= 0 and <= 1
        ? Numbers.Option("floor", floor, 0)
        : throw new ArgumentOutOfRangeException(nameof(floor), floor, "the floor must be a factor from 0 to 1.");

    private static double Checked(double factor) => factor > 0 && double.IsFinite(factor)
        ? factor
        : throw new ArgumentOutOfRangeException(nameof(factor), factor, "a factor must be above 0.");

    private static long Positive(long steps) => steps >= 1
        ? steps
        : throw new ArgumentOutOfRangeException(nameof(steps), steps, "the number of steps must be 1 or more.");

    private sealed class Formula(string notation, Func<long, double, double> at) : Schedule
    {
        public override string Notation => notation;

        public override double At(long step, double progress) => at(step, progress);
    }

    private abstract class Pair(Schedule first, Schedule second) : Schedule
    {
        public Schedule First => first;

        public Schedule Second => second;

        public override IReadOnlyList<double> State => [.. first.State, .. second.State];

        public override void Restore(ReadOnlySpan<double> state)
        {
            first.Restore(state[..first.State.Count]);
            second.Restore(state[first.State.Count..]);
        }
    }

    private sealed class Product(Schedule first, Schedule second) : Pair(first, second)
    {
        public override string Notation => $"{Text(this.First)} | {Text(this.Second)}";

        public override double At(long step, double progress) => this.First.At(step, progress) * this.Second.At(step, progress);

        public override void Observe(double metric)
        {
            this.First.Observe(metric);
            this.Second.Observe(metric);
        }

        private static string Text(Schedule s) => s is Sequence ? $"({s})" : s.Notation; // only for people: it cannot be read
    }

    private sealed class Sequence(Schedule first, long steps, Schedule second) : Pair(first, second)
    {
        private bool isSecond;

        public long Steps => steps;

        public override string Notation => $"{this.First} until {steps} then {this.Second}";

        public override double At(long step, double progress)
        {
            this.isSecond = step > steps;
            return this.isSecond ? this.Second.At(step - steps, progress) : this.First.At(step, progress);
        }

        // Whose turn it is belongs to what is remembered of results.
        public override IReadOnlyList<double> State => base.State is { Count: > 0 } inside ? [this.isSecond ? 1 : 0, .. inside] : [];

        public override void Restore(ReadOnlySpan<double> state)
        {
            if (state.IsEmpty) return;
            this.isSecond = state[0] != 0;
            base.Restore(state[1..]);
        }

        // Results belong to the one that made them.
        public override void Observe(double metric) => (this.isSecond ? this.Second : this.First).Observe(metric);
    }
}
