// An explanation as headings, sentences, formulas and tables, in one language: what all formats are written from.

using Kubik.Glass.Pages;
using Kubik.Glass.Pictures;

namespace Kubik.Glass.Explaining;

internal static class ExplanationWriter
{
    private const int MostCells = 100, MostColumns = 12;

    /// <summary>The blocks of an explanation; its steps alone, without the picture and the parameters at the beginning, where a page has said those.</summary>
    public static List<Block> Write(Explanation explanation, Language language, bool stepsOnly = false)
    {
        string T(string english, string russian) => language == Language.Russian ? russian : english;
        Block Values(Named named) => ExplanationWriter.Values(named, explanation.Precision, language);
        List<Block> page = [new Heading(1, T("A training step, explained", "Шаг обучения с объяснениями")), new Code(explanation.Net)];
        if (explanation.Steps.All(s => s.Phase == Phase.Forward)) page[0] = new Heading(1, T("A forward pass, explained", "Прямой проход с объяснениями"));
        Picture Drawn(Figure figure) =>
            new(figure.Says.In(language), figure.ToText(), () => figure.ToSvg(language));
        page.Add(new Heading(2, explanation.Overview.Title.In(language)));
        page.Add(Drawn(explanation.Overview));
        bool IsMeasured(Named p) => explanation.Measured.Contains(p.Name[(p.Name.IndexOf('(', StringComparison.Ordinal) + 1)..^1]);
        foreach (IGrouping<bool, Named> group in explanation.Parameters.GroupBy(IsMeasured).OrderBy(g => g.Key))
        {
            page.Add(new Heading(2, group.Key ? T("Statistics: measured, not learnt", "Статистики: вычисляются, а не обучаются")
                : T("Parameters", "Параметры")));
            foreach (Named p in group) page.Add(Values(p));
        }
        if (stepsOnly) page.Clear();
        (int Round, Phase Phase)? last = null;
        int rounds = explanation.Steps.Select(s => s.Round).DefaultIfEmpty(0).Max(), number = 0;
        foreach (ExplainStep step in explanation.Steps)
        {
            if (last != (step.Round, step.Phase))
            {
                if (last is { } before && step.Round > before.Round + 1)
                {
                    (int from, int to) = (before.Round + 1, step.Round - 1);
                    page.Add(new Paragraph(T(from == to ? $"Step {from} is computed in the same way and left out; what follows takes its results."
                        : $"Steps {from} to {to} are computed in the same way and left out; what follows takes their results.", from == to
                        ? $"Шаг {from} вычисляется так же и пропущен; дальше используются его результаты."
                        : $"Шаги {from}–{to} вычисляются так же и пропущены; дальше используются их результаты.")));
                }
                string title = step.Phase switch
                {
                    Phase.Forward => T("Forward: from the input to the output", "Прямой проход: от входа к выходу"),
                    Phase.Loss => T("The loss", "Функция потерь"),
                    Phase.Backward => T("Backward: from the loss to the weights", "Обратный проход: от потерь к весам"),
                    _ => T("Update: new weights", "Обновление: новые веса"),
                };
                page.Add(new Heading(2, rounds > 1 ? T($"Step {step.Round}. {title}", $"Шаг {step.Round}. {title}") : title));
                if (step.Phase == Phase.Forward)
                {
                    foreach (Named input in step.Inputs.Where(i => i.Name is "x" or DataStep.Raw)) page.Add(Values(DataStep.Said(input, language)));
                }
                if (step.Phase == Phase.Loss)
                {
                    foreach (Named target in step.Inputs.Where(i => i.Name == "t")) page.Add(Values(target));
                }
                (last, number) = ((step.Round, step.Phase), 0);
            }
            number++;
            bool isOfData = step is { Op: DataStep.Op, Path: "", Phase: Phase.Forward };
            string Said(string formula) => FormulaWords.In(formula, language, isOfData);
            string name = isOfData ? T("the data", "данные") : step.Op.Length == 0
                ? T("at the output", "на выходе") : step.Path.Length > 0 ? $"{step.Op}  ({step.Path})" : step.Op;
            page.Add(new Heading(3, $"{number}. {name}"));
            foreach (Remark remark in step.Remarks) page.Add(new Paragraph(remark.In(language)));
            page.AddRange(step.Figures.Select(Drawn));
            foreach (Equation e in step.Equations)
            {
                page.Add(new Equality(Said(e.Text), Said(e.Latex)));
                if (e.Numbers is not null) page.Add(new Equality(Said(e.Numbers), Said(e.NumbersLatex!)));
                else page.Add(Values(e.Result));
                // One entry that says no more than the line above is left out.
                if (e.Entries.Count > 0 && e.Result.Value.Shape.Size > 1)
                {
                    page.Add(new Equalities([.. e.Entries.Select(entry => (Said(entry.Text), Said(entry.Latex)))]));
                    if (e.Others > 0) page.Add(new Paragraph(T($"The other {e.Others} in the same way.",
                        $"Ещё {Sentences.Plural(e.Others, "элемент вычисляется", "элемента вычисляются", "элементов вычисляются")} так же.")));
                }
            }
        }
        return page;
    }

    private static Block Values(Named named, Precision precision, Language language)
    {
        Snapshot value = named.Value;
        string T(string english, string russian) => language == Language.Russian ? russian : english;
        int[] sizes = [.. value.Shape.Sizes.ToArray().SkipWhile(n => n == 1)];
        if (value.Shown is { } all && all.Count is > 0 and <= MostCells && sizes.Length <= 2 && (sizes.Length == 0 || sizes[^1] <= MostColumns))
        {
            Digits[] digits = [.. all.Select(x => Digits.Of(x, precision))];
            int columns = sizes.Length == 0 ? 1 : sizes[^1];
            return new Matrix(named.Name, named.Latex, [.. digits.Chunk(columns).Select(row => row.Select(d => (d.Text, d.Latex)).ToArray())],
                digits.All(d => d.IsExact));
        }
        // A mean of numbers that cancel each other is no more than what they may be off.
        bool isRest = value.Mean != 0 && Math.Abs(value.Mean) <= precision.Rounding * Math.Max(Math.Abs(value.Least), Math.Abs(value.Greatest));
        string least = Digits.Of(value.Least, precision).Text, greatest = Digits.Of(value.Greatest, precision).Text, mean = isRest ? "≈ 0"
            : Digits.Of(value.Mean, precision).Text;
        return new Paragraph(value.Shape.Size == 0
            ? T($"{named.Name} is empty, {value.Shape}.", $"{named.Name}: пустой тензор формы {value.Shape}.")
            : T($"{named.Name} is {value.Shape}, from {least} to {greatest}, {mean} on average.",
                $"{named.Name} имеет форму {value.Shape}, значения от {least} до {greatest}, в среднем {mean}."));
    }
}
