// Which variables of a formula are numbers, columns and matrices, when nobody has said so. Capitals are matrices, other letters
// columns; every size is a letter at first, and what the formula cannot do with different sizes makes them equal. Letters that
// cannot be columns (the l of l·‖w‖²) are numbers: as few as will do.

using System.Globalization;
using System.Text.RegularExpressions;

namespace Kubik.Glass.Formulas;

/// <summary>Finds shapes with which a formula makes sense.</summary>
internal static partial class ShapeGuess
{
    private const int FirstSize = 1_000, MostLetters = 8, ManyNames = 24;

    private static readonly int[] Small = [3, 4, 5, 2, 6, 7, 8, 9];

    /// <summary>The formula with shapes for all its variables.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="known">Shapes that are known.</param>
    /// <param name="by">The variable of the derivative, which stays a column when it can; null for none.</param>
    /// <exception cref="FormulaException">The formula cannot be read, whatever the shapes.</exception>
    public static Formula Read(string text, IReadOnlyDictionary<string, Shape> known, string? by)
    {
        string[] names = [.. Parser.Names(text, known).Where(n => !known.ContainsKey(n))];
        string[] letters = [.. names.Where(n => !char.IsUpper(n[0])).Take(MostLetters)], sizes = [.. Parser.Sizes(text, known)];
        Formula? column = null, other = null;
        FormulaException? first = null;
        IEnumerable<string[]> guesses = names.Length > ManyNames ? Few(letters) : Subsets(letters);
        string[] small = [.. names.Where(n => !char.IsUpper(n[0]))];
        if (small.Length > letters.Length) guesses = guesses.Append(small); // all of them numbers, as in a matrix that is written out
        foreach (string[] numbers in guesses.OrderBy(s => by is not null && s.Contains(by)).ThenBy(s => s.Length))
        {
            if (column is not null && by is not null && numbers.Contains(by)) break;
            try
            {
                Formula read = Fitted(text, known, [.. names.Except(numbers), .. sizes]);
                if (read.Root.Shape.Size == 1) return read;
                if (numbers.Length == 0) other = read;
                if (!Mixes(read) && !Raises(read, text) && (read.Root.Shape[1] == 1 || numbers.Length == 0)) column ??= read;
            }
            catch (FormulaException e)
            {
                first ??= e;
            }
        }
        return column ?? other ?? throw Lettered(first!, text, known);
    }

    // Sizes that nobody has given are letters in a message: x (n, 1).
    private static FormulaException Lettered(FormulaException e, string text, IReadOnlyDictionary<string, Shape> known)
    {
        const string Letters = "nmkpqrst";
        List<string> sizes = [];
        string what = GuessedSize().Replace(e.What, m =>
        {
            if (known.Values.Any(s => s.Contains(int.Parse(m.Value, CultureInfo.InvariantCulture)))) return m.Value;
            if (!sizes.Contains(m.Value)) sizes.Add(m.Value);
            return sizes.IndexOf(m.Value) is var k && k < Letters.Length ? Letters[k].ToString() : m.Value;
        });
        return new(text, e.Position, what, e.Sizes);
    }

    [GeneratedRegex(@"(?<=[(,] ?)1\d{3}(?=[,.) ])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GuessedSize();

    // x^2 + 3x is about a number, sum(x^2) about a column; who wants the column of squares writes x∘².
    private static bool Raises(Formula formula, string text) =>
        text.Where((c, i) => c is '^' or '²' or '³' && !IsElementwise(text, i)).Any()
        && Formula.Parts(formula.Root).OfType<Call>().Any(c => c is { IsScalar: false, Op: Binary<Pow> or UnaryNumber<Square> });

    // x∘², x.^2 and x^∘2.
    private static bool IsElementwise(string text, int raised) =>
        raised > 0 && text[raised - 1] is '∘' or '⊙' or '.' || raised + 1 < text.Length && text[raised + 1] is '∘' or '⊙';

    // Nobody adds ‖x‖² to a column.
    private static bool Mixes(Formula formula) => Formula.Parts(formula.Root).Exists(part =>
        part is Call { Op: Binary<Add> or Binary<Sub>, Inputs: [var a, var b] }
        && a.IsScalar != b.IsScalar
        && Formula.Parts(a.IsScalar ? a : b).Exists(p => p is Variable));

    private static IEnumerable<string[]> Subsets(string[] letters) =>
        Enumerable.Range(0, 1 << letters.Length).Select(set => letters.Where((_, i) => (set >> i & 1) == 1).ToArray());

    // In a formula of very many names none of the letters are numbers, one is, or all are: more would take long to try.
    private static IEnumerable<string[]> Few(string[] letters) =>
        [[], .. letters.Select(l => (string[])[l]), .. letters.Length > 1 ? [letters] : Array.Empty<string[]>()];

    /// <summary>The formula with shapes for those names that have none: no others need be guessed.</summary>
    public static Formula Fitted(string text, IReadOnlyDictionary<string, Shape> known, string[] names)
    {
        // Two sizes for each name, which are no given ones; those that have to be equal get one number, a given one when there is one.
        HashSet<int> given = [.. known.Values.SelectMany(s => s)];
        int[] sizes = [.. Enumerable.Range(FirstSize, 2 * names.Length + given.Count).Where(s => !given.Contains(s)).Take(2 * names.Length)];
        HashSet<int> guessed = [.. sizes];
        while (true)
        {
            try
            {
                Formula.Parse(text, Shapes(known, names, sizes));
                break;
            }
            catch (FormulaException e) when (e.Sizes is var (a, b) && Math.Min(a, b) > 1 && (guessed.Contains(a) || guessed.Contains(b)))
            {
                // Of two guessed ones the first stays. What is replaced is gone, so that this ends.
                (int old, int now) = guessed.Contains(a) && (a > b || !guessed.Contains(b)) ? (a, b) : (b, a);
                if (!sizes.Contains(old)) throw;
                for (int i = 0; i < sizes.Length; i++) sizes[i] = sizes[i] == old ? now : sizes[i];
            }
        }
        int[] distinct = [.. sizes.Where((s, i) => i % 2 == 0 || char.IsUpper(names[i / 2][0])).Where(guessed.Contains).Distinct()];
        int[] free = [.. Small.Where(s => !given.Contains(s)), .. Small];
        // Xᵀ·X has an inverse when X has more rows than columns, X·Xᵀ when it has fewer; where both are inverted, X is square.
        Formula? first = null;
        foreach (Func<int, int> size in (Func<int, int>[])[k => free[k % free.Length], k => free[(distinct.Length - 1 - k) % free.Length], _ => free[0]])
        {
            Formula read = Formula.Parse(text, Shapes(known, names, [.. sizes.Select(s => Array.IndexOf(distinct, s) is >= 0 and int k ? size(k) : s)]));
            if (!IsSingular(read)) return read;
            first ??= read;
        }
        return first!;
    }

    // Whether a matrix is inverted that has no inverse whatever its numbers are: the rank of a product is at most that of each factor.
    private static bool IsSingular(Formula formula)
    {
        Dictionary<Expression, int> ranks = new(ReferenceEqualityComparer.Instance);
        foreach (Expression part in Formula.Parts(formula.Root))
        {
            int most = part.Shape.Rank == 2 ? Math.Min(part.Shape[0], part.Shape[1]) : 1;
            if (part is Call { Op: Inverse or Det or MatrixPower { Power: < 0 }, Inputs: [var matrix] } && ranks[matrix] < matrix.Shape[0]) return true;
            ranks[part] = part is not Call c ? most : Math.Min(most, c.Op switch
            {
                MatMul => c.Inputs.Min(x => ranks[x]),
                Permute or MatrixPower or UnaryNumber<Neg> => ranks[c.Inputs[0]],
                Binary<Add> or Binary<Sub> when c.Inputs.All(x => !x.IsScalar) => c.Inputs.Sum(x => ranks[x]),
                Binary<Mul> or Binary<Div> when c.Inputs.Any(x => x.IsScalar) => c.Inputs.Max(x => x.IsScalar ? 0 : ranks[x]),
                _ => most,
            });
        }
        return false;
    }

    private static Dictionary<string, Shape> Shapes(IReadOnlyDictionary<string, Shape> known, string[] names, int[] sizes)
    {
        Dictionary<string, Shape> all = new(known, StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            (int rows, int columns) = (sizes[2 * i], sizes[2 * i + 1]);
            all[names[i]] = Parser.IsUnit(names[i]) ? [rows, rows] : char.IsUpper(names[i][0]) ? [rows, columns] : [rows, 1];
        }
        return all;
    }
}
