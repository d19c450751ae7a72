// Philox 4x32-10 a second time, straight from the paper (Salmon et al., SC 2011, figure 2), to check the kernel with.

namespace Kubik.Tests.Ops;

/// <summary>The block cipher behind the random numbers, one round at a time.</summary>
public static class SlowPhilox
{
    public static uint[] Block(ulong seed, ulong stream, ulong position) =>
        Block([(uint)position, (uint)(position >> 32), (uint)stream, (uint)(stream >> 32)], [(uint)seed, (uint)(seed >> 32)]);

    public static uint[] Block(uint[] counter, uint[] key)
    {
        uint[] r = [.. counter], k = [.. key];
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = 0xD2511F53UL * r[0], p1 = 0xCD9E8D57UL * r[2];
            uint hi0 = (uint)(p0 >> 32), lo0 = (uint)p0, hi1 = (uint)(p1 >> 32), lo1 = (uint)p1;
            r = [hi1 ^ r[1] ^ k[0], lo1, hi0 ^ r[3] ^ k[1], lo0];
            k = [unchecked(k[0] + 0x9E3779B9), unchecked(k[1] + 0xBB67AE85)];
        }
        return r;
    }
}
