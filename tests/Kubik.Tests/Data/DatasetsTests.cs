// The data sets of the clone: their figures are known from elsewhere (the papers, scikit-learn's documentation).

using Kubik.Data;
using Kubik.IO;

namespace Kubik.Tests.Data;

public sealed class DatasetsTests
{
    private static readonly Lazy<(Dataset Train, Dataset Test)> Mnist = new(() => Datasets.Load("mnist"));

    [Fact]
    public void Mnist_has_the_known_counts()
    {
        (Dataset train, Dataset test) = Mnist.Value;
        Assert.Equal([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], train.ClassCounts());
        Assert.Equal([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], test.ClassCounts());
        Assert.Equal((60_000, 10_000), (train.Count, test.Count));
        Assert.Equal([1, 28, 28], train.InputShape);
        Assert.Equal([5, 0, 4, 1, 9], train.Labels()[..5]);
        Assert.Equal([7, 2, 1, 0, 4], test.Labels()[..5]);
    }

    [Fact]
    public void Mnist_has_the_known_constants()
    {
        (Dataset train, Dataset test) = Mnist.Value;
        Assert.Equal(0.1307, train.Normalization.Mean[0], 5e-5);
        Assert.Equal(0.3081, train.Normalization.Std[0], 5e-5);
        Assert.Same(train.Normalization, test.Normalization);
        // The first digit, a 5: 3 18 18 18 126 136 … in its sixth row.
        Assert.Equal([3, 18, 18, 18, 126, 136], ((ImageDataset)train).Picture(0).Pixels[(5 * 28 + 12)..(5 * 28 + 18)]);
        Assert.Equal((float)((3 / 255.0 - train.Normalization.Mean[0]) / train.Normalization.Std[0]), train.Read(0).Input.ToArray<float>()[5 * 28 + 12], 1e-5);
    }

    [Theory]
    [InlineData("iris", 4, "50 50 50")]
    [InlineData("wine", 13, "59 71 48")]
    [InlineData("breast-cancer", 30, "212 357")]
    public void Tables_have_the_known_counts(string name, int columns, string counts)
    {
        (Dataset train, Dataset test) = Datasets.Load(name);
        int[] expected = [.. counts.Split(' ').Select(int.Parse)];
        Assert.Equal(expected, train.ClassCounts().Zip(test.ClassCounts(), (a, b) => a + b));
        Assert.Equal(expected.Select(n => (int)Math.Round(n * 0.2)), test.ClassCounts());
        Assert.Equal([columns], train.InputShape);
        Assert.Equal(Datasets.Find(name)!.Classes, train.Classes);
        Assert.Equal(Datasets.Find(name)!.Columns, ((TableDataset)train).Schema.InputNames);
        Assert.Equal(0, train.Read([.. Enumerable.Range(0, train.Count)]).Input.ToDoubles().Average(), 1e-6);
    }

    // Means and standard deviations of the whole sets, as scikit-learn's descriptions give them.
    [Theory]
    [InlineData("iris.csv", 0, 5.843333, 0.825301)]
    [InlineData("iris.csv", 3, 1.199333, 0.759693)]
    [InlineData("wine_data.csv", 0, 13.000618, 0.809543)]
    [InlineData("breast_cancer.csv", 0, 14.127292, 3.520951)]
    public void Tables_have_the_known_moments(string file, int column, double mean, double std)
    {
        DatasetInfo info = Datasets.All.Single(i => i.Files.Contains(file));
        TableDataset all = TableDataset.Load(DataFolder.Here.Find(info)[0]);
        Assert.Equal(mean, all.Normalization.Mean[column], 1e-6);
        Assert.Equal(std, all.Normalization.Std[column], 1e-6);
    }

    [Fact]
    public void Digits_are_small_pictures()
    {
        (Dataset train, Dataset test) = Datasets.Load("digits");
        Assert.Equal(1797, train.Count + test.Count);
        Assert.Equal([178, 182, 177, 183, 181, 182, 181, 179, 174, 180], train.ClassCounts().Zip(test.ClassCounts(), (a, b) => a + b));
        Assert.Equal([1, 8, 8], train.InputShape);
        Assert.Equal(4.884 / 16, train.Normalization.Mean[0], 0.005);
    }

    [Fact]
    public void The_listing_says_what_reading_gives()
    {
        foreach (DatasetInfo info in Datasets.All)
        {
            Assert.True(Datasets.IsThere(info), info.Name);
            Assert.NotEmpty(info.Source);
            Assert.NotEmpty(info.Licence);
            if (info.Content == DatasetContent.Text)
            {
                Assert.Equal(info.Count, Datasets.LoadText(info.Name).Length);
                continue;
            }
            (Dataset train, Dataset test) = info.Name == "mnist" ? Mnist.Value : Datasets.Load(info.Name);
            Assert.Equal(info.Count, train.Count + test.Count);
            Assert.Equal(info.InputShape, train.InputShape);
            Assert.Equal(info.Classes, train.Classes);
            Assert.Equal(info.Name, test.Name);
        }
    }

    [Fact]
    public void Loading_twice_gives_the_same_parts()
    {
        Assert.Equal(Datasets.Load("wine").Test.Labels(), Datasets.Load("WINE").Test.Labels());
        Assert.Equal(Datasets.Load("wine").Train.Read(7).Input.ToArray<float>(), Datasets.Load("wine").Train.Read(7).Input.ToArray<float>());
    }

    [Fact]
    public void A_table_of_ours_can_predict_another_column()
    {
        (Dataset train, Dataset? test) = Datasets.Open("iris", new TableOptions { Target = "petal width (cm)" });
        Assert.Equal(TargetKind.Numbers, train.Kind);
        Assert.Equal((120, 30), (train.Count, test!.Count));
        Assert.Equal(["petal width (cm)"], train.Targets);
    }

    [Fact]
    public void A_path_to_one_of_our_files_is_the_data_set()
    {
        (Dataset train, Dataset? test) = Datasets.Open(DataFolder.Here.Find(Datasets.Find("digits")!)[0]);
        Assert.Equal("digits", train.Name);
        Assert.NotNull(test);
    }

    [Theory]
    [InlineData("minst", "Did you mean 'mnist'?")]
    [InlineData("cifar", "mnist, digits, iris, wine, breast-cancer.")]
    [InlineData("no/such/file.csv", "no such file")]
    [InlineData("nothing.csv", "no such file")]
    [InlineData("moby-dick", "text")]
    public void Unknown_names_say_what_to_do(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<DataFileException>(() => Datasets.Open(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void Other_files_are_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.Text("a.xlsx", "");
        Assert.Contains("CSV", Assert.Throws<DataFileException>(() => Datasets.Open(path)).Message, StringComparison.Ordinal);
        folder.Picture("a/1.png", 2, 2, 0);
        Assert.Contains("no column 'y'", Assert.Throws<DataFileException>(() => Datasets.Open(folder.Path, new TableOptions { Target = "y" })).Message,
            StringComparison.Ordinal);
        Assert.Contains("these are pictures", Assert.Throws<DataFileException>(() => Datasets.Open("digits", new TableOptions { Target = "y" })).Message,
            StringComparison.Ordinal);
        Assert.Throws<DataFileException>(() => Datasets.LoadText("iris"));
    }
}

public sealed class DataFolderTests
{
    private static readonly DatasetInfo Iris = Datasets.Find("iris")!;

    [Fact]
    public void The_folder_is_found_above()
    {
        using TemporaryFolder folder = new();
        string file = folder.Text("data/iris.csv", "x"), below = folder.PathOf("a/b/c/");
        Assert.Equal([file], new DataFolder(null, "/", below).Find(Iris));
        Assert.Equal([file], new DataFolder("", below).Find(Iris));
    }

    [Fact]
    public void The_variable_wins()
    {
        using TemporaryFolder folder = new();
        folder.Text("data/iris.csv", "x");
        string file = folder.Text("other/iris.csv", "x");
        Assert.Equal([file], new DataFolder(folder.PathOf("other"), folder.Path).Find(Iris));
        Assert.Null(new DataFolder(folder.PathOf("nothing"), folder.Path).TryFind(Iris));
    }

    [Fact]
    public void Missing_data_says_where_was_looked_and_what_to_do()
    {
        using TemporaryFolder folder = new();
        string message = Assert.Throws<DataFileException>(() => new DataFolder(null, folder.Path).Find(Iris)).Message;
        Assert.StartsWith("iris: ", message, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(folder.Path, "data"), message, StringComparison.Ordinal);
        Assert.Contains("KUBIK_DATA", message, StringComparison.Ordinal);
        folder.Text("data/mnist/train-images-idx3-ubyte.gz", "");
        Assert.Contains("train-labels-idx1-ubyte.gz",
            Assert.Throws<DataFileException>(() => new DataFolder(null, folder.Path).Find(Datasets.Find("mnist")!)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_data_is_named()
    {
        using TemporaryFolder folder = new();
        string file = folder.Text("data/iris.csv", "150,4,setosa,versicolor,virginica\n1,2,3,4,0\n1,2,3,4,1\n1,2,3,5,2\n");
        Assert.Contains(file, Assert.Throws<DataFileException>(() => Datasets.Load(Iris, new DataFolder(null, folder.Path), null)).Message,
            StringComparison.Ordinal);
    }
}
