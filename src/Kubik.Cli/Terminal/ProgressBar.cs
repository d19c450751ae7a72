// For a person who waits: one line that moves, redrawn in place, and under it nothing; finished epochs stay above as
// rows of a table. Written with two control sequences (carriage return, erase line), so that any terminal shows it.

using System.Diagnostics;
using Kubik.Training;

namespace Kubik.Cli.Terminal;

/// <summary>Shows a training on a terminal.</summary>
internal sealed class ProgressBar(EpochTable table, string thing) : IProgress<TrainProgress>
{
    private const string EraseLine = "\r\e[2K";
    private const int Cells = 28;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(80); // more is not seen

    private readonly Stopwatch sinceDrawn = Stopwatch.StartNew();
    private bool begun;

    public void Report(TrainProgress value)
    {
        if (!this.begun)
        {
            this.begun = true;
            Console.Out.WriteLine(table.Header);
        }
        if (value.EpochDone is { } done)
        {
            if (!table.Shows(done.Epoch)) return;
            Console.Out.Write($"{EraseLine}{table.Row(done)}{Environment.NewLine}");
        }
        else if (this.sinceDrawn.Elapsed >= Between || value.Step == 1)
        {
            Console.Out.Write(EraseLine + this.Line(value));
            this.sinceDrawn.Restart();
        }
    }

    /// <summary>Takes the moving line away.</summary>
    public static void Clear() => Console.Out.Write(EraseLine);

    private string Line(TrainProgress p)
    {
        double share = (double)p.Step / Math.Max(p.StepsInEpoch, 1);
        string accuracy = p.Accuracy is { } a ? $"  accuracy {Say.Percent(a)}" : "";
        string text = $" {share * 100,3:0} %  loss {Say.Loss(p.Loss)}{accuracy}  {Say.Count((long)p.SamplesPerSecond)} {thing}s/s  "
            + $"{Say.Clock(p.TimeLeft)} left";
        string epoch = $"epoch {p.Epoch}/{p.Epochs} ";
        int room = Screen.Width - 1 - epoch.Length - text.Length, cells = Math.Clamp(room, 0, Cells);
        string line = epoch + Bar(share, cells) + text;
        return room < 0 ? line[..Math.Max(Screen.Width - 1, 0)] : line;
    }

    private static string Bar(double share, int cells)
    {
        int halves = (int)(share * cells * 2), full = halves / 2;
        string done = new string('━', full) + (halves % 2 == 1 ? "╸" : "");
        return Screen.Accent(done) + Screen.Dim(new string('─', Math.Max(cells - done.Length, 0)));
    }
}

/// <summary>Shows a training in a file or a pipe: a line for each epoch, and a sign of life while an epoch takes long.</summary>
internal sealed class ProgressLines(EpochTable table, string thing) : IProgress<TrainProgress>
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(10);

    private readonly Stopwatch sinceWritten = Stopwatch.StartNew();
    private bool begun;

    public void Report(TrainProgress value)
    {
        if (!this.begun)
        {
            this.begun = true;
            Console.Out.WriteLine(table.Header);
        }
        if (value.EpochDone is { } done)
        {
            if (table.Shows(done.Epoch)) this.Write(table.Row(done));
        }
        else if (this.sinceWritten.Elapsed >= SignOfLife)
            this.Write($"  epoch {value.Epoch}/{value.Epochs}, step {value.Step}/{value.StepsInEpoch}: "
                + $"loss {Say.Loss(value.Loss)}, {Say.Count((long)value.SamplesPerSecond)} {thing}s/s, {Say.Clock(value.TimeLeft)} left");
    }

    private void Write(string line)
    {
        Console.Out.WriteLine(line);
        this.sinceWritten.Restart();
    }
}
