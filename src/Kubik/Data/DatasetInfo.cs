// What ships in the clone's data/ folder, told without opening a file: where it came from, under which licence, what
// it looks like. Reading it is Datasets.cs.

namespace Kubik.Data;

/// <summary>What samples of a known data set are.</summary>
public enum DatasetContent
{
    /// <summary>Pictures with classes.</summary>
    Pictures,
    /// <summary>Rows of a table.</summary>
    Table,
    /// <summary>One long text.</summary>
    Text,
}

/// <summary>A data set that Kubik knows by name.</summary>
/// <example><code>
/// foreach (DatasetInfo info in Datasets.All) Console.WriteLine($"{info.Name}: {info.Description}");
/// </code></example>
public sealed record DatasetInfo
{
    /// <summary>What to call it: "mnist".</summary>
    public required string Name { get; init; }

    /// <summary>What it is, in one sentence.</summary>
    public required string Description { get; init; }

    /// <summary>Who made it.</summary>
    public required string Source { get; init; }

    /// <summary>Under which licence it may be used.</summary>
    public required string Licence { get; init; }

    /// <summary>What its samples are.</summary>
    public required DatasetContent Content { get; init; }

    /// <summary>The number of samples, of training and testing together; of a text, its characters.</summary>
    public required int Count { get; init; }

    /// <summary>The shape of one sample; of a text that of one character.</summary>
    public required Shape InputShape { get; init; }

    /// <summary>The names of the classes; empty for a text.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>The names of a table's inputs.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Its files in the data folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    internal static readonly IReadOnlyList<DatasetInfo> Shipped =
    [
        new()
        {
            Name = "mnist",
            Description = "Handwritten digits, 28×28 grey, 60 000 to train and 10 000 to test.",
            Source = "Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits",
            Licence = "CC BY-SA 3.0",
            Content = DatasetContent.Pictures,
            Count = 70_000,
            InputShape = [1, 28, 28],
            Classes = Digits(),
            Files = ["mnist/train-images-idx3-ubyte.gz", "mnist/train-labels-idx1-ubyte.gz", "mnist/t10k-images-idx3-ubyte.gz",
                "mnist/t10k-labels-idx1-ubyte.gz"],
        },
        new()
        {
            Name = "digits",
            Description = "Handwritten digits, 8×8 in 17 shades of grey.",
            Source = "UCI: Optical Recognition of Handwritten Digits, E. Alpaydin, C. Kaynak; the test set, as scikit-learn ships it",
            Licence = "CC BY 4.0",
            Content = DatasetContent.Pictures,
            Count = 1_797,
            InputShape = [1, 8, 8],
            Classes = Digits(),
            Files = ["digits.csv.gz"],
        },
        new()
        {
            Name = "iris",
            Description = "Three kinds of iris by the measures of their flowers.",
            Source = "UCI: Iris, R. A. Fisher (1936); as scikit-learn ships it",
            Licence = "CC BY 4.0",
            Content = DatasetContent.Table,
            Count = 150,
            InputShape = [4],
            Classes = ["setosa", "versicolor", "virginica"],
            Columns = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"],
            Files = ["iris.csv"],
        },
        new()
        {
            Name = "wine",
            Description = "Three growers of wine by a chemical analysis.",
            Source = "UCI: Wine, S. Aeberhard, M. Forina; as scikit-learn ships it",
            Licence = "CC BY 4.0",
            Content = DatasetContent.Table,
            Count = 178,
            InputShape = [13],
            Classes = ["class_0", "class_1", "class_2"],
            Columns =
            [
                "alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids", "nonflavanoid phenols",
                "proanthocyanins", "color intensity", "hue", "od280/od315 of diluted wines", "proline",
            ],
            Files = ["wine_data.csv"],
        },
        new()
        {
            Name = "breast-cancer",
            Description = "Malignant and benign tumours by measures of cell nuclei.",
            Source = "UCI: Breast Cancer Wisconsin (Diagnostic), W. Wolberg, O. Mangasarian, N. Street, W. Street; as scikit-learn ships it",
            Licence = "CC BY 4.0",
            Content = DatasetContent.Table,
            Count = 569,
            InputShape = [30],
            Classes = ["malignant", "benign"],
            Columns =
            [
                .. from statistic in new[] { "mean", "error", "worst" }
                   from measure in Nuclei()
                   select statistic == "error" ? $"{measure} {statistic}" : $"{statistic} {measure}",
            ],
            Files = ["breast_cancer.csv"],
        },
        new()
        {
            Name = "moby-dick",
            Description = "A novel, for language models of characters.",
            Source = "Herman Melville: Moby-Dick; or, The Whale (1851)",
            Licence = "public domain",
            Content = DatasetContent.Text,
            Count = 1_190_317,
            InputShape = [],
            Files = ["moby-dick.txt.gz"],
        },
    ];

    private static string[] Digits() => [.. Enumerable.Range(0, 10).Select(d => $"{d}")];

    private static string[] Nuclei() =>
        ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points", "symmetry", "fractal dimension"];
}
