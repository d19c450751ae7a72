// What a model's file keeps about data is enough to see new data as the training data was seen.

using Kubik.Data;
using Kubik.IO;

namespace Kubik.Tests.Data;

public sealed class DataFormatTests
{
    private static DataFormat Again(Dataset data) => DataFormat.Parse(data.Format.ToJson());

    [Fact]
    public void A_picture_is_encoded_as_in_training()
    {
        (Dataset train, _) = Datasets.Load("digits");
        DataFormat format = Again(train);
        Assert.Equal(train.InputShape, format.InputShape);
        Assert.Equal(train.Classes, format.Outputs);
        Assert.Equal(train.Normalization, format.Normalization);
        Image picture = ((ImageDataset)train).Picture(11);
        float[] expected = train.Read(11).Input.ToArray<float>();
        Assert.Equal(expected, format.Encode(picture).ToArray<float>());
        Assert.Equal(expected, format.Encode(PixelChannels.Rgb(picture)).ToArray<float>());
        Assert.Equal(expected, format.Encode(Tensor.From(picture.Pixels, [1, 8, 8])).ToArray<float>());
        Assert.Equal(expected, format.Encode(Tensor.From(picture.Pixels, [1, 1, 8, 8]).Cast(DType.Float32) / 255f).ToArray<float>().Select((v, i) => Math.Abs(v - expected[i]) < 1e-5 ? expected[i] : v));
    }

    [Fact]
    public void Coloured_pictures_keep_their_channels()
    {
        using TemporaryFolder folder = new();
        folder.Picture("a/1.png", 2, 3, 1, 2, 3);
        folder.Picture("b/1.png", 2, 3, 40, 50, 60);
        ImageDataset data = ImageDataset.FromFolder(folder.Path);
        Assert.Equal(data.Read(1).Input.ToArray<float>(), Again(data).Encode(data.Picture(1)).ToArray<float>());
    }

    [Fact]
    public void Rows_are_encoded_as_in_training()
    {
        CsvTable table = Csv.Parse("x,kind,y\n1,a,10\n2,b,30.5\n4,a,50\n");
        TableDataset data = new(table);
        DataFormat format = Again(data);
        Assert.Equal(data.Read(0, 1, 2).Input.ToArray<float>(), format.Encode(table).ToArray<float>());
        Assert.Equal(["y"], format.Outputs);
        Assert.Equal(30.5f, format.TargetNormalization!.Undo(data.Read(1).Target).ToArray<float>()[0], 1e-5);
    }

    [Fact]
    public void Own_tensors_are_encoded_as_in_training()
    {
        Dataset data = new TensorDataset(new float[,] { { 1, 2 }, { 3, 9 } }, [0, 1]).Standardized();
        DataFormat format = Again(data);
        Assert.Equal(data.Read(0, 1).Input.ToArray<float>(), format.Encode(Tensor.From(new float[,] { { 1, 2 }, { 3, 9 } })).ToArray<float>());
        Assert.Equal(data.Read(1).Input.ToArray<float>(), format.Encode(Tensor.Of(3f, 9f)).ToArray<float>());
        TensorDataset scalars = new(Tensor.Of(1f, 2f), Tensor.Of(0, 1));
        Assert.Equal(Shape.Scalar, Again(scalars).InputShape);
    }

    [Fact]
    public void Data_of_another_kind_is_refused()
    {
        DataFormat pictures = Again(Datasets.Load("digits").Train), table = Again(Datasets.Load("iris").Train);
        Assert.Contains("28×28", Assert.Throws<ShapeException>(() => pictures.Encode(new Image(28, 28, 1, new byte[784]))).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => table.Encode(new Image(2, 2, 1, new byte[4])));
        Assert.Throws<ShapeException>(() => pictures.Encode(Csv.Parse("a\n1\n")));
        Assert.Contains("(3, 5)", Assert.Throws<ShapeException>(() => table.Encode(Tensor.Zeros([3, 5]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_is_opened_as_the_network_knows_it()
    {
        (Dataset train, Dataset test) = Datasets.Load("iris");
        Dataset again = Datasets.Open("iris", Again(train));
        Assert.Equal(test.Read(3).Input.ToArray<float>(), again.Read(3).Input.ToArray<float>());
        Assert.Throws<DataFileException>(() => Datasets.Open("digits", Again(train)));
        Assert.Contains("(13,)", Assert.Throws<DataFileException>(() => Datasets.Open("wine", Again(new TensorDataset(new float[,] { { 1 }, { 2 } }, [0, 1])))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_clone_can_be_predicted_from()
    {
        (Dataset train, _) = Datasets.Load("iris");
        CsvTable rows = Datasets.OpenTable(DataFolder.Here.Find(Datasets.Find("iris")!)[0]);
        Assert.Equal(150, rows.RowCount);
        Assert.Equal([150, 4], Again(train).Encode(rows).Shape);
    }

    [Fact]
    public void Other_columns_than_the_networks_are_refused()
    {
        DataFormat format = Again(new TableDataset(Csv.Parse("a,b,c,d,class\n1,2,3,4,0\n1,2,3,5,1\n1,2,3,5,2\n", "t"), new TableOptions { Kind = TargetKind.Classes, Classes = ["setosa", "versicolor", "virginica"] }));
        Assert.Contains("'a', 'b', 'c', 'd'", Assert.Throws<DataFileException>(() => Datasets.Open("iris", format)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_new_csv_file_is_opened_by_the_schema_of_the_old()
    {
        using TemporaryFolder folder = new();
        (Dataset train, _) = Datasets.Open(folder.Text("old.csv", "kind,x,y\na,1,no\nb,2,yes\nc,3,no\n"));
        string news = folder.Text("new.csv", "y,x,kind\nyes,2,b\n");
        Dataset data = Datasets.Open(news, Again(train));
        Assert.Equal([1], data.Labels());
        Assert.Equal(train.Read(1).Input.ToArray<float>(), data.Read(0).Input.ToArray<float>());
    }

    [Fact]
    public void Pictures_of_fewer_classes_get_the_networks_numbers()
    {
        using TemporaryFolder all = new(), some = new();
        foreach (string name in new[] { "ant", "bee", "cat" }) all.Picture($"{name}/1.png", 2, 2, (byte)name[0]);
        some.Picture("cat/1.png", 2, 2, (byte)'c');
        some.Picture("bee/1.png", 2, 2, (byte)'b');
        DataFormat format = Again(ImageDataset.FromFolder(all.Path));
        Dataset data = Datasets.Open(some.Path, format);
        Assert.Equal([1, 2], data.Labels());
        Assert.Equal(["ant", "bee", "cat"], data.Classes);
        Assert.Equal(format.Normalization, data.Normalization);
        some.Picture("dog/1.png", 2, 2, 0);
        Assert.Contains("'dog'", Assert.Throws<DataFileException>(() => Datasets.Open(some.Path, format)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"input":"1x8x8","predicts":"fun","outputs":["a"],"normalization":"mean 0 std 1"}""")]
    [InlineData("""{"input":"4","predicts":"classes","outputs":["a"],"normalization":"mean 0 std 1"}""")]
    [InlineData("""{"input":"-4","predicts":"classes","outputs":["a"],"normalization":"mean 0 std 1"}""")]
    [InlineData("""{"input":"1","predicts":"classes","outputs":[null],"normalization":"mean 0 std 1"}""")]
    [InlineData("""{"input":"1","predicts":"classes","outputs":["a"],"normalization":"mean 0 std 0"}""")]
    [InlineData("""{"input":"1","predicts":"classes","outputs":["a","b"],"normalization":"mean 0 std 1","table":{"columns":[{"name":"x"},{"name":"z"}],"target":{"name":"y","values":["a","b"]}}}""")]
    [InlineData("""{"input":"1","predicts":"classes","outputs":["a"],"normalization":"mean 0 std 1","picture":"yes"}""")]
    [InlineData("""{"input":"1x99999x99999","predicts":"classes","outputs":["a"],"normalization":"mean 0 std 1"}""")]
    public void Damaged_json_is_refused(string json) => Assert.Throws<FormatException>(() => DataFormat.Parse(json));
}

public sealed class ContactSheetTests
{
    [Fact]
    public void Each_class_has_a_row()
    {
        byte[] pixels = [.. Enumerable.Range(0, 6 * 900).Select(i => (byte)(10 * (i / 900)))];
        ImageDataset data = new(Tensor.From(pixels, [6, 30, 30]), [1, 0, 1, 1, 0, 1]);
        Image sheet = ContactSheet.Make(data, samples: 3);
        Assert.Equal((2 + (3 * 32), 2 + (2 * 32), 1), (sheet.Width, sheet.Height, sheet.Channels));
        // Class 0: pictures 1 and 4 and a free place; class 1: pictures 0, 2, 3; picture 5 has no place.
        Assert.Equal([10, 40, 96], new[] { 2, 34, 66 }.Select(x => (int)sheet[x, 2, 0]));
        Assert.Equal([0, 20, 30], new[] { 2, 34, 66 }.Select(x => (int)sheet[x, 34, 0]));
        Assert.Equal(96, sheet[0, 0, 0]);
        Assert.Equal(2 + 32, ContactSheet.Make(data, 3, classes: 1).Height);
    }

    [Fact]
    public void Small_pictures_are_enlarged()
    {
        (Dataset train, _) = Datasets.Load("digits");
        Image sheet = ContactSheet.Make((ImageDataset)train, samples: 2);
        Assert.Equal((2 + (2 * 34), 2 + (10 * 34)), (sheet.Width, sheet.Height));
    }

    [Fact]
    public void Colours_stay()
    {
        ImageDataset data = new(Tensor.From(new byte[] { 1, 2, 3 }, [1, 3, 1, 1]), [0]);
        Image sheet = ContactSheet.Make(data, samples: 1);
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(c => (int)sheet[2, 2, c]));
    }

    [Fact]
    public void Impossible_sheets_are_refused()
    {
        ImageDataset data = new(Tensor.From(new byte[] { 1, 2, 3 }, [1, 3, 1, 1]), [0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Make(data, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Make(data, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ContactSheet.Make(data, int.MaxValue));
    }
}
