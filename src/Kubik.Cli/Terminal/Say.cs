using System.Globalization;
using Kubik.Glass.Derivatives;

namespace Kubik.Cli.Terminal;

/// <summary>Numbers as people read them. JSON has all their digits.</summary>
internal static class Say
{
    private static readonly NumberFormatInfo Spaced = new() { NumberGroupSeparator = " ", NumberDecimalSeparator = "." };

    /// <summary>60 000.</summary>
    public static string Count(long n) => n.ToString("#,0", Spaced);

    /// <summary>"1 sample", "60 000 samples".</summary>
    public static string Count(long n, string thing) => $"{Count(n)} {thing}{(n == 1 ? "" : thing.EndsWith("ss", StringComparison.Ordinal) ? "es" : "s")}";

    /// <summary>0.0283, 1.52·10⁻⁵.</summary>
    public static string Loss(double x) => double.IsFinite(x) && Math.Abs(x) is >= 0.001 and < 10_000 ? x.ToString("0.0000") : Evaluation.Text(x, 4);

    /// <summary>99.12 %.</summary>
    public static string Percent(double share) => $"{share * 100:0.00} %";

    /// <summary>99.1 %.</summary>
    public static string Percent1(double share) => $"{share * 100:0.0} %";

    /// <summary>"3.1 s", "1 min 12 s", "2 h 05 min".</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 9.95 => $"{seconds:0.0} s",
        < 59.5 => $"{seconds:0} s",
        < 3600 => $"{(int)Math.Round(seconds) / 60} min {(int)Math.Round(seconds) % 60:00} s",
        _ => $"{(int)(seconds / 3600)} h {(int)(seconds / 60) % 60:00} min",
    };

    /// <summary>0:14, 1:02:05: for a clock that runs.</summary>
    public static string Clock(TimeSpan t) =>
        t.TotalHours >= 1 ? $"{(int)t.TotalHours}:{t.Minutes:00}:{t.Seconds:00}" : $"{(int)t.TotalMinutes}:{t.Seconds:00}";

    /// <summary>A number to four digits: 14 680, 1.468, 0.001468, 1.468·10⁻⁵.</summary>
    public static string Number(double x)
    {
        double size = Math.Abs(x);
        if (size == 0 || size is < 1e-4 or >= 1e9 || !double.IsFinite(x)) return Evaluation.Text(x, 4);
        int places = Math.Max(3 - (int)Math.Floor(Math.Log10(size)), 0);
        if (size < 1e4) return x.ToString("0." + new string('#', places));
        double unit = Math.Pow(10, Math.Floor(Math.Log10(size)) - 3);
        return Count((long)(Math.Round(x / unit) * unit));
    }
}
