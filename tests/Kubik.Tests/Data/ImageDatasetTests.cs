// Pictures: bytes that become normalised floats batch by batch.

using Kubik.Data;
using Kubik.IO;

namespace Kubik.Tests.Data;

public sealed class ImageDatasetTests
{
    private static ImageDataset Random(int count, int channels, int side, int classes = 3)
    {
        byte[] pixels = new byte[count * channels * side * side];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)((i * 7919) >> 3);
        return new ImageDataset(Tensor.From(pixels, [count, channels, side, side]), [.. Enumerable.Range(0, count).Select(i => i % classes)]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(1, 28)]
    [InlineData(3, 5)]
    [InlineData(3, 17)]
    public void A_batch_is_the_bytes_divided_by_255_standardised(int channels, int side)
    {
        ImageDataset data = Random(20, channels, side);
        int[] rows = [3, 0, 19, 3];
        Batch batch = data.Read(rows);
        Assert.Equal(new TensorSpec(DType.Float32, [4, channels, side, side]), batch.Input.Spec);
        Assert.Equal([0L, 0, 1, 0], batch.Target.ToArray<long>());
        float[] x = batch.Input.ToArray<float>();
        for (int i = 0; i < rows.Length; i++)
        {
            Image picture = data.Picture(rows[i]);
            for (int c = 0; c < channels; c++)
            {
                for (int y = 0; y < side; y++)
                {
                    for (int u = 0; u < side; u++)
                    {
                        double expected = ((picture[u, y, c] / 255.0) - data.Normalization.Mean[c]) / data.Normalization.Std[c];
                        Assert.Equal(expected, x[(((((i * channels) + c) * side) + y) * side) + u], 2e-5);
                    }
                }
            }
        }
    }

    [Fact]
    public void The_constants_give_mean_0_and_standard_deviation_1()
    {
        ImageDataset data = Random(40, 3, 9);
        float[] x = data.Read([.. Enumerable.Range(0, 40)]).Input.ToArray<float>();
        for (int c = 0; c < 3; c++)
        {
            double[] channel = [.. x.Where((_, i) => i / 81 % 3 == c).Select(v => (double)v)];
            double mean = channel.Average();
            Assert.Equal(0, mean, 1e-5);
            Assert.Equal(1, channel.Average(v => (v - mean) * (v - mean)), 1e-5);
        }
    }

    [Fact]
    public void The_vector_path_and_the_rest_agree_bit_for_bit()
    {
        byte[] x = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        float[] whole = new float[256], single = new float[256];
        ImageDataset.Normalize(x, 33.3f, 0.0127f, whole);
        for (int i = 0; i < 256; i++) ImageDataset.Normalize(x.AsSpan(i, 1), 33.3f, 0.0127f, single.AsSpan(i, 1));
        Assert.Equal(single, whole);
    }

    [Fact]
    public void Equal_pixels_do_not_divide_by_zero()
    {
        ImageDataset black = new(Tensor.Full([2, 4, 4], 0, DType.UInt8), [0, 1]);
        Assert.Equal(new Normalization([0], [1]), black.Normalization);
        Assert.All(black.Read(0, 1).Input.ToArray<float>(), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Channels_may_come_last()
    {
        byte[] pixels = [.. Enumerable.Range(1, 24).Select(i => (byte)i)];
        ImageDataset data = new(Tensor.From(pixels, [2, 2, 2, 3]), [0, 1]);
        Assert.Equal([3, 2, 2], data.InputShape);
        Assert.Equal(pixels[12..], data.Picture(1).Pixels);
    }

    [Fact]
    public void Parts_share_pictures_and_constants()
    {
        ImageDataset data = Random(10, 1, 4);
        ImageDataset part = Assert.IsType<ImageDataset>(data.Take(9, 2));
        Assert.Equal(2, part.Count);
        Assert.Equal(data.Picture(9).Pixels, part.Picture(0).Pixels);
        Assert.Equal(data.Normalization, part.Normalization);
        Assert.Equal(data.Read(2).Input.ToArray<float>(), part.Read(1).Input.ToArray<float>());
        Assert.Equal(data.Picture(2).Pixels, Assert.IsType<ImageDataset>(part.Take(1)).Picture(0).Pixels);
    }

    [Fact]
    public void Constants_from_elsewhere_are_used()
    {
        Dataset data = Random(4, 1, 2).With(new Normalization([0.5], [0.25]));
        double first = ((ImageDataset)data).Picture(0).Pixels[0] / 255.0;
        Assert.Equal((first - 0.5) / 0.25, data.Read(0).Input.ToArray<float>()[0], 1e-5);
        Assert.Throws<ShapeException>(() => data.With(Normalization.Identity(3)));
    }

    [Fact]
    public void Bad_pictures_and_labels_are_refused()
    {
        Tensor two = Tensor.Full([2, 4, 4], 7, DType.UInt8);
        string counts = Assert.Throws<ArgumentException>(() => new ImageDataset(two, [0])).Message;
        Assert.Contains("2 pictures and 1 labels", counts, StringComparison.Ordinal);
        string label = Assert.Throws<ArgumentException>(() => new ImageDataset(two, [0, 2], ["a", "b"])).Message;
        Assert.Contains("label of sample 1 (from 0) is 2", label, StringComparison.Ordinal);
        Assert.Contains("0 to 1", label, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new ImageDataset(two, [0, -1]));
        Assert.Throws<ShapeException>(() => new ImageDataset(two.Cast(DType.Float32), [0, 1]));
        Assert.Throws<ShapeException>(() => new ImageDataset(Tensor.Full([2, 4], 7, DType.UInt8), [0, 1]));
        Assert.Throws<ShapeException>(() => new ImageDataset(Tensor.Full([0, 4, 4], 7, DType.UInt8), []));
    }

    [Fact]
    public void Rows_that_are_not_there_are_refused()
    {
        ImageDataset data = Random(4, 1, 2);
        Assert.Contains("there is no sample 4", Assert.Throws<ArgumentException>(() => data.Read(4)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => data.Read(-1));
        Assert.Throws<ArgumentException>(() => data.Read());
        Assert.Throws<ArgumentException>(() => data.Take());
        Assert.Throws<ArgumentException>(() => data.Picture(4));
    }
}

public sealed class IdxPairTests
{
    private static Tensor Pictures(int count) => Tensor.From([.. Enumerable.Range(0, count * 6).Select(i => (byte)i)], [count, 2, 3]);

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte")]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz")]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte")]
    [InlineData("my-images.idx3-ubyte", "my-labels.idx1-ubyte")]
    public void Labels_are_found_beside_the_pictures(string images, string labels)
    {
        using TemporaryFolder folder = new();
        string path = folder.Idx(images, Pictures(3));
        folder.Idx(labels, Tensor.From(new byte[] { 1, 0, 4 }));
        (Dataset data, Dataset? test) = Datasets.Open(path);
        Assert.Null(test);
        Assert.Equal(3, data.Count);
        Assert.Equal([1, 2, 3], data.InputShape);
        Assert.Equal([1, 0, 4], data.Labels());
        Assert.Equal(["0", "1", "2", "3", "4"], data.Classes);
        Assert.Equal([6, 7, 8, 9, 10, 11], ((ImageDataset)data).Picture(1).Pixels);
    }

    [Fact]
    public void Missing_labels_say_which_file_is_wanted()
    {
        using TemporaryFolder folder = new();
        string path = folder.Idx("a-images-idx3-ubyte", Pictures(3));
        Assert.Contains("'a-labels-idx1-ubyte'", Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(path)).Message, StringComparison.Ordinal);
        string odd = folder.Idx("pictures.idx", Pictures(3));
        Assert.Contains("give both files", Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(odd)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_must_agree()
    {
        using TemporaryFolder folder = new();
        string images = folder.Idx("a-images-idx3-ubyte", Pictures(3)), labels = folder.Idx("a-labels-idx1-ubyte", Tensor.From(new byte[] { 1, 0 }));
        string message = Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(images)).Message;
        Assert.Contains(labels, message, StringComparison.Ordinal);
        Assert.Contains("2 labels", message, StringComparison.Ordinal);
        Assert.Contains("3 pictures", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_must_be_classes()
    {
        using TemporaryFolder folder = new();
        string images = folder.Idx("a-images-idx3-ubyte", Pictures(2)), labels = folder.Idx("a-labels-idx1-ubyte", Tensor.From(new byte[] { 1, 9 }));
        string message = Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(images, labels, ["yes", "no"])).Message;
        Assert.Contains("label of sample 1 (from 0) is 9", message, StringComparison.Ordinal);
        folder.Idx("a-labels-idx1-ubyte", Tensor.Of(1, -9));
        Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(images));
    }

    [Fact]
    public void Files_must_hold_pictures_and_labels()
    {
        using TemporaryFolder folder = new();
        string images = folder.Idx("a-images-idx3-ubyte", Pictures(2)), labels = folder.Idx("a-labels-idx1-ubyte", Tensor.From(new byte[] { 1, 0 }));
        Assert.Contains("three axes", Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(labels, labels)).Message, StringComparison.Ordinal);
        Assert.Contains("one axis", Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(images, images)).Message, StringComparison.Ordinal);
        string empty = folder.Idx("b-images-idx3-ubyte", Tensor.Full([0, 2, 2], 0, DType.UInt8));
        folder.Idx("b-labels-idx1-ubyte", Tensor.Full([0], 0, DType.UInt8));
        Assert.Contains("no pictures", Assert.Throws<DataFileException>(() => ImageDataset.FromIdx(empty)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_with_four_files_has_two_parts()
    {
        using TemporaryFolder folder = new();
        folder.Idx("train-images-idx3-ubyte", Pictures(4));
        folder.Idx("train-labels-idx1-ubyte", Tensor.From(new byte[] { 0, 1, 2, 0 }));
        folder.Idx("t10k-images-idx3-ubyte.gz", Pictures(2));
        folder.Idx("t10k-labels-idx1-ubyte.gz", Tensor.From(new byte[] { 1, 0 }));
        (Dataset train, Dataset? test) = Datasets.Open(folder.Path);
        Assert.Equal(4, train.Count);
        Assert.Equal(2, test!.Count);
        Assert.Equal(train.Classes, test.Classes);
        Assert.Equal(train.Normalization, test.Normalization);
    }
}
