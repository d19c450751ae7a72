using Kubik.Training;

namespace Kubik.Cli.Terminal;

/// <summary>A line for each epoch, in columns; those that have nothing to say are left out.</summary>
internal sealed class EpochTable(int epochs, bool classifies, bool validates)
{
    private const int MostRows = 20;

    private readonly (string Header, Func<EpochMetrics, string> Cell)[] columns =
    [
        .. from column in (IEnumerable<(bool Wanted, string Header, Func<EpochMetrics, string> Cell)>)
           [
               (true, "epoch", e => $"{e.Epoch}/{epochs}"),
               (true, "train loss", e => Say.Loss(e.TrainLoss)),
               (classifies, "accuracy", e => Share(e.TrainAccuracy)),
               (validates, "val loss", e => e.ValidationLoss is { } loss ? Say.Loss(loss) : ""),
               (validates && classifies, "accuracy", e => Share(e.ValidationAccuracy)),
               (true, "test loss", e => e.TestLoss is { } loss ? Say.Loss(loss) : ""),
               (classifies, "accuracy", e => Share(e.TestAccuracy)),
               (true, "time", e => Say.Seconds(e.Seconds)),
           ]
           where column.Wanted
           select (column.Header, column.Cell),
    ];

    /// <summary>Whether an epoch gets a line: of many epochs only some, the first and the last among them.</summary>
    public bool Shows(int epoch) => epoch == 1 || epoch == epochs || epoch % Math.Max(1, (int)Math.Ceiling(epochs / (double)MostRows)) == 0;

    public string Header => Screen.Dim(this.Line(c => c.Header));

    public string Row(EpochMetrics epoch) => this.Line(c => c.Cell(epoch));

    private string Line(Func<(string Header, Func<EpochMetrics, string> Cell), string> cell) =>
        string.Join("  ", this.columns.Select(c => cell(c).PadLeft(Math.Max(c.Header.Length, 8))));

    private static string Share(double? share) => share is { } s ? Say.Percent(s) : "";
}
