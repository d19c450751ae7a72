// What is asked: a value with its tolerance, and the wrong values that are known slips. Where the value and the slips come from
// is the engine; here they are only compared with what was typed.

using System.Text.RegularExpressions;
using Kubik.Glass.Explaining;
using static Kubik.Book.Numbers;

namespace Kubik.Book.Answers;

/// <summary>A value that a slip leads to.</summary>
/// <param name="Value">The wrong value.</param>
/// <param name="Says">What was done wrong.</param>
public sealed record Slip(Tensor Value, Remark Says);

/// <summary>A value that is asked.</summary>
/// <param name="Name">Its name, as it is typed.</param>
/// <param name="Value">The right value, or one of them: a number, a vector or a matrix.</param>
/// <param name="Unit">What it counts; null: nothing.</param>
/// <param name="Tolerance">How far an answer may be off, absolutely.</param>
/// <param name="Slips">Values that known slips lead to.</param>
public sealed record Answer(string Name, Tensor Value, Remark? Unit, double Tolerance, IReadOnlyList<Slip> Slips)
{
    private const double MostOff = 0.02; // of the largest entry

    private const double SameValue = 1e-6; // of the value: single precision rounds to this

    private const double Whole = 1e-6, Half = 0.5; // a count is itself and nothing beside it; what is nearer than a half to a slip's is that

    private const int LongestEcho = 60; // characters

    // Slips that any answer can have: what makes the typed value right, and what was done wrong then.
    private static readonly (Func<Tensor, Tensor?> Mended, Remark Says)[] Common =
    [
        (typed => -typed, new("The sign is wrong.", "Знак неверный.")),
        (typed => typed.Rank == 2 ? typed.T : null, new("The matrix is transposed.", "Матрица транспонирована.")),
        (typed => typed / 2, new("That is twice the right value.", "Это вдвое больше верного значения.")),
        (typed => 2 * typed, new("That is half the right value.", "Это вдвое меньше верного значения.")),
        (typed => typed.Rank == 0 && typed.Item() != 0 ? 1 / typed : null, new("That is one over the right value.", "Это единица, делённая на верное значение.")),
    ];

    /// <summary>What is right where more than one value is; null: what is near the value.</summary>
    public Predicate<Tensor>? IsRight { get; init; }

    /// <summary>Where the answer is one of several sentences: these, the value being the number of the right one, from 1.</summary>
    public IReadOnlyList<Remark>? Choices { get; init; }

    /// <summary>Whether it is a whole number, or several: what rounds to it is not right.</summary>
    internal bool IsCount { get; init; }

    /// <summary>What is to be typed, in short: "2 × 3 numbers, as 1 2 3; 1 2 3".</summary>
    public Remark Form => (this.Choices?.Count, this.Value.Shape) switch
    {
        ({ } count, _) => new($"1–{count}", $"1–{count}"),
        (_, { Rank: 0 }) => new("one number", "одно число"),
        (_, { Rank: 1 } n) => new($"{Numbers(n[0])}, as {TypedValue.Example(n)}", $"чисел: {n[0]}, например {TypedValue.Example(n)}"),
        (_, var n) => new($"{n[0]} × {n[1]} numbers, as {TypedValue.Example(n)}", $"{n[0]} × {n[1]} чисел, например {TypedValue.Example(n)}"),
    };

    // The same to one who typed something else.
    private Remark Expected => (this.Choices?.Count, this.Value.Shape) switch
    {
        ({ } count, _) => new($"the number of a sentence, 1 to {count}, or the words it begins with", $"номер варианта от 1 до {count} или слова, с которых он начинается"),
        (_, { Rank: 0 }) => new("one number, such as 0.5, 1/2 or 3*2 + ln 2", "одно число, например 0,5, 1/2 или 3*2 + ln 2"),
        (_, { Rank: 1 } n) => new($"{Numbers(n[0])}, with spaces between them, such as {TypedValue.Example(n)}", $"{Sentences.Plural(n[0], "число", "числа", "чисел")} через пробел, например {TypedValue.Example(n)}"),
        (_, var n) => new($"{n[0]} {(n[0] == 1 ? "row" : "rows")} of {Numbers(n[1])}, with semicolons between the rows, such as {TypedValue.Example(n)}", $"{Sentences.Plural(n[0], "строка", "строки", "строк")} через точку с запятой, в каждой {Sentences.Plural(n[1], "число", "числа", "чисел")} через пробел, например {TypedValue.Example(n)}"),
    };

    /// <summary>Whether a value is right within the tolerance; what is not finite in the precision that networks compute in never is.</summary>
    public bool Accepts(Tensor typed) =>
        typed.Shape == this.Value.Shape && typed.ToDoubles().All(x => float.IsFinite((float)x)) && (this.IsRight?.Invoke(typed) ?? IsNear(typed, this.Value, this.Tolerance));

    /// <summary>Looks at what was typed.</summary>
    /// <param name="typed">As it was typed; nothing for no answer.</param>
    /// <param name="asked">All that the task asks for: what stands behind another one's name is not taken for this; null: only this.</param>
    public Verdict Judge(string? typed, IReadOnlyList<Answer>? asked = null)
    {
        if (string.IsNullOrWhiteSpace(typed)) return this.Unreadable(new("There is no answer.", "Ответа нет."));
        try
        {
            return this.Read(typed, asked ?? []);
        }
        catch (RegexMatchTimeoutException)
        {
            return this.Unread(typed); // a pattern had no end within its time
        }
    }

    private Verdict Read(string typed, IReadOnlyList<Answer> asked)
    {
        // A sentence may have names in it.
        if ((this.Choices is null || TypedChoice.Sentence(typed, this.Choices) is null) && this.Other(typed, asked) is { } other)
            return this.Unreadable(new($"That is the answer to {other.Name}; {this.Name} is asked.", $"Это ответ для {other.Name}, а спрашивается {this.Name}."));
        IReadOnlyList<Tensor> readings = this.Readings(typed);
        if (readings.Any(this.Accepts)) return new(this.Name, true, null);
        string echo = Echo(typed);
        if (readings.Count > 0 && readings.All(r => r.ToDoubles().Any(x => !double.IsFinite(x))))
            return this.Unreadable(new($"'{echo}' {(this.Value.Rank == 0 ? "is no number" : "is not all numbers")}; expected: {this.Expected.English}.", $"«{echo}» — не {(this.Value.Rank == 0 ? "число" : "только числа")}. Формат ответа: {this.Expected.Russian}."));
        // A slip can have another shape, as a transposed matrix has.
        Remark? slip = readings.Concat(this.Choices is null ? this.WrongShapes.SelectMany(shape => TypedValue.Readings(typed, shape, name: this.Name)) : []).Select(this.SlipOf).FirstOrDefault(s => s is not null);
        if (slip is not null || readings.Count > 0) return new(this.Name, false, slip ?? this.PartlyRight(readings));
        return this.Unread(typed);
    }

    // Whose name stands there beside this one's or instead of it: y in "y = 3, h1 = 100.5" for h1; nobody's in "y = h1 = 100.5".
    private Answer? Other(string typed, IReadOnlyList<Answer> asked)
    {
        Answer[] named = [.. TypedValue.Names(typed).Select(name => asked.FirstOrDefault(a => a.IsCalled(name))).OfType<Answer>()];
        bool isChain = typed[..Math.Max(0, typed.LastIndexOf('='))].AsSpan().IndexOfAny(",;\n") < 0;
        return isChain && named.Any(a => a.IsCalled(this.Name)) ? null : named.FirstOrDefault(a => !a.IsCalled(this.Name));
    }

    /// <summary>Whether what was typed is the beginning of a matrix, of which more rows are to come.</summary>
    public bool IsUnfinished(string typed)
    {
        try
        {
            return this.Choices is null && this.Readings(typed).Count == 0 && TypedValue.IsUnfinished(typed, this.Value.Shape);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    /// <summary>Whether it has a name, which may be written as h1, h_1 or h₁.</summary>
    internal bool IsCalled(string name) => Plain(name) == Plain(this.Name);

    /// <summary>The slip that a wrong value looks like; slips that lead to one value are all named; null: none that is known.</summary>
    public Remark? SlipOf(Tensor typed)
    {
        if (this.Accepts(typed)) return null;
        // The slips that the task knows say more than a wrong sign.
        Slip[] near = this.Near(typed, this.Slips);
        if (near.Length == 0 && this.IsCount && IsNear(typed, this.Value, 1) && typed.ToDoubles().Any(x => Math.Abs(x - Math.Round(x)) > Whole))
            return new("A whole number is asked: round it, up or down as the task says.", "Нужно целое число: округлите вверх или вниз, как требует задача.");
        if (near.Length == 0) return this.Choices is null && this.IsRight is null ? Common.FirstOrDefault(slip => slip.Mended(typed) is { } mended && this.Accepts(mended)).Says : null;
        Remark[] says = [.. near.Select(s => s.Says).DistinctBy(s => s.English)];
        return says.Length == 1 ? says[0] : new(string.Join(" Or: ", says.Select(s => s.English)), string.Join(" Или: ", says.Select(s => s.Russian)));
    }

    // The nearest of those within the tolerance; several where their values are the same but for rounding.
    private Slip[] Near(Tensor typed, IEnumerable<Slip> slips)
    {
        Slip[] near = [.. slips.Where(s => !this.Accepts(s.Value) && IsNear(typed, s.Value, Within(s.Value, this.IsCount ? Half : this.Tolerance))).OrderBy(s => Distance(typed, s.Value))];
        return [.. near.Where(s => IsNear(s.Value, near[0].Value, SameValue * Math.Max(this.Tolerance, near[0].Value.ToDoubles().Max(Math.Abs))))];
    }

    private Verdict Unread(string typed) => this.Unreadable(new(
        $"'{Echo(typed)}' cannot be read; expected: {this.Expected.English}.", $"Не удалось прочесть «{Echo(typed)}». Формат ответа: {this.Expected.Russian}."));

    private Verdict Unreadable(Remark says) => new(this.Name, false, says) { IsReadable = false };

    // What was typed, short enough for a line, with no half of a character at its end.
    private static string Echo(string typed)
    {
        string text = typed.Trim();
        return text.Length <= LongestEcho ? text : text[..(char.IsHighSurrogate(text[LongestEcho - 1]) ? LongestEcho - 1 : LongestEcho)] + "…";
    }

    private static double Distance(Tensor a, Tensor b) =>
        a.ToDoubles().Zip(b.ToDoubles()).Max(p => p.First.Equals(p.Second) ? 0 : Math.Abs(p.First - p.Second));

    private static string Plain(string name) =>
        string.Concat(name.Where(c => c != '_' && !char.IsWhiteSpace(c)).Select(c => c is >= '₀' and <= '₉' ? (char)('0' + (c - '₀')) : c));

    private static string Numbers(int count) => count == 1 ? "1 number" : $"{count} numbers";

    private IReadOnlyList<Tensor> Readings(string typed) =>
        this.Choices is not { } choices ? TypedValue.Readings(typed, this.Value.Shape, this.Unit, this.Name) : TypedChoice.Read(typed, choices) is { } number ? [N(number)] : [];

    // Of several numbers some may be right.
    private Remark? PartlyRight(IReadOnlyList<Tensor> readings)
    {
        if (this.Value.Rank == 0 || this.IsRight is not null) return null;
        double[] value = this.Value.ToDoubles();
        double[] best = readings.Select(r => r.ToDoubles()).MaxBy(Right)!;
        if (value.Length > 1 && IsNear(Sorted(best), Sorted(value), this.Tolerance)) return new("The numbers are right, their order is not.", "Числа верные, но порядок другой.");
        return Right(best) is > 0 and int right ? new($"Of {value.Length} numbers {right} {(right == 1 ? "is" : "are")} right.", $"Из {value.Length} чисел верных: {right}.") : null;

        int Right(double[] typed) => typed.Zip(value).Count(p => IsNear(p.First, p.Second, this.Tolerance));
        static Tensor Sorted(double[] numbers) => Tensor.From([.. numbers.Order()], [numbers.Length]);
    }

    // The shapes of slips that are not that of the value.
    private IEnumerable<Shape> WrongShapes =>
        this.Slips.Select(s => s.Value).Append(this.Value.Rank == 2 ? this.Value.T : this.Value).Select(x => x.Shape).Where(s => s != this.Value.Shape).Distinct();

    /// <summary>What is right within a tolerance.</summary>
    internal static Answer Of(string name, Tensor value, Remark? unit, double tolerance, IReadOnlyList<Slip> slips) =>
        new(name, value.Cast(DType.Float64), unit, Within(value, tolerance), slips);

    /// <summary>A count, of which only the whole number itself is right.</summary>
    /// <exception cref="ArgumentException">The value is not whole.</exception>
    internal static Answer OfCount(string name, Tensor value, Remark? unit, IReadOnlyList<Slip> slips) =>
        value.ToDoubles().All(x => x == Math.Round(x)) ? new(name, value.Cast(DType.Float64), unit, Whole, slips) { IsCount = true }
            : throw new ArgumentException($"{name} is {value}, and a count is whole.", nameof(value));

    /// <summary>A tolerance of not more than two hundredths of the largest entry, or 0 would be near what is small; 1, 2 or 5 of a decimal place.</summary>
    private static double Within(Tensor value, double tolerance)
    {
        double most = MostOff * value.ToDoubles().Max(Math.Abs);
        if (most == 0 || tolerance <= most) return tolerance;
        int place = (int)Math.Floor(Math.Log10(most));
        int digit = (most / Math.Pow(10, place)) switch { >= 5 => 5, >= 2 => 2, _ => 1 };
        return place < 0 ? digit / Math.Pow(10, -place) : digit * Math.Pow(10, place);
    }

    private static bool IsNear(Tensor a, Tensor b, double tolerance) =>
        a.Shape == b.Shape && a.ToDoubles().Zip(b.ToDoubles()).All(p => IsNear(p.First, p.Second, tolerance));

    private static bool IsNear(double a, double b, double tolerance) => a.Equals(b) || Math.Abs(a - b) <= tolerance;
}
