using Kubik.Glass.Pictures;

namespace Kubik.Glass.Tests.Pictures;

public sealed class LayeredLayoutTests
{
    [Fact]
    public void Random_graphs_have_no_node_on_another_and_no_link_through_a_node()
    {
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(2, 30);
            LayoutNode[] nodes = [.. Enumerable.Range(0, count).Select(_ => new LayoutNode(random.Next(10, 120), random.Next(10, 50)))];
            LayoutLink[] links = [.. Enumerable.Range(1, count - 1).SelectMany(to => Enumerable.Range(0, random.Next(0, 4)).Select(_ => new LayoutLink(random.Next(to), to))).Distinct()];
            LayeredLayout layout = new(nodes, links, apart: 20, gap: 30);
            for (int i = 0; i < count; i++)
            {
                (double x, double y) = layout.Middles[i];
                Assert.True(x - nodes[i].Width / 2 >= -0.01 && x + nodes[i].Width / 2 <= layout.Width + 0.01 && y - nodes[i].Height / 2 >= -0.01 && y + nodes[i].Height / 2 <= layout.Height + 0.01);
                for (int j = 0; j < i; j++)
                    Assert.True(Math.Abs(x - layout.Middles[j].X) >= (nodes[i].Width + nodes[j].Width) / 2 + 19.9 || Math.Abs(y - layout.Middles[j].Y) >= (nodes[i].Height + nodes[j].Height) / 2);
            }
            foreach (((double X, double Y)[] route, LayoutLink link) in layout.Routes.Zip(links))
            {
                Assert.True(layout.Middles[link.From].Y < layout.Middles[link.To].Y);
                for (int p = 1; p < route.Length; p++)
                {
                    for (int t = 0; t <= 20; t++)
                    {
                        double x = route[p - 1].X + t / 20.0 * (route[p].X - route[p - 1].X), y = route[p - 1].Y + t / 20.0 * (route[p].Y - route[p - 1].Y);
                        for (int i = 0; i < count; i++)
                            Assert.False(Math.Abs(x - layout.Middles[i].X) < nodes[i].Width / 2 - 0.1 && Math.Abs(y - layout.Middles[i].Y) < nodes[i].Height / 2 - 0.1);
                    }
                }
            }
        }
    }

    [Fact]
    public void A_chain_is_straight_and_a_skip_runs_beside_it()
    {
        LayoutNode[] nodes = [new(8, 0, Rank.First), new(100, 40), new(60, 26), new(100, 40), new(26, 26, HasSides: true), new(8, 0, Rank.Last)];
        LayeredLayout layout = new(nodes, [new(0, 1), new(1, 2), new(2, 3), new(3, 4), new(0, 4), new(4, 5)], apart: 20, gap: 20);
        Assert.All(layout.Middles, m => Assert.Equal(layout.Middles[0].X, m.X, 1e-3));
        (double X, double Y)[] skip = layout.Routes[4];
        Assert.True(skip.Max(p => p.X) > layout.Middles[1].X + 50);
        Assert.Equal((layout.Middles[4].X + 13, layout.Middles[4].Y), skip[^1]); // it comes from the side
    }

    [Fact]
    public void Crossings_that_can_be_avoided_are_avoided()
    {
        // Two above, two below, linked crosswise.
        LayeredLayout layout = new([new(20, 20), new(20, 20), new(20, 20), new(20, 20)], [new(0, 3), new(1, 2)], apart: 20, gap: 20);
        Assert.Equal(layout.Middles[0].X < layout.Middles[1].X, layout.Middles[3].X < layout.Middles[2].X);
    }
}
