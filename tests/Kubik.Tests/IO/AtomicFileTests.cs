// What "atomic" promises: whoever looks sees the old file or the new one, and a failure leaves no trace. The test that
// kills real processes is in tests/Kubik.Fuzz (verb "kill"), because a test cannot kill itself.

using Kubik.IO;

namespace Kubik.Tests.IO;

public sealed class AtomicFileTests
{
    [Fact]
    public void A_file_is_made_and_replaced()
    {
        using TemporaryFolder folder = new();
        AtomicFile.WriteText(folder.File("a.txt"), "ä");
        Assert.Equal([0xC3, 0xA4], File.ReadAllBytes(folder.File("a.txt")));
        AtomicFile.WriteBytes(folder.File("a.txt"), [1, 2]);
        Assert.Equal([1, 2], File.ReadAllBytes(folder.File("a.txt")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_failure_while_writing_leaves_the_old_file_and_nothing_else()
    {
        using TemporaryFolder folder = new();
        AtomicFile.WriteText(folder.File("a.txt"), "old");
        InvalidOperationException thrown = Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(folder.File("a.txt"), stream =>
        {
            stream.Write(new byte[1 << 20]);
            throw new InvalidOperationException("mine");
        }));
        Assert.Equal("mine", thrown.Message); // not wrapped: it is the caller's own
        Assert.Equal("old", File.ReadAllText(folder.File("a.txt")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void The_old_file_stands_until_the_new_one_is_whole()
    {
        using TemporaryFolder folder = new();
        AtomicFile.WriteText(folder.File("a.txt"), "old");
        AtomicFile.Write(folder.File("a.txt"), stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(folder.File("a.txt")));
        });
        Assert.Equal("new", File.ReadAllText(folder.File("a.txt")));
    }

    [Fact]
    public void A_full_disk_is_said_and_loses_nothing()
    {
        using TemporaryFolder folder = new();
        AtomicFile.WriteText(folder.File("a.txt"), "old");
        int diskFull = OperatingSystem.IsWindows() ? unchecked((int)0x80070070) : 28; // ERROR_DISK_FULL, ENOSPC
        Files.Refuses(() => AtomicFile.Write(folder.File("a.txt"), _ => throw new IOException("No space left on device", diskFull)), "a.txt",
            "the disk is full");
        Assert.Equal("old", File.ReadAllText(folder.File("a.txt")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_that_is_missing_or_in_the_way_is_named()
    {
        using TemporaryFolder folder = new();
        Files.Refuses(() => AtomicFile.WriteText(folder.File("no/a.txt"), ""), "a.txt", "does not exist");
        Directory.CreateDirectory(folder.File("sub"));
        Files.Refuses(() => AtomicFile.WriteText(folder.File("sub"), ""), "it is a folder");
    }

    [Fact]
    public void A_read_only_folder_is_said()
    {
        if (!OperatingSystem.IsLinux()) return;
        // Even root cannot make a file in /sys.
        Files.Refuses(() => AtomicFile.WriteText("/sys/kubik-test.txt", ""), "/sys/kubik-test.txt", "cannot be written");
    }

    [Fact]
    public void A_link_is_followed()
    {
        if (OperatingSystem.IsWindows()) return; // links need rights there
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File("real.txt"), "old");
        File.CreateSymbolicLink(folder.File("link.txt"), folder.File("real.txt"));
        AtomicFile.WriteText(folder.File("link.txt"), "new");
        Assert.Equal("new", File.ReadAllText(folder.File("real.txt")));
        Assert.NotNull(new FileInfo(folder.File("link.txt")).LinkTarget);
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_but_not_what_a_living_one_writes()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder.File(".a.txt.stale123.tmp"), "half");
        File.SetLastWriteTimeUtc(folder.File(".a.txt.stale123.tmp"), DateTime.UtcNow.AddDays(-1));
        File.WriteAllText(folder.File(".a.txt.fresh123.tmp"), "half");
        File.WriteAllText(folder.File(".b.txt.stale123.tmp"), "another file's");
        AtomicFile.WriteText(folder.File("a.txt"), "new");
        Assert.Equal([".a.txt.fresh123.tmp", ".b.txt.stale123.tmp", "a.txt"],
            Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
    }

    [Fact]
    public async Task A_reader_never_sees_half_a_file()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.bin");
        AtomicFile.WriteBytes(path, new byte[100_000]);
        using CancellationTokenSource done = new();
        Task<int> reading = Task.Run(() =>
        {
            int reads = 0;
            do
            {
                byte[] bytes = File.ReadAllBytes(path);
                Assert.Equal(100_000, bytes.Length);
                Assert.Equal(-1, bytes.AsSpan().IndexOfAnyExcept(bytes[0]));
                reads++;
            }
            while (!done.IsCancellationRequested);
            return reads;
        });
        byte[] next = new byte[100_000];
        for (byte n = 1; n <= 100; n++)
        {
            next.AsSpan().Fill(n);
            AtomicFile.WriteBytes(path, next);
        }
        await done.CancelAsync();
        Assert.True(await reading > 0);
    }

    [Fact]
    public void Writers_at_the_same_time_do_not_mix()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("a.bin");
        Parallel.For(1, 40, n =>
        {
            byte[] bytes = new byte[50_000];
            bytes.AsSpan().Fill((byte)n);
            AtomicFile.WriteBytes(path, bytes);
        });
        byte[] last = File.ReadAllBytes(path);
        Assert.Equal(50_000, last.Length);
        Assert.Equal(-1, last.AsSpan().IndexOfAnyExcept(last[0]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_device_is_not_replaced()
    {
        if (OperatingSystem.IsWindows()) return;
        Assert.Contains("it is a device", Assert.Throws<DataFileException>(() => AtomicFile.WriteText("/dev/null", "x")).Message, StringComparison.Ordinal);
    }
}
