#:project ../src/Kubik.Book/Kubik.Book.csproj
#:property PublishAot=false
// How long the problem book takes: the whole of it in both languages in this process, from its first page on, and each page of
// it once more. Run it:  dotnet run -c Release bench/book.cs [-- --json]

using System.Diagnostics;
using System.Text.Json;
using Kubik.Book;
using Kubik.Book.Site;
using Kubik.Glass;

string folder = Directory.CreateTempSubdirectory("kubik-book-").FullName;
Stopwatch clock = Stopwatch.StartNew();
List<(string Page, double Seconds)> pages = [];
foreach (Language language in (Language[])[Language.English, Language.Russian])
{
    double last = clock.Elapsed.TotalSeconds;
    BookSite.Write(Path.Combine(folder, $"{language}"), language, name =>
    {
        double now = clock.Elapsed.TotalSeconds;
        pages.Add(($"{language}/{name}", now - last));
        last = now;
    });
}
double all = clock.Elapsed.TotalSeconds;
Directory.Delete(folder, recursive: true);
double[] seconds = [.. pages.Select(p => p.Seconds).Order()];
Console.WriteLine($"{Book.Tasks.Count} tasks, {pages.Count} pages in both languages: {all:0.0} s; a page: median {seconds[seconds.Length / 2]:0.000} s, most {seconds[^1]:0.000} s");
foreach ((string page, double s) in pages.OrderByDescending(p => p.Seconds).Take(5)) Console.WriteLine($"{s,7:0.000} s  {page}");
if (args.Contains("--json")) Console.WriteLine(JsonSerializer.Serialize(pages.ToDictionary(p => p.Page, p => Math.Round(p.Seconds, 4))));
