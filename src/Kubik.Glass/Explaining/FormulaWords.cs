// Formulas have a few words in them, the options of the notation: softmax(x; axis 1), x ∗[stride 2] K. They are written once, in English;
// a Russian page has Russian words in the same places. Names of functions are signs and stay, as tanh and max do.

using System.Text.RegularExpressions;

namespace Kubik.Glass.Explaining;

/// <summary>The words of formulas in a language.</summary>
internal static class FormulaWords
{
    // Each with what follows it, so that no name of a value is taken for a word; of those that begin alike the longer one is first.
    private static readonly (Regex English, string Russian)[] Options = Compiled(
        (@"groups of (\d+) along axis (?=\d)", "группы по $1 вдоль оси "),
        (@"groups of (?=\d)", "группы по "),
        (@"axis (\d+) to (?=\d)", "ось $1 до "),
        (@"axis (\d+) of (?=\d+×)", "ось $1 массива "),
        (@"axes ([\d, ]+) of (?=\d+×)", "оси $1 массива "),
        (@"axis (?=\d)", "ось "),
        (@"axes (?=\d)", "оси "),
        (@"stride (?=\d)", "шаг "),
        (@"output pad (?=\d)", "дополнение выхода "),
        (@"pad same", "дополнение до того же размера"),
        (@"pad (\d\S*) and (?=\d)", "дополнение $1 и "),
        (@"pad (?=\d)", "дополнение "),
        (@"dilation (?=\d)", "расширение "),
        (@"groups (?=\d)", "групп: "),
        (@"sizes rounded up", "размеры округлены вверх"),
        (@"of the cells inside", "по ячейкам внутри"),
        (@"(?<=, )summed", "сумма"),
        (@"after (\d+) places", "со сдвигом на $1"),
        (@"after (?=\d)", "после "),
        (@"base (?=\d)", "основание "),
        (@"(?<=(; |, |\\text\{ ))neighbours", "соседние"),
        (@"linear with corners", "линейно по углам"),
        (@"(?<=, )linear", "линейно"),
        (@"(?<=, )reflect", "отражение"),
        (@"(?<=, )edge", "повторение края"),
        (@"(?<=, )wrap", "по кругу"),
        (@"value (?=[-−\d])", "значение "),
        (@"size (?=\d)", "размер "),
        (@"bias (?=[-−\d])", "сдвиг "),
        (@"(?<=(; |;\\text\{ ))by (?=\d)", "множитель "),
        (@"by (?=\d)", "через "),
        (@"to (?=\d)", "до "));

    // What data is before a network gets it, and what is done to it: raw alone, and no function mean(x).
    private static readonly (Regex English, string Russian)[] OfData = Compiled(
        (@"\\mathrm\{raw\}", @"\text{исходное}"),
        (@"\\mathrm\{mean\}", @"\text{среднее}"),
        (@"\\mathrm\{deviation\}", @"\text{отклонение}"),
        (@"raw(?!\w)", "исходное"),
        (@"mean(?![\w(])", "среднее"),
        (@"deviation(?!\w)", "отклонение"));

    /// <summary>A formula, as text or LaTeX, with the words of a language.</summary>
    /// <param name="formula">The formula.</param>
    /// <param name="language">The language.</param>
    /// <param name="isOfData">Whether it says how data is prepared.</param>
    public static string In(string formula, Language language, bool isOfData = false)
    {
        if (language == Language.English) return formula;
        foreach ((Regex english, string russian) in isOfData ? OfData : Options) formula = english.Replace(formula, russian);
        return formula;
    }

    private static (Regex English, string Russian)[] Compiled(params (string English, string Russian)[] words) =>
        [.. words.Select(w => (new Regex($@"(?<!\w){w.English}", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1)), w.Russian))];
}
