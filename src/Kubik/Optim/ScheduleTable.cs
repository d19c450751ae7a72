using Kubik.Nn;

namespace Kubik.Optim;

/// <summary>The schedules with a name, for the command line and for files.</summary>
/// <param name="Name">The word.</param>
/// <param name="Usage">The word with its arguments and options.</param>
/// <param name="About">What it does, in a few words.</param>
/// <param name="Make">Makes one.</param>
public sealed record ScheduleTable(string Name, string Usage, string About, Func<BrickArguments, Schedule> Make)
{
    private const string Then = " then ", Until = " until ";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ScheduleTable> All { get; } =
    [
        new("constant", "constant [FACTOR=1]", "the learning rate as it is, or times a factor",
            a => a.Real("FACTOR", 1) is var f && f == 1 ? Schedule.Constant : Schedule.Factor(f)),
        new("cosine", "cosine [floor=0]", "falls along half a cosine to the end of the training", a => Schedule.CosineTo(a.Real("floor", 0))),
        new("restarts", "restarts STEPS [times=1] [floor=0]", "a cosine again and again",
            a => Schedule.Restarts(a.Number("STEPS"), a.Real("times", 1), a.Real("floor", 0))),
        new("polynomial", "polynomial [POWER=1] [floor=0]", "falls along a power to the end of the training",
            a => Schedule.Polynomial(a.Real("POWER", 1), a.Real("floor", 0))),
        new("linear", "linear FROM TO STEPS", "a straight line between two factors", a => Schedule.Linear(a.Real("FROM"), a.Real("TO"), a.Number("STEPS"))),
        new("step", "step STEPS FACTOR", "times a factor at every so many steps", a => Schedule.Every(a.Number("STEPS"), a.Real("FACTOR"))),
        new("exponential", "exponential FACTOR", "times a factor at every step", a => Schedule.Exponential(a.Real("FACTOR"))),
        new("warmup", "warmup STEPS", "rises along a straight line", a => Schedule.Warmup(a.Number("STEPS"))),
        new("inverse-sqrt", "inverse-sqrt STEPS", "rises for so many steps, then falls as 1/√step", a => Schedule.InverseSqrt(a.Number("STEPS"))),
        new("one-cycle", "one-cycle [RISE=0.3] [start=0.04] [end=0.0001] [linear=false] [phases=2]", "up and down once",
            a => Schedule.OneCycle(a.Real("RISE", 0.3), a.Real("start", 0.04), a.Real("end", 0.0001), a.Flag("linear", false), a.Number("phases", 2))),
        new("plateau", "plateau [factor=0.1] [patience=10] [threshold=0.0001] [cooldown=0] [floor=0]", "falls when the loss of the epochs stops falling",
            a => new Plateau(a.Real("factor", 0.1), a.Number("patience", 10), a.Real("threshold", 1e-4), a.Number("cooldown", 0), a.Real("floor", 0))),
    ];

    internal static Schedule Parse(string notation)
    {
        string[] pieces = string.Join(' ', notation.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Split(Then);
        Schedule all = null!;
        long change = 0;
        for (int i = 0; i < pieces.Length; i++)
        {
            int at = pieces[i].LastIndexOf(Until, StringComparison.Ordinal);
            bool isLast = i == pieces.Length - 1;
            if (isLast != at < 0) throw Wrong(isLast ? "after 'until STEPS' comes 'then' and what follows" : "before 'then' stands 'until STEPS'");
            Schedule piece = Chain(at < 0 ? pieces[i] : pieces[i][..at], notation);
            all = i == 0 ? piece : Guarded(() => all.Then(change, piece));
            if (!isLast && !long.TryParse(pieces[i][(at + Until.Length)..], System.Globalization.NumberStyles.None, null, out change))
                throw Wrong($"'{pieces[i][(at + Until.Length)..]}' is no number of steps");
        }
        return all;

        Schedule Guarded(Func<Schedule> make)
        {
            try
            {
                return make();
            }
            catch (ArgumentException e)
            {
                throw Wrong(e.Message.Split(" (Parameter '")[0].TrimEnd('.'), e);
            }
        }

        FormatException Wrong(string what, Exception? e = null) =>
            new($"'{notation}': {what}. Write it like: linear 0.1 1 100 until 100 then exponential 0.99.", e);
    }

    private static Schedule Chain(string text, string whole)
    {
        string[] parts = text.Split('|', StringSplitOptions.TrimEntries);
        if (parts.Any(p => p.Length == 0))
            throw new FormatException($"'{whole}' has an empty place between bars; write schedules like: warmup 500 | cosine.");
        return parts.Select(One).Aggregate((a, b) => a.Times(b));
    }

    private static Schedule One(string text)
    {
        string name = text.Split(' ')[0].ToLowerInvariant();
        ScheduleTable entry = All.FirstOrDefault(s => s.Name == name)
            ?? throw new FormatException(
                $"There is no schedule '{name}'.{Suggestion.DidYouMean(name, All.Select(s => s.Name))} The schedules are "
                + $"{string.Join(", ", All.Select(s => s.Name))}.");
        return BrickArguments.Make(text, entry.Usage, entry.Make);
    }
}
