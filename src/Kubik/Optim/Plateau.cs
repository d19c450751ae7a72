using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>
/// Reduces the learning rate when results stop improving (PyTorch's ReduceLROnPlateau): after more than
/// <c>patience</c> results in a row that are not below best·(1 − threshold), the factor is multiplied once, down to the
/// floor at the least; then so many results are waited for before counting begins anew.
/// </summary>
/// <remarks>It remembers results, so each optimiser needs one of its own; <see cref="Schedule.State"/> goes into the checkpoint.</remarks>
public sealed class Plateau : Schedule
{
    private readonly double factor, threshold, floor;
    private readonly int patience, cooldown;
    private double now = 1, best = double.PositiveInfinity;
    private int bad, waiting;

    /// <summary>A schedule that watches results.</summary>
    /// <param name="factor">What the learning rate is multiplied by.</param>
    /// <param name="patience">Results without improvement that are borne.</param>
    /// <param name="threshold">How much less than the best a result must be, as a share of it.</param>
    /// <param name="cooldown">Results that are not counted after a reduction.</param>
    /// <param name="floor">The least factor.</param>
    public Plateau(double factor = 0.1, int patience = 10, double threshold = 1e-4, int cooldown = 0, double floor = 0)
    {
        if (!(factor is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(factor), factor, "the factor must be above 0 and below 1.");
        if (!(threshold is >= 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "the threshold must be at least 0 and below 1.");
        if (!(floor is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(floor), floor, "the floor must be a factor from 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfNegative(patience);
        ArgumentOutOfRangeException.ThrowIfNegative(cooldown);
        (this.factor, this.patience, this.threshold, this.cooldown, this.floor) = (factor, patience, threshold, cooldown, floor);
    }

    /// <inheritdoc/>
    public override string Notation => "plateau" + Numbers.Option("factor", this.factor, 0.1) + Numbers.Option("patience", this.patience, 10)
        + Numbers.Option("threshold", this.threshold, 1e-4) + Numbers.Option("cooldown", this.cooldown, 0) + Numbers.Option("floor", this.floor, 0);

    /// <inheritdoc/>
    public override IReadOnlyList<double> State => [this.now, this.best, this.bad, this.waiting];

    /// <inheritdoc/>
    public override double At(long step, double progress) => this.now;

    /// <inheritdoc/>
    public override void Observe(double metric)
    {
        bool isBetter = metric < this.best * (1 - this.threshold);
        if (isBetter) this.best = metric;
        this.bad = isBetter ? 0 : this.bad + 1;
        if (this.waiting > 0) (this.waiting, this.bad) = (this.waiting - 1, 0);
        if (this.bad <= this.patience) return;
        this.now = Math.Max(this.now * this.factor, this.floor);
        (this.waiting, this.bad) = (this.cooldown, 0);
    }

    /// <inheritdoc/>
    public override void Restore(ReadOnlySpan<double> state)
    {
        if (state.Length != 4) throw new ArgumentException($"a plateau's state is 4 numbers, not {state.Length}.", nameof(state));
        (this.now, this.best, this.bad, this.waiting) = (state[0], state[1], (int)state[2], (int)state[3]);
    }
}
