// Which entry of a big value is written out and drawn: the one that was asked for; else of pictures the middle, for their corners are
// often blank; else the first.

namespace Kubik.Glass.Explaining;

/// <summary>The entry of every value from which entries are shown.</summary>
/// <param name="asked">The last axes of the entry that was asked for, from 0; null: none was.</param>
/// <param name="ofPictures">Whether the network is given pictures, (batch, channels, rows, columns).</param>
internal sealed class Focus(int[]? asked, bool ofPictures)
{
    private const int Least = 10; // rows and columns of what cannot be seen at a glance

    /// <summary>Whether somebody asked for an entry.</summary>
    public bool IsAsked => asked is not null;

    /// <summary>The entry of a value: the one that was asked for, on the first of the axes that it does not name; the usual one where there is
    /// no such entry.</summary>
    public int[] Of(Shape shape)
    {
        int[] at = new int[shape.Rank];
        if (asked is not null && asked.Length <= shape.Rank)
        {
            asked.CopyTo(at, shape.Rank - asked.Length);
            return at.Zip(shape.Sizes.ToArray()).All(p => p.First < p.Second) ? at : new int[shape.Rank];
        }
        if (asked is null && ofPictures && shape.Rank == 4 && shape[2] >= Least && shape[3] >= Least) (at[2], at[3]) = (shape[2] / 2, shape[3] / 2);
        return at;
    }

    /// <summary>Its place, row by row.</summary>
    public int PlaceIn(Shape shape) => Entries.Flat(shape, this.Of(shape));
}
