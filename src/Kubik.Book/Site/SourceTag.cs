// Where a task comes from, for people: "000 §1.4 а–в" is the same in every language, the names of parts of the texts are not.

using Kubik.Glass;

namespace Kubik.Book.Site;

internal static class SourceTag
{
    private static readonly Dictionary<string, string> Russian = new(StringComparer.Ordinal)
    {
        ["activations"] = "активации",
        ["approximator"] = "аппроксиматор",
        ["backpropagation"] = "обратное распространение",
        ["backward"] = "обратный проход",
        ["batch normalisation"] = "пакетная нормализация",
        ["bricks"] = "кирпичики",
        ["cells"] = "ячейки",
        ["classification"] = "классификация",
        ["differentials"] = "дифференциалы",
        ["edges"] = "границы",
        ["frameworks"] = "фреймворки",
        ["gates"] = "вентили",
        ["gradient checking"] = "проверка градиента",
        ["likelihood"] = "правдоподобие",
        ["linear layers"] = "линейные слои",
        ["linear maps"] = "линейные отображения",
        ["linear regression"] = "линейная регрессия",
        ["linearity"] = "линейность",
        ["logic"] = "логика",
        ["logistic regression"] = "логистическая регрессия",
        ["losses"] = "потери",
        ["outlook"] = "перспективы",
        ["paralysis"] = "паралич",
        ["perceptron"] = "перцептрон",
        ["ReLU and sigmoid"] = "ReLU и сигмоида",
        ["shifts"] = "сдвиги",
        ["three classes"] = "три класса",
        ["training"] = "обучение",
        ["turns"] = "повороты",
        ["two classes"] = "два класса",
    };

    /// <summary>A task's source in a language; names that are the same in all, such as LSTM, stay.</summary>
    public static string In(string source, Language language) =>
        language == Language.English ? source : string.Join("; ", source.Split("; ").Select(Translated));

    private static string Name(string english) => Russian.GetValueOrDefault(english, english);

    // 002 linear layers; 000 §4.4 (classification) а–в; 000 §7 (cells)
    private static string Translated(string item)
    {
        int open = item.IndexOf('(', StringComparison.Ordinal), close = item.IndexOf(')', StringComparison.Ordinal);
        if (open > 0) return $"{item[..(open + 1)]}{Name(item[(open + 1)..close])}{item[close..]}";
        string[] words = item.Split(' ', 2);
        return words.Length == 2 && !words[1].StartsWith('§') ? $"{words[0]} {Name(words[1])}" : item;
    }
}
