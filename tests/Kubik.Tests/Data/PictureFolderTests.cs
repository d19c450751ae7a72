// A folder of PNG files for each class.

using Kubik.Data;
using Kubik.IO;

namespace Kubik.Tests.Data;

public sealed class PictureFolderTests
{
    [Fact]
    public void Folders_are_classes_in_the_order_of_their_names()
    {
        using TemporaryFolder folder = new();
        folder.Picture("dog/2.png", 3, 2, 200);
        folder.Picture("dog/1.png", 3, 2, 100);
        folder.Picture("cat/z.PNG", 3, 2, 50);
        folder.Text("dog/notes.txt", "not a picture");
        folder.Text("dog/.hidden.png", "not a picture");
        folder.Text(".git/x.jpg", "");
        folder.Text("readme.md", "");
        (Dataset data, Dataset? test) = Datasets.Open(folder.Path);
        Assert.Null(test);
        Assert.Equal(["cat", "dog"], data.Classes);
        Assert.Equal([0, 1, 1], data.Labels());
        Assert.Equal([1, 2], data.ClassCounts());
        Assert.Equal([1, 2, 3], data.InputShape);
        Assert.Equal([50, 100, 200], Enumerable.Range(0, 3).Select(i => ((ImageDataset)data).Picture(i)[2, 1, 0]));
    }

    [Fact]
    public void Numbers_are_in_order_of_value()
    {
        using TemporaryFolder folder = new();
        foreach (int i in new[] { 0, 1, 2, 10 }) folder.Picture($"{i}/a.png", 2, 2, (byte)i);
        Assert.Equal(["0", "1", "2", "10"], ImageDataset.FromFolder(folder.Path).Classes);
    }

    [Fact]
    public void One_coloured_picture_makes_all_of_them_rgb()
    {
        using TemporaryFolder folder = new();
        folder.Picture("a/1.png", 2, 2, 7);
        folder.Picture("b/1.png", 2, 2, 1, 2, 3);
        ImageDataset data = ImageDataset.FromFolder(folder.Path);
        Assert.Equal([3, 2, 2], data.InputShape);
        Assert.Equal([7, 7, 7], data.Picture(0).Pixels[..3]);
        Assert.Equal([1, 2, 3], data.Picture(1).Pixels[..3]);
    }

    [Fact]
    public void Shades_in_rgb_stay_grey_and_transparency_is_white()
    {
        using TemporaryFolder folder = new();
        folder.Picture("a/1.png", 2, 2, 9, 9, 9);
        folder.Picture("a/2.png", 2, 2, 0, 0, 0, 0);
        folder.Picture("b/1.png", 2, 2, 100, 255);
        ImageDataset data = ImageDataset.FromFolder(folder.Path);
        Assert.Equal([1, 2, 2], data.InputShape);
        Assert.Equal([9, 255, 100], Enumerable.Range(0, 3).Select(i => data.Picture(i).Pixels[0]));
    }

    [Fact]
    public void Sizes_must_agree()
    {
        using TemporaryFolder folder = new();
        folder.Picture("a/1.png", 4, 4, 0);
        string odd = folder.Picture("a/2.png", 5, 4, 0);
        string message = Assert.Throws<DataFileException>(() => ImageDataset.FromFolder(folder.Path)).Message;
        Assert.Contains(odd, message, StringComparison.Ordinal);
        Assert.Contains("5×4", message, StringComparison.Ordinal);
        Assert.Contains("4×4", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_pictures_are_named_not_left_out()
    {
        using TemporaryFolder folder = new();
        folder.Picture("a/1.png", 4, 4, 0);
        string jpeg = folder.Text("a/2.jpg", "");
        string message = Assert.Throws<DataFileException>(() => ImageDataset.FromFolder(folder.Path)).Message;
        Assert.Contains(jpeg, message, StringComparison.Ordinal);
        Assert.Contains("PNG only", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_picture_is_named()
    {
        using TemporaryFolder folder = new();
        folder.Picture("a/1.png", 4, 4, 0);
        string damaged = folder.Text("b/2.png", "no PNG");
        Assert.Contains(damaged, Assert.Throws<DataFileException>(() => ImageDataset.FromFolder(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Empty_folders_are_refused()
    {
        using TemporaryFolder folder = new();
        Assert.Contains("no folders", Assert.Throws<DataFileException>(() => Datasets.Open(folder.Path)).Message, StringComparison.Ordinal);
        folder.Picture("a/1.png", 4, 4, 0);
        Directory.CreateDirectory(folder.PathOf("b/c"));
        Assert.Contains("no PNG", Assert.Throws<DataFileException>(() => Datasets.Open(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<DataFileException>(() => ImageDataset.FromFolder(folder.PathOf("none"))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_train_and_test_are_two_parts()
    {
        using TemporaryFolder folder = new();
        folder.Picture("train/a/1.png", 4, 4, 0);
        folder.Picture("train/b/1.png", 4, 4, 255);
        folder.Picture("test/b/1.png", 4, 4, 128);
        (Dataset train, Dataset? test) = Datasets.Open(folder.Path);
        Assert.Equal(2, train.Count);
        Assert.Equal([1], test!.Labels());
        Assert.Equal(["a", "b"], test.Classes);
        Assert.Equal(new Normalization([0.5], [0.5]), test.Normalization);
        folder.Picture("test/bb/1.png", 4, 4, 128);
        Assert.Contains("Did you mean 'b'?", Assert.Throws<DataFileException>(() => Datasets.Open(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grey_is_luma()
    {
        // BT.601: pure red, green, blue are 76, 150, 29.
        Image colours = new(3, 1, 3, [255, 0, 0, 0, 255, 0, 0, 0, 255]);
        Assert.Equal([76, 150, 29], PixelChannels.Grey(colours).Pixels);
        Assert.False(PixelChannels.IsGrey(colours));
        Assert.Equal([128, 128, 128], PixelChannels.Grey(new Image(1, 1, 3, [128, 128, 128])).Pixels is [byte g] ? [g, g, g] : []);
        Assert.Equal([127], PixelChannels.Grey(new Image(1, 1, 2, [0, 128])).Pixels);
    }
}
