// From a name or a path to data: the sets that ship with the clone, or the user's own CSV, pair of IDX files or folder
// of pictures. One place decides what a word on the command line means, so that every verb reads it the same way.

using System.IO.Compression;
using System.Text;
using Kubik.IO;

namespace Kubik.Data;

/// <summary>The data sets that Kubik knows by name, and data of one's own by its path.</summary>
/// <example><code>
/// (Dataset train, Dataset test) = Datasets.Load("mnist");
/// (Dataset all, _) = Datasets.Open("houses.csv", new TableOptions { Target = "price" });
/// (train, test) = all.Split(0.2);
/// </code></example>
public static class Datasets
{
    private const double TestShare = 0.2;
    private const string TrainWord = "train", TestWord = "t10k", TestFolder = "test";

    /// <summary>What is known by name.</summary>
    public static IReadOnlyList<DatasetInfo> All => DatasetInfo.Shipped;

    /// <summary>What a name stands for, upper or lower case; null when it is not known.</summary>
    /// <param name="name">The name.</param>
    public static DatasetInfo? Find(string name) =>
        All.FirstOrDefault(info => info.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the files of a known data set are where they can be found.</summary>
    /// <param name="info">The data set.</param>
    public static bool IsThere(DatasetInfo info) => DataFolder.Here.TryFind(info ?? throw new ArgumentNullException(nameof(info))) is not null;

    /// <summary>Reads a known data set. MNIST comes in its own two parts;
    /// of the others a fifth is kept for testing, the same one always, classes in their shares.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DataFileException">The name is unknown (the nearest is named), the data set is a text, or its files are missing or damaged.</exception>
    public static (Dataset Train, Dataset Test) Load(string name) => Load(Known(name), DataFolder.Here, null);

    /// <summary>Reads a known text.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="DataFileException">The name is unknown or not that of a text, or its file is missing or damaged.</exception>
    /// <example><code>string novel = Datasets.LoadText("moby-dick");</code></example>
    public static string LoadText(string name)
    {
        DatasetInfo info = Known(name);
        if (info.Content != DatasetContent.Text) throw new DataFileException(info.Name, "this is not a text; read it with Datasets.Load.");
        string path = DataFolder.Here.Find(info)[0];
        try
        {
            using StreamReader reader =
                new(new GZipStream(File.OpenRead(path), CompressionMode.Decompress), new UTF8Encoding(false, throwOnInvalidBytes: true));
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is InvalidDataException or DecoderFallbackException)
        {
            throw new DataFileException(path, $"the compressed text is damaged ({e.Message.TrimEnd('.')}); get the file again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DataFileException.From(path, "read", e);
        }
    }

    /// <summary>Opens what a user names: a known data set, a CSV file, an IDX file of pictures, or a folder.</summary>
    /// <remarks>
    /// A CSV file ends in .csv or .csv.gz. The labels of an IDX file lie beside it (see <see cref="ImageDataset.FromIdx"/>). A folder holds MNIST's four files,
    /// or a folder of PNG files for each class, or folders "train" and "test" that do.
    /// </remarks>
    /// <param name="nameOrPath">The name or the path.</param>
    /// <param name="options">For tables: which column to predict, and more.</param>
    /// <returns>The part to train on; and the one to test on when the data brings its own, else null: <see cref="Dataset.Split"/> makes one.</returns>
    /// <exception cref="DataFileException">There is nothing of that name, or what is there cannot be read; the message says what to do.</exception>
    public static (Dataset Train, Dataset? Test) Open(string nameOrPath, TableOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        if (Find(nameOrPath) is DatasetInfo info) return Load(info, DataFolder.Here, options);
        if (TableFile.IsOne(nameOrPath) && File.Exists(nameOrPath))
            return ShippedAt(nameOrPath) is DatasetInfo shipped ? Load(shipped, DataFolder.Here, options) : (TableDataset.Load(nameOrPath, options), null);
        if (options?.Target is not null && (File.Exists(nameOrPath) || Directory.Exists(nameOrPath)))
            throw new DataFileException(nameOrPath,
                $"this is not a table, so it has no column '{options.Target}' to predict; name a target for CSV files only.");
        if (File.Exists(nameOrPath))
        {
            return IdxPair.IsImages(nameOrPath)
                ? (ImageDataset.FromIdx(nameOrPath), null)
                : throw new DataFileException(nameOrPath,
                    "this is no data that Kubik reads: a CSV file (.csv, .csv.gz), an IDX file of pictures "
                    + "(its name holds 'images' and 'idx3', as train-images-idx3-ubyte.gz), or a folder with a folder of PNG files for each class.");
        }
        if (Directory.Exists(nameOrPath))
        {
            try
            {
                return OpenFolder(nameOrPath);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or (IOException and not DataFileException))
            {
                throw DataFileException.From(nameOrPath, "read", e);
            }
        }
        throw TableFile.IsOne(nameOrPath) || nameOrPath.AsSpan().IndexOfAny('/', '\\') >= 0
            ? new DataFileException(nameOrPath, "there is no such file or folder.")
            : Unknown(nameOrPath);
    }

    /// <summary>Opens data to try a trained network on: encoded, numbered and normalised as its training data was.
    /// Of data with two parts, the one for testing.</summary>
    /// <param name="nameOrPath">As for <see cref="Open(string, TableOptions?)"/>.</param>
    /// <param name="format">What the network knows about its data.</param>
    /// <exception cref="DataFileException">The data cannot be read, or is not of the network's kind.</exception>
    public static Dataset Open(string nameOrPath, DataFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        TableOptions? options = format.Table is null ? null : new TableOptions { Target = format.Table.Target.Name, Kind = format.Kind };
        Dataset data = format.Table is not null && Find(nameOrPath) is null && TableFile.IsOne(nameOrPath) && ShippedAt(nameOrPath) is null
            ? new TableDataset(OpenTable(nameOrPath), format.Table)
            : TestOrAll(Open(nameOrPath, options));
        if (data.InputShape != format.InputShape || data.Kind != format.Kind)
            throw new DataFileException(nameOrPath,
                $"its samples are {data.InputShape} and ask for {Word(data.Kind)}, but the network takes {format.InputShape} and gives {Word(format.Kind)}; "
                + "give data like that it was trained on.");
        if (format.Table is not null && (data as TableDataset)?.Schema.InputNames.SequenceEqual(format.Table.InputNames, StringComparer.Ordinal) == false)
            throw new DataFileException(nameOrPath,
                $"its columns are not those that the network was trained on: '{string.Join("', '", format.Table.Columns.Take(12).Select(c => c.Name))}'.");
        return (data.Kind == TargetKind.Classes ? data.Renumbered(format.Outputs) : data).With(format.Normalization, format.TargetNormalization);
    }

    /// <summary>Reads the rows of a CSV file as they are, for <see cref="DataFormat.Encode(CsvTable)"/>;
    /// scikit-learn's layout, and so the files of the clone, is given a header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is missing or cannot be read.</exception>
    public static CsvTable OpenTable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TableFile.Load(path, ShippedAt(path)?.Columns, out _);
    }

    internal static (Dataset Train, Dataset Test) Load(DatasetInfo info, DataFolder folder, TableOptions? options)
    {
        if (info.Content == DatasetContent.Text)
            throw new DataFileException(info.Name, "this is a text; networks for texts come in a later version. Datasets.LoadText reads it as a string.");
        if (info.Content == DatasetContent.Pictures && options?.Target is not null)
            throw new DataFileException(info.Name, $"these are pictures, so there is no column '{options.Target}' to predict.");
        string[] files = folder.Find(info);
        if (files.Length == 4) return Pair(files[0], files[2], info.Classes, info.Name);
        Dataset all = info.Content == DatasetContent.Pictures ? SmallPictures(info, files[0]) : Table(info, files[0], options);
        return all.Split(TestShare);
    }

    private static (Dataset Train, Dataset Test) Pair(string train, string test, IReadOnlyList<string>? classes, string name)
    {
        ImageDataset training = ImageDataset.FromIdx(train, null, classes, name);
        ImageDataset testing = ImageDataset.FromIdx(test, null, training.Classes, name);
        return (training, Like(training, testing, test));
    }

    private static TableDataset Table(DatasetInfo info, string file, TableOptions? options)
    {
        CsvTable table = TableFile.Load(file, info.Columns, out string[]? classes);
        options ??= new TableOptions();
        bool usual = options.Target is null || options.Target == table.Header[^1];
        return new TableDataset(table, usual ? options with { Classes = classes, Kind = options.Kind ?? TargetKind.Classes } : options, info.Name);
    }

    // One picture a row: the shades 0…16, then the class. The shades are spread over a byte's 0…255.
    private static ImageDataset SmallPictures(DatasetInfo info, string file)
    {
        const int Shades = 16;
        CsvTable table = Csv.Load(file, new CsvOptions { HasHeader = false });
        int count = table.RowCount, pixels = info.InputShape.Size;
        if (table.ColumnCount != pixels + 1) throw new DataFileException(file, $"it has {table.ColumnCount} columns, not {pixels + 1}; get the file again.");
        byte[] bytes = new byte[count * pixels];
        for (int c = 0; c < pixels; c++)
        {
            double[] shades = table.Columns[c].ToNumbers();
            for (int row = 0; row < count; row++)
            {
                if (shades[row] is < 0 or > Shades) throw table.Error(row, c, $"is not a shade from 0 to {Shades}.");
                bytes[(row * pixels) + c] = (byte)Math.Round(shades[row] * 255 / Shades);
            }
        }
        int[] labels = [.. table.Columns[pixels].ToNumbers().Select(label => (int)label)];
        return new ImageDataset(Tensor.From(bytes, [count, .. info.InputShape.Sizes]), labels, info.Classes, info.Name);
    }

    private static (Dataset Train, Dataset? Test) OpenFolder(string folder)
    {
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        if (IdxPair.Find(folder, TrainWord) is string train)
        {
            return (IdxPair.Find(folder, TestWord) ?? IdxPair.Find(folder, TestFolder)) is string test
                ? Pair(train, test, null, name)
                : (ImageDataset.FromIdx(train, null, null, name), null);
        }
        (string training, string testing) = (Path.Combine(folder, TrainWord), Path.Combine(folder, TestFolder));
        if (PictureFolder.IsOne(training) && PictureFolder.IsOne(testing))
        {
            ImageDataset first = ImageDataset.FromFolder(training);
            return (first, Like(first, ImageDataset.FromFolder(testing, first.Classes), testing));
        }
        return (ImageDataset.FromFolder(folder), null);
    }

    private static Dataset Like(ImageDataset training, ImageDataset testing, string path) => testing.InputShape == training.InputShape
        ? testing.With(training.Normalization)
        : throw new DataFileException(path,
            $"these pictures are {testing.InputShape}, those to train on {training.InputShape}; bring all of them to one size and colour.");

    private static Dataset TestOrAll((Dataset Train, Dataset? Test) parts) => parts.Test ?? parts.Train;

    private static string Word(TargetKind kind) => kind == TargetKind.Classes ? "classes" : "numbers";

    // A path to a file of ours is the data set itself: the file has no header that would name its columns.
    private static DatasetInfo? ShippedAt(string path) => All.FirstOrDefault(info =>
        info.Files.Count == 1 && info.Files[0] == Path.GetFileName(path)
        && DataFolder.Here.TryFind(info) is string folder && Path.Combine(folder, info.Files[0]) == Path.GetFullPath(path));

    private static DatasetInfo Known(string name) => Find(name ?? throw new ArgumentNullException(nameof(name))) ?? throw Unknown(name);

    private static DataFileException Unknown(string name)
    {
        IEnumerable<string> names = All.Select(info => info.Name);
        return new(name, $"this is neither a known data set nor a file or folder.{Suggestion.DidYouMean(name, names)} The data sets are "
            + $"{string.Join(", ", All.Where(info => info.Content != DatasetContent.Text).Select(info => info.Name))}.");
    }
}
