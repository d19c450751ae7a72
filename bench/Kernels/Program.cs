// Single kernels, each measured by BenchmarkDotNet and, when asked, beside PyTorch's at its best:
//
//     dotnet run -c Release --project bench/Kernels -- [WORD…] [--vs torch] [--threads N] [--json] [--verbose] [--list]
//
// Words choose the kernels whose name holds one of them: gemm, 4096, conv-dw, softmax.

using Kubik.Cli.Bench;
using Kubik.Cli.Report;
using Kubik.Cli.Terminal;
using Kubik.Cli.Verbs;
using Kubik.KernelBench;
using Kubik.Kernels;

try
{
    return Run(args);
}
catch (MistakeException e)
{
    Console.Error.WriteLine($"kernels: {e.Message}");
    return 2;
}

static int Run(string[] args)
{
    Queue<string> words = new(args);
    List<string> filters = [];
    (bool versus, bool isJson, bool verbose, bool list) = (false, false, false, false);
    while (words.TryDequeue(out string? word))
    {
        switch (word)
        {
            case "--vs" when words.TryDequeue(out string? other) && other == "torch": versus = true; break;
            case "--threads" when words.TryDequeue(out string? number) && int.TryParse(number, out int n) && n is >= 1 and <= 1024: Workers.Count = n; break;
            case "--json": isJson = true; break;
            case "--verbose": verbose = true; break;
            case "--list": list = true; break;
            case ['-', ..]: throw new MistakeException($"'{word}' is no option, or what follows it does not fit. There are --vs torch, --threads N, --json, --verbose, --list.");
            default: filters.Add(word); break;
        }
    }
    KernelCase[] cases = [.. KernelCase.All.Where(c => filters.Count == 0 || filters.Exists(f => c.Name.Contains(f, StringComparison.Ordinal)))];
    if (cases.Length == 0) throw new MistakeException($"no kernel's name holds '{string.Join("' or '", filters)}'; --list shows them all.");
    if (list)
    {
        foreach (KernelCase one in cases) Console.WriteLine(one.Name);
        return 0;
    }
    Measure(cases, versus ? Torch.Find() : null, verbose, isJson);
    return 0;
}

static void Measure(KernelCase[] cases, Torch? torch, bool verbose, bool isJson)
{
    double peak = FmaPeak.Gigaflops(Workers.Count);
    double memory = MemoryPeak.GigabytesPerSecond(Workers.Count);
    Console.WriteLine(Machine.Line());
    Console.WriteLine($"{Say.Count(Workers.Count, "thread")}; the peak of multiply-adds in registers: {Say.Number(peak)} GFLOP/s in float32; reading memory: {Say.Number(memory)} GB/s\n");
    Console.WriteLine($"{"kernel",-46}  {"ms",9}  {"least",9}  {"GFLOP/s",8}  {"GB/s",7}{(torch is null ? "" : $"  {"PyTorch ms",10}  {"least",9}  {"ratio",6}  its best setting")}");
    List<KernelResult> results = [];
    foreach (IGrouping<string, KernelCase> family in cases.GroupBy(c => c.Name.Split(' ', '-')[0])) // a family is measured by one, then by the other
    {
        KernelCase[] some = [.. family];
        (double Median, double Least)[] own = [.. some.Select(c => KernelBenchmark.Measure(c, verbose))];
        TorchKernel?[] others = torch is null ? new TorchKernel?[some.Length] : TorchKernel.Best(torch, some);
        foreach (KernelResult result in some.Select((c, i) => new KernelResult(c, own[i].Median, own[i].Least, others[i])))
        {
            Console.WriteLine(result.Row());
            results.Add(result);
        }
    }
    if (isJson) JsonLine.Print(json => KernelResult.Write(json, peak, memory, results));
}
