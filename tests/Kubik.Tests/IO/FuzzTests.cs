// A few thousand mutated files a format. tests/Kubik.Fuzz runs as many as one likes; a seed that fails there is added here.

using Kubik.IO;

namespace Kubik.Tests.IO;

public sealed class FuzzTests
{
    private const int Cases = 3000;
    private static readonly FuzzTarget[] Targets = FuzzTarget.All(Files.Golden());

    public static TheoryData<string> Formats => [.. Targets.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void Mutated_files_are_read_or_refused(string format)
    {
        FuzzTarget target = Targets.Single(t => t.Name == format);
        int readable = Enumerable.Range(0, Cases).Count(seed => target.Run(seed) is null);
        // Else the mutations do not reach behind the first check.
        Assert.InRange(readable, Cases / 100, Cases * 9 / 10);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_files_it_begins_from_are_readable_or_known_to_be_refused(string format)
    {
        FuzzTarget target = Targets.Single(t => t.Name == format);
        int refused = 0;
        foreach (byte[] seed in target.Seeds)
        {
            try
            {
                target.Read(new MemoryStream(seed));
            }
            catch (DataFileException)
            {
                refused++;
            }
        }
        Assert.Equal(format == "npy" ? 8 : 0, refused); // the eight files of types that no tensor can hold
    }
}
