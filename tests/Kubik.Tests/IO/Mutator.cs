// Makes bad files of good ones: bits, bytes, numbers, lengths and pieces are changed, always the same way for the same
// seed. A format with checksums gets them repaired in half of the cases, or no mutation would ever get past them.
// Linked into tests/Kubik.Fuzz, which runs many more cases of the same.

using System.Buffers.Binary;

namespace Kubik.Tests.IO;

/// <summary>Changes bytes at random, from a seed.</summary>
internal sealed class Mutator(int seed)
{
    private static readonly ulong[] Interesting =
    [
        0, 1, 2, 3, 4, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 1024, 4096, 32767, 32768, 65535, 65536,
        100_000_000, 100_000_001, int.MaxValue - 1, int.MaxValue, 1UL << 31, uint.MaxValue, 1UL << 32, 1UL << 33,
        long.MaxValue - 1, long.MaxValue, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue,
    ];

    private readonly Random random = new(seed);

    public int Next(int below) => this.random.Next(below);

    /// <summary>The bytes with one to a few changes.</summary>
    /// <param name="bytes">A valid file.</param>
    /// <param name="other">Another valid file, to take pieces from.</param>
    /// <param name="words">Texts that mean something in the format.</param>
    public byte[] Mutate(byte[] bytes, byte[] other, IReadOnlyList<string> words)
    {
        List<byte> b = [.. bytes];
        int changes = 1 + (int)Math.Min(8, -Math.Log(1 - this.random.NextDouble()) * 1.5);
        for (int i = 0; i < changes; i++) this.Change(b, other, words);
        return [.. b];
    }

    private void Change(List<byte> b, byte[] other, IReadOnlyList<string> words)
    {
        if (b.Count == 0) b.Add(0);
        // Headers stand in front: look there in half of the cases.
        int at = this.random.Next(2) == 0 ? this.random.Next(b.Count) : this.random.Next(Math.Min(b.Count, 64));
        int length = 1 + this.random.Next(Math.Min(16, b.Count));
        switch (this.random.Next(11))
        {
            case 0:
                b[at] ^= (byte)(1 << this.random.Next(8));
                break;
            case 1:
                b[at] = (byte)this.random.Next(256);
                break;
            case 2:
                b[at] += (byte)(this.random.Next(2) == 0 ? 1 : 255);
                break;
            case 3:
                this.Number(b, at);
                break;
            case 4:
                b.RemoveRange(at, Math.Min(length, b.Count - at));
                break;
            case 5:
                b.InsertRange(at, Enumerable.Range(0, length).Select(_ => (byte)this.random.Next(256)));
                break;
            case 6:
                b.RemoveRange(at, b.Count - at);
                break;
            case 7:
                b.InsertRange(at, b.GetRange(this.random.Next(b.Count - length + 1), length)); // a piece again
                break;
            case 8:
                int from = this.random.Next(other.Length);
                b.InsertRange(at, other.AsSpan(from, Math.Min(length * 4, other.Length - from)).ToArray());
                break;
            case 9 when words.Count > 0:
                b.InsertRange(at, System.Text.Encoding.UTF8.GetBytes(words[this.random.Next(words.Count)]));
                break;
            default:
                this.Digits(b, at);
                break;
        }
    }

    // A number of 2, 4 or 8 bytes in either byte order.
    private void Number(List<byte> b, int at)
    {
        byte[] number = new byte[8];
        ulong value = Interesting[this.random.Next(Interesting.Length)];
        int width = 2 << this.random.Next(3);
        if (this.random.Next(2) == 0) BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        else BinaryPrimitives.WriteUInt64BigEndian(number, value << 64 - (8 * width));
        for (int i = 0; i < width && at + i < b.Count; i++) b[at + i] = number[i];
    }

    // A number written in digits, at or after a place, becomes another one.
    private void Digits(List<byte> b, int at)
    {
        int start = b.FindIndex(at, c => char.IsAsciiDigit((char)c));
        if (start < 0) return;
        int end = start;
        while (end < b.Count && char.IsAsciiDigit((char)b[end])) end++;
        b.RemoveRange(start, end - start);
        b.InsertRange(start, System.Text.Encoding.ASCII.GetBytes($"{Interesting[this.random.Next(Interesting.Length)]}"));
    }
}
