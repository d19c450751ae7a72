using System.Text.Json;
using Kubik.IO;

namespace Kubik.Cli.Tests;

public sealed class OwnDataTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void A_table_with_texts_is_classified_and_predicted()
    {
        Random random = new(1);
        string[] rows = [.. Enumerable.Range(0, 200).Select(i => (Colour: random.Next(2) == 0 ? "red" : "blue", Size: random.NextDouble() * 10)).Select(r => $"{r.Colour},{r.Size:0.000},{(r.Colour == "red" == r.Size > 5 ? "yes" : "no")}")];
        this.folder.Write("own.csv", "colour,size,buy\n" + string.Join('\n', rows) + "\n");
        Said said = Tool.Run(this.folder, "train", "--data", "own.csv", "--target", "buy", "--out", "run", "--json").Fine();
        Assert.Contains("a fifth is held out", said.Out, StringComparison.Ordinal);
        Assert.True(said.Json.GetProperty("test_accuracy").GetDouble() > 0.8, said.Out);
        Assert.DoesNotContain("kubik eval", said.Out, StringComparison.Ordinal);
        JsonElement whole = Tool.Run(this.folder, "eval", "run", "--data", "own.csv", "--json").Fine().Json;
        Assert.Equal(200, whole.GetProperty("count").GetInt32());
        Assert.Contains("all 200 rows were measured, the learnt ones included", whole.GetProperty("note").GetString(), StringComparison.Ordinal);
        File.Copy(this.folder["own.csv"], this.folder["others.csv"]);
        Assert.Equal(JsonValueKind.Null, Tool.Run(this.folder, "eval", "run", "--data", "others.csv", "--json").Fine().Json.GetProperty("note").ValueKind);

        this.folder.Write("new.csv", "size,colour\n9,red\n9,blue\n1,red\n");
        JsonElement[] answers = [.. Tool.Run(this.folder, "predict", "run", "new.csv", "--json").Fine().Json.EnumerateArray()];
        Assert.Equal(["yes", "no", "no"], answers.Select(a => a.GetProperty("class").GetString()));
        Assert.Equal([1, 2, 3], answers.Select(a => a.GetProperty("row").GetInt32()));
        Assert.Equal(1, answers[0].GetProperty("probabilities").EnumerateObject().Sum(p => p.Value.GetDouble()), 5);
        this.folder.Write("bad.csv", "size,colour\n9,red\n9,green\n");
        Tool.Run(this.folder, "predict", "run", "bad.csv").Refused("row 2", "'colour'", "'green'");
        this.folder.Write("less.csv", "colour\nred\n");
        Tool.Run(this.folder, "predict", "run", "less.csv").Refused("no column 'size'");
        Tool.Run(this.folder, "eval", "run", "--data", "mnist").Refused("mnist");
    }

    [Fact]
    public void Numbers_are_predicted_in_their_own_units()
    {
        Random random = new(2);
        this.folder.Write("houses.csv", "area,rooms,price\n" + string.Concat(Enumerable.Range(0, 300).Select(_ =>
        {
            (double area, int rooms) = (30 + (random.NextDouble() * 170), random.Next(1, 7));
            return $"{area:0.00},{rooms},{(1500 * area) + (20_000 * rooms) + 5000:0.00}\n";
        })));
        Said said = Tool.Run(this.folder, "train", "softmax", "--data", "houses.csv", "--lr", "0.02", "--out", "run", "--val", "0.1", "--json").Fine();
        Assert.Equal(JsonValueKind.Null, said.Json.GetProperty("test_accuracy").ValueKind);
        Assert.True(said.Json.GetProperty("test_r2").GetDouble() > 0.99, said.Out);
        Assert.True(said.Json.GetProperty("test_rmse").GetDouble() < 10_000, said.Out);
        Assert.Contains("price: RMSE", said.Out, StringComparison.Ordinal);
        Assert.Contains("Predicted and true", File.ReadAllText(this.folder["run/report.html"]), StringComparison.Ordinal);
        this.folder.Write("new.csv", "area,rooms\n100,3\n");
        JsonElement answer = Tool.Run(this.folder, "predict", "run", "new.csv", "--json").Fine().Json[0];
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("class").ValueKind);
        Assert.InRange(answer.GetProperty("values").GetProperty("price").GetDouble(), 205_000, 225_000);
        Assert.Equal(JsonValueKind.Null, Tool.Run(this.folder, "eval", "run", "--data", "houses.csv", "--json").Fine().Json.GetProperty("accuracy").ValueKind);
    }

    [Theory]
    [InlineData("a,b,kind\n1,2,x\n1,NaN,y\n", "row 2", "'b'")]
    [InlineData("a,b,kind\n1,2,x\n1,,y\n", "row 2", "'b'")]
    [InlineData("a,b,kind\n", "no rows")]
    [InlineData("", "own.csv")]
    [InlineData("a,b,kind\n1,2,x\n1,2\n", "line 3", "2 fields")]
    [InlineData("a,b,kind\n1,2,x\n3,4,x\n", "'kind'", "nothing to learn")]
    [InlineData("a;b;kind\n1,5;2;x\n2,5;4;y\n", "row 1", "'a'", "decimal comma", "write 1.5")]
    [InlineData("1.5,2.5,3\n4,5,6\n7,8,9\n", "Add a line with names")]
    public void A_table_that_cannot_be_used_names_the_place(string text, params string[] words)
    {
        this.folder.Write("own.csv", text);
        Tool.Run(this.folder, "train", "--data", "own.csv", "--out", "run").Refused(words);
        Assert.False(Directory.Exists(this.folder["run"]));
    }

    [Fact]
    public void A_missing_file_or_column_is_named()
    {
        Tool.Run(this.folder, "train", "--data", "missing.csv").Refused("missing.csv", "no such file");
        this.folder.Write("own.csv", "size,kind\n1,x\n2,y\n3,x\n");
        Tool.Run(this.folder, "train", "--data", "own.csv", "--target", "knid").Refused("'knid'", "Did you mean 'kind'?");
    }

    [Fact]
    public void Folders_of_pictures_train_and_predict()
    {
        foreach (string kind in (string[])["cross", "ring"])
        {
            for (int i = 0; i < 30; i++)
            {
                Directory.CreateDirectory(this.folder[$"shapes/{kind}"]);
                Png.Save(this.folder[$"shapes/{kind}/{i}.png"], Drawn(kind, i));
            }
        }
        Said said = Tool.Run(this.folder, "train", "--data", "shapes", "--epochs", "12", "--out", "run", "--json").Fine();
        Assert.Equal("lenet", said.Json.GetProperty("net").GetString());
        Assert.True(said.Json.GetProperty("test_accuracy").GetDouble() > 0.8, said.Out);
        Png.Save(this.folder["new.png"], Drawn("ring", 99));
        Assert.Equal("ring", Tool.Run(this.folder, "predict", "run", "new.png", "--json").Fine().Json[0].GetProperty("class").GetString());
        Directory.CreateDirectory(this.folder["shapes/empty"]);
        Tool.Run(this.folder, "train", "--data", "shapes").Refused("empty", "no PNG");
    }

    [Fact]
    public void Idx_files_train_and_bad_ones_are_refused()
    {
        (Tensor images, Tensor labels) = Digits(200);
        Idx.Save(this.folder["my-images-idx3-ubyte"], images);
        Idx.Save(this.folder["my-labels-idx1-ubyte"], labels);
        Tool.Run(this.folder, "train", "mlp", "--data", "my-images-idx3-ubyte", "--epochs", "3", "--out", "run", "--quiet").Fine();
        byte[] bytes = this.folder.Bytes("my-images-idx3-ubyte");
        File.WriteAllBytes(this.folder["cut-images-idx3-ubyte"], bytes[..^100]);
        File.Copy(this.folder["my-labels-idx1-ubyte"], this.folder["cut-labels-idx1-ubyte"]);
        Tool.Run(this.folder, "train", "--data", "cut-images-idx3-ubyte").Refused("cut-images-idx3-ubyte");
        Idx.Save(this.folder["few-images-idx3-ubyte"], images);
        Idx.Save(this.folder["few-labels-idx1-ubyte"], labels[..100]);
        Tool.Run(this.folder, "train", "--data", "few-images-idx3-ubyte").Refused("100 labels", "200 pictures");
        Tool.Run(this.folder, "train", "--data", "my-labels-idx1-ubyte").Refused("my-labels-idx1-ubyte", "images");
        // A network of ten classes is asked about a class it does not know.
        Idx.Save(this.folder["odd-images-idx3-ubyte"], images);
        Idx.Save(this.folder["odd-labels-idx1-ubyte"], Tensor.From([.. Enumerable.Repeat((byte)77, 200)], [200]));
        Tool.Run(this.folder, "eval", "run", "--data", "odd-images-idx3-ubyte").Refused("odd-images-idx3-ubyte", "not one of those the network knows");
    }

    private static (Tensor Images, Tensor Labels) Digits(int count)
    {
        Random random = new(3);
        byte[] pixels = new byte[count * 64], labels = new byte[count];
        random.NextBytes(pixels);
        for (int i = 0; i < count; i++) labels[i] = (byte)(i % 10);
        return (Tensor.From(pixels, [count, 8, 8]), Tensor.From(labels, [count]));
    }

    private static Image Drawn(string kind, int seed)
    {
        Random random = new(seed);
        const int Side = 16;
        (double x0, double y0, double r) = (7 + (random.NextDouble() * 2), 7 + (random.NextDouble() * 2), 4 + (random.NextDouble() * 2));
        byte[] pixels = new byte[Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            (double x, double y) = ((i % Side) - x0, (i / Side) - y0);
            bool ink = kind == "ring" ? Math.Abs(Math.Sqrt((x * x) + (y * y)) - r) < 1 : Math.Min(Math.Abs(x), Math.Abs(y)) < 1 && Math.Max(Math.Abs(x), Math.Abs(y)) < r;
            pixels[i] = (byte)(ink ? random.Next(180, 256) : random.Next(0, 30));
        }
        return new Image(Side, Side, 1, pixels);
    }
}
