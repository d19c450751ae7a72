// Explaining real data: a model prepares what it is given as predict does, and shows it; samples come from data sets and files.

using System.Globalization;
using System.Text.Json;
using Kubik.Autograd;
using Kubik.Data;
using Kubik.Glass;
using Kubik.Glass.Explaining;
using Kubik.IO;
using Kubik.Models;

namespace Kubik.Cli.Tests;

public sealed class ExplainDataTests(ExplainDataTests.Trained trained) : IClassFixture<ExplainDataTests.Trained>, IDisposable
{
    private readonly Folder folder = new();

    /// <summary>Models that the tests of this class share.</summary>
    public sealed class Trained : IDisposable
    {
        private readonly Folder folder = new();

        public Trained()
        {
            Tool.Run(this.folder, "train", "linear 4 | tanh | linear 3", "--data", "iris", "--epochs", "20", "--out", "iris", "--quiet").Fine();
            Tool.Run(this.folder, "train", "flatten | linear 10", "--data", "digits", "--epochs", "2", "--out", "digits", "--quiet").Fine();
            this.folder.Write("houses.csv", "rooms,year,price\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{1 + i % 5},{1950 + i},{100 + 17 * (i % 5) + 0.5 * i}\n")));
            Tool.Run(this.folder, "train", "linear 1", "--data", "houses.csv", "--epochs", "5", "--out", "houses", "--quiet").Fine();
        }

        public string Iris => this.folder["iris/model.safetensors"];

        public string Digits => this.folder["digits/model.safetensors"];

        public string Houses => this.folder["houses/model.safetensors"];

        public void Dispose() => this.folder.Dispose();
    }

    public void Dispose() => this.folder.Dispose();

    [Fact]
    public void Classes_and_columns_that_do_not_fit_are_told_by_name()
    {
        const string Flower = "5.1,3.5,1.4,0.2";
        Tool.Run(this.folder, "explain", trained.Iris, "--input", Flower, "--target", "rose").Refused("there is no class 'rose'; the model has 3: 0 setosa, 1 versicolor, 2 virginica.");
        string byName = Tool.Run(this.folder, "explain", trained.Iris, "--data", "5.1 3.5 1.4 0.2:setosa").Fine().Out;
        Assert.Equal(Tool.Run(this.folder, "explain", trained.Iris, "--data", "5.1 3.5 1.4 0.2:0").Fine().Out, byName);
        Tool.Run(this.folder, "explain", trained.Iris, "--data", "5.1 3.5 1.4 0.2:rose").Refused("there is no class 'rose'");
        foreach (string[] given in (string[][])[["--input", "5.1,3.5,1.4"], ["--data", "5.1 3.5 1.4:0"]]) Tool.Run(this.folder, ["explain", trained.Iris, .. given]).Refused("the model takes 4 columns, ", "; 3 are given.");
        Tool.Run(this.folder, "explain", "linear 1", "--data", "iris").Refused("iris has 3 classes, the network gives 1 number; let its last layer give 3");
        Tool.Run(this.folder, "explain", "linear 2", "--data", "iris", "--loss", "bce").Refused("iris has 3 classes, the network gives 2 numbers");
        Tool.Run(this.folder, "explain", trained.Digits, "--input", "1x8x8", "--target", "six").Refused("the model has 10: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9.");
    }

    // What train makes of classes, explain and check take as it was learnt; the gradient is the engine's.
    [Theory]
    [InlineData("bce")]
    [InlineData("hinge")]
    [InlineData("soft-margin")]
    [InlineData("dice")]
    [InlineData("binary-focal")]
    [InlineData("mse")]
    public void A_model_of_classes_is_explained_with_whatever_loss_it_has_learnt(string loss)
    {
        Tool.Run(this.folder, "train", "linear 3", "--data", "iris", "--loss", loss, "--epochs", "1", "--out", "run", "--quiet").Fine();
        Tool.Run(this.folder, "explain", "run", "--data", "iris").Fine();
        Tool.Run(this.folder, "check", "run", "--data", "iris").Fine();
        JsonElement steps = Tool.Run(this.folder, "explain", "run", "--input", "5.1,3.5,1.4,0.2", "--target", "virginica", "--json").Fine().Json.GetProperty("steps");
        JsonElement bias = steps.EnumerateArray().SelectMany(s => s.GetProperty("equations").EnumerateArray()).Select(e => e.GetProperty("result"))
            .Single(r => r.GetProperty("name").GetString() == "∂L/∂b₁");
        SavedModel model = SavedModel.Load(this.folder["run/model.safetensors"]);
        Tensor y = model.Net.Forward(model.Format.Encode(Tensor.Of(5.1f, 3.5f, 1.4f, 0.2f).Reshape(1, 4))).Detach().Track();
        double[] expected = Gradient.Of(model.Loss.Of(y, Tensor.From<long>([2], [1])), y).ToDoubles(); // y = x·W + b
        Assert.Equal(expected, Values(bias), (double a, double b) => Math.Abs(a - b) <= 1e-6);
    }

    [Fact]
    public void Units_with_a_negative_mean_have_one_sign()
    {
        this.folder.Write("cold.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},{i % 7 - 9.25}\n")));
        Tool.Run(this.folder, "train", "linear 1", "--data", "cold.csv", "--loss", "mse", "--epochs", "1", "--out", "run", "--quiet").Fine();
        string said = Tool.Run(this.folder, "explain", "run", "--input", "3", "--target", "3").Fine().Out;
        Assert.Matches(@"Read as a prediction: y: y(\[1\])?·[0-9.]+ − [0-9./]+ ≈ ", said);
        Assert.Matches(@"t = \(3 − \(−[0-9./]+\)\) / [0-9.]+", said);
        Assert.DoesNotContain("+ −", said, StringComparison.Ordinal);
        Assert.DoesNotContain("− −", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_of_a_table_is_prepared_as_predict_does_and_says_the_same()
    {
        this.folder.Write("flowers.csv", "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n");
        SavedModel model = SavedModel.Load(trained.Iris);
        string[] columns = [.. model.Format.Table!.Columns.Select(c => c.Name)];
        this.folder.Write("flowers.csv", string.Join(',', columns) + "\n5.1,3.5,1.4,0.2\n6.3,3.3,6.0,2.5\n");
        JsonElement predicted = Tool.Run(this.folder, "predict", trained.Iris, "flowers.csv", "--json").Fine().Json;
        foreach ((int i, string[] given) in (IEnumerable<(int, string[])>)[(0, ["--input", "5.1,3.5,1.4,0.2"]), (0, ["--input", "flowers.csv"]), (1, ["--input", "flowers.csv", "--index", "1"])])
        {
            Said said = Tool.Run(this.folder, ["explain", trained.Iris, .. given, "--part", "forward"]).Fine();
            Assert.Contains("x = (raw − mean) ⊘ deviation", said.Out, StringComparison.Ordinal);
            Assert.Contains(i == 0 ? "5.1" : "6.3", said.Out, StringComparison.Ordinal);
            Assert.Contains("The outputs are: y[1] setosa, y[2] versicolor, y[3] virginica.", said.Out, StringComparison.Ordinal);
            JsonElement p = predicted[i].GetProperty("probabilities");
            string best = predicted[i].GetProperty("class").GetString()!;
            string share = said.Out.Split("Read as a prediction: ")[1].Split(" %")[0];
            Assert.StartsWith(best, share, StringComparison.Ordinal);
            Assert.Equal(100 * p.GetProperty(best).GetDouble(), double.Parse(share.Split(' ')[^1], CultureInfo.InvariantCulture), 0.06);
            JsonElement data = Tool.Run(this.folder, ["explain", trained.Iris, .. given, "--json"]).Fine().Json.GetProperty("steps")[0];
            double[] x = Values(data.GetProperty("output")), expected = model.Format.Encode(Csv.Load(this.folder["flowers.csv"]))[i].ToDoubles();
            Assert.Equal(expected, x, (double a, double b) => Math.Abs(a - b) <= 1e-7 * Math.Abs(a));
        }
    }

    [Fact]
    public void A_picture_is_read_as_predict_reads_it()
    {
        ImageDataset test = (ImageDataset)Datasets.Load("digits").Test;
        Png.Save(this.folder["d.png"], test.Picture(0));
        SavedModel model = SavedModel.Load(trained.Digits);
        string net = trained.Digits, best = Tool.Run(this.folder, "predict", net, "d.png", "--json").Fine().Json[0].GetProperty("class").GetString()!;
        foreach (string[] given in (string[][])[["--input", "d.png"], ["--data", "digits"]])
        {
            string said = Tool.Run(this.folder, ["explain", net, .. given, "--part", "forward"]).Fine().Out;
            Assert.Contains("x = (raw / 255 − ", said, StringComparison.Ordinal);
            Assert.Contains($"Read as a prediction: {best} ", said, StringComparison.Ordinal);
        }
        JsonElement x = Tool.Run(this.folder, "explain", net, "--input", "d.png", "--json").Fine().Json.GetProperty("steps")[0].GetProperty("output");
        Assert.Equal(model.Format.Encode(test.Picture(0)).ToDoubles(), Values(x), (a, b) => Math.Abs(a - b) <= 1e-7);
        Tool.Run(this.folder, "explain", net, "--input", "5.1,2", "--part", "forward").Refused("here 1 sample");
        this.folder.Write("d.jpg", "no");
        Tool.Run(this.folder, "explain", net, "--input", "d.jpg").Refused("explain reads .png");
    }

    [Fact]
    public void A_target_is_in_the_units_of_the_data_and_a_class_has_its_name()
    {
        string houses = Tool.Run(this.folder, "explain", trained.Houses, "--input", "3,1970", "--target", "150").Fine().Out;
        Assert.Contains("The target is prepared as those of the training data were: t = (150 − ", houses, StringComparison.Ordinal);
        Assert.Matches(@"Read as a prediction: price: y(\[1\])?·[0-9.]+ \+ [0-9./]+ ≈ ", houses);
        SavedModel model = SavedModel.Load(trained.Houses);
        double price = model.Predict(model.Format.Encode(Tensor.Of(3f, 1970).Reshape(1, 2))).ToDoubles()[0];
        Assert.Equal(price, double.Parse(houses.Split("Read as a prediction: price: ")[1].Split("≈ ")[1].Split('.')[0], CultureInfo.InvariantCulture), 1.0);
        string[] words = ["explain", trained.Iris, "--input", "5.1,3.5,1.4,0.2", "--part", "backward"];
        Assert.Equal(Tool.Run(this.folder, [.. words, "--target", "2"]).Fine().Out, Tool.Run(this.folder, [.. words, "--target", "virginica"]).Fine().Out);
        Assert.Contains("Class 2 is virginica.", Tool.Run(this.folder, "explain", trained.Iris, "--input", "5.1,3.5,1.4,0.2", "--target", "virginica", "--lang", "en").Fine().Out, StringComparison.Ordinal);
        Assert.Contains("Класс 2 — virginica.", Tool.Run(this.folder, "explain", trained.Iris, "--input", "5.1,3.5,1.4,0.2", "--target", "virginica", "--lang", "ru").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_saved_model_explains_itself_from_code()
    {
        SavedModel model = SavedModel.Load(trained.Iris);
        Explanation e = model.Explain(Tensor.Of(5.1f, 3.5f, 1.4f, 0.2f).Reshape(1, 4), Tensor.From<long>([0], [1]));
        Assert.Equal("data", e.Steps[0].Op);
        Assert.Equal([5.1, 3.5, 1.4, 0.2], e.Steps[0].Inputs[0].Value.Values);
        Assert.Equal(e.Steps[0].Output!.Value.Values, e.Steps[1].Inputs.First(i => i.Name == "x").Value.Values);
        Assert.Contains("Class 0 is setosa.", e.ToText(), StringComparison.Ordinal);
        string refused = Assert.Throws<ArgumentException>(() => e.Save(this.folder["m.pdf"])).Message;
        foreach (string word in (string[])[".pdf", ".html", ".md", ".tex", ".json", ".txt"]) Assert.Contains(word, refused, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(this.folder.Path));
    }

    [Fact]
    public void A_sample_of_a_data_set_comes_with_its_target()
    {
        JsonElement steps = Tool.Run(this.folder, "explain", "lenet", "--data", "mnist", "--json").Fine().Json.GetProperty("steps");
        (Dataset train, _) = Datasets.Load("mnist");
        JsonElement loss = steps.EnumerateArray().Single(s => s.GetProperty("phase").GetString() == "loss");
        Assert.Equal(train.Label(0), Values(loss.GetProperty("inputs").EnumerateArray().Last())[0]);
        Assert.Equal(train.Read(0).Input.ToDoubles(), Values(steps[0].GetProperty("output")), (a, b) => Math.Abs(a - b) <= 1e-6);
        string third = Tool.Run(this.folder, "explain", "linear 3", "--data", "iris", "--index", "2", "--lang", "en").Fine().Out;
        Assert.Contains("Sample 2 of iris, of 120 counted from 0.", third, StringComparison.Ordinal);
        Tool.Run(this.folder, "explain", "linear 3", "--data", "iris", "--index", "120").Refused("iris has 120 samples, 0 to 119", "--index 120");
        Tool.Run(this.folder, "explain", "linear 3", "--data", "iris", "--index", "-1").Refused("--index");
        Tool.Run(this.folder, "explain", "linear 3", "--input", "1,2", "--index", "1").Refused("--index 1");
        Tool.Run(this.folder, "explain", "linear 3", "--input", "iris").Refused("--data iris");
        Tool.Run(this.folder, "explain", "linear 3", "--data", "1:a").Refused("'a' in --data is no number");
        JsonElement two = Tool.Run(this.folder, "explain", "linear 3", "--data", "iris", "--batch", "2", "--steps", "2", "--optimizer", "sgd", "--json").Fine().Json.GetProperty("steps");
        Assert.Equal([2, 4], two[0].GetProperty("output").GetProperty("shape").EnumerateArray().Select(n => n.GetInt32()));
    }

    [Fact]
    public void A_file_of_rows_needs_a_model_and_a_picture_does_not()
    {
        this.folder.Write("rows.csv", "a,b\n1,2\n3,4\n");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "rows.csv").Refused("rows.csv", "--data");
        Png.Save(this.folder["one.png"], ((ImageDataset)Datasets.Load("digits").Test).Picture(0));
        Assert.Contains("x = raw / 255", Tool.Run(this.folder, "explain", "lenet", "--input", "one.png", "--part", "forward").Fine().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_done_to_a_picture_is_said_in_both_languages()
    {
        // Red ink of 10×12 on white paper of 40×30.
        byte[] pixels = [.. Enumerable.Repeat((byte)255, 40 * 30 * 3)];
        for (int y = 5; y < 17; y++)
        {
            for (int x = 8; x < 18; x++) (pixels[3 * (40 * y + x) + 1], pixels[3 * (40 * y + x) + 2]) = (0, 0);
        }
        Png.Save(this.folder["red.png"], new Image(40, 30, 3, pixels));
        string Said(string language) => string.Join(' ', Tool.Run(this.folder, "explain", "lenet", "--input", "red.png", "--part", "forward", "--lang", language)
            .Fine().Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("From red.png. The picture was made what the network takes: turned grey, inverted, as the paper is white, cut to the ink, 10×12 of 40×30, "
            + "resized to 17×20, centred in 28×28.", Said("en"), StringComparison.Ordinal);
        string russian = Said("ru");
        Assert.Contains("Из файла red.png. Картинка подготовлена для сети: переведена в оттенки серого, обращена в негатив, так как фон был белым, обрезана по краям "
            + "рисунка (10×12 из 40×30), масштабирована до 17×20, отцентрирована в поле 28×28.", russian, StringComparison.Ordinal);
        Assert.Contains("x = исходное / 255", russian, StringComparison.Ordinal);
        Assert.DoesNotContain("raw", russian, StringComparison.Ordinal);
    }

    [Fact]
    public void An_array_of_any_type_is_converted()
    {
        double[] numbers = [1, 2, 3, 4];
        string first = Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--json").Fine().Json.GetProperty("steps")[0].GetProperty("output").GetProperty("values")[0].GetRawText();
        foreach (DType type in (DType[])[DType.Float64, DType.Float16, DType.Float32, DType.UInt8, DType.Int32, DType.Int64])
        {
            Npy.Save(this.folder["x.npy"], Tensor.From(numbers, [2, 2]).Cast(type));
            JsonElement x = Tool.Run(this.folder, "explain", "linear 2", "--input", "x.npy", "--json").Fine().Json.GetProperty("steps").EnumerateArray().Last().GetProperty("output");
            Assert.Equal(first, x.GetProperty("values")[0].GetRawText());
            Npy.Save(this.folder["ids.npy"], Tensor.From<double>([0, 2, 1], [1, 3]).Cast(type));
            Assert.Contains("[0  2  1]", Tool.Run(this.folder, "explain", "embedding 3 2", "--input", "ids.npy").Fine().Out, StringComparison.Ordinal);
        }
        Npy.Save(this.folder["ids.npy"], Tensor.From<double>([0, 1.5], [1, 2]));
        Tool.Run(this.folder, "explain", "embedding 3 2", "--input", "ids.npy").Refused("ids.npy", "whole numbers from 0 to 2", "1.5");
        Npy.Save(this.folder["none.npy"], Tensor.Zeros([0, 2]));
        Tool.Run(this.folder, "explain", "linear 2", "--input", "none.npy").Refused("none.npy", "empty");
        Npy.Save(this.folder["x.npy"], Tensor.From(numbers, [2, 2]));
        Tool.Run(this.folder, "explain", "linear 2", "--input", "x.npy", "--index", "1", "--part", "forward").Fine();
    }

    [Fact]
    public void Misfits_and_slips_are_told()
    {
        string said = Tool.Run(this.folder, "explain", "lstm 2", "--input", "1,2").Refused("here 1 sample", "\"1x2: 1,2\"").Error;
        Assert.DoesNotContain("(2, 2)", said, StringComparison.Ordinal);
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--weights", "0.weight=1,2,3,4; 0.weight=1").Refused("0.weight", "twice");
        this.folder.Write("w.json", "{\"0.weight\": [[1],[2,3,4]]}");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--weights", "w.json").Refused("0.weight", "not as long as each other");
        this.folder.Write("w.json", "{\"0.weight\": [[1,2,3,4]]}");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--weights", "w.json").Refused("0.weight", "(2, 2)", "(1, 4)");
        this.folder.Write("w.json", "{\"0.weight\": [1,2,3,4], \"0.bias\": 0}");
        Tool.Run(this.folder, "explain", "linear 2", "--input", "1,2", "--weights", "w.json").Fine();
        Assert.Contains("logsoftmax", Tool.Run(this.folder, "explain", "linear 2 | softmax axis=1", "--input", "1,2", "--target", "0", "--loss", "nll").Fine().Error, StringComparison.Ordinal);
    }

    private static double[] Values(JsonElement named) => [.. named.GetProperty("values").EnumerateArray().Select(v => v.GetDouble())];
}
