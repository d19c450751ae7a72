// What was done to a picture before the network gets it, as data: what it was, and the sizes that belong to it. How it is said, in
// English and in Russian, stands here and nowhere else.

using Kubik.Glass.Explaining;

namespace Kubik.Cli.Predict;

/// <summary>What can be done to a picture.</summary>
internal enum PictureChange
{
    /// <summary>What was transparent is paper.</summary>
    OnWhitePaper,
    /// <summary>Its colours are shades of grey.</summary>
    TurnedGrey,
    /// <summary>It was light on dark, and the network learnt dark on light.</summary>
    InvertedFromDark,
    /// <summary>It was dark on white, and the network learnt light on dark.</summary>
    InvertedFromWhite,
    /// <summary>What is around the ink is gone.</summary>
    CutToInk,
    /// <summary>The middle is left.</summary>
    CutToMiddle,
    /// <summary>It has another size.</summary>
    Resized,
    /// <summary>Its centre of mass is in the middle of a larger field.</summary>
    Centred,
}

/// <summary>The size of a picture.</summary>
internal readonly record struct PictureSize(int Wide, int High)
{
    public override string ToString() => $"{this.Wide}×{this.High}";
}

/// <summary>One thing that was done to a picture.</summary>
/// <param name="Change">What it was.</param>
/// <param name="To">The size afterwards.</param>
/// <param name="From">The size before, where it was cut.</param>
internal readonly record struct Preparation(PictureChange Change, PictureSize To = default, PictureSize From = default)
{
    /// <summary>All that was done, one after the other; the Russian words are about a картинка.</summary>
    public static Remark Said(IReadOnlyList<Preparation> done) =>
        new(string.Join(", ", done.Select(p => p.Words.English)), string.Join(", ", done.Select(p => p.Words.Russian)));

    private Remark Words => this.Change switch
    {
        PictureChange.OnWhitePaper => new("on white paper", "помещена на белый фон"),
        PictureChange.TurnedGrey => new("turned grey", "переведена в оттенки серого"),
        PictureChange.InvertedFromDark => new("inverted, as it was light on dark", "обращена в негатив, так как фон был тёмным"),
        PictureChange.InvertedFromWhite => new("inverted, as the paper is white", "обращена в негатив, так как фон был белым"),
        PictureChange.CutToInk => new($"cut to the ink, {this.To} of {this.From}", $"обрезана по краям рисунка ({this.To} из {this.From})"),
        PictureChange.CutToMiddle => new($"{this.From} cut to the middle {this.To}", $"обрезана до середины ({this.To} из {this.From})"),
        PictureChange.Resized => new($"resized to {this.To}", $"масштабирована до {this.To}"),
        PictureChange.Centred => new($"centred in {this.To}", $"отцентрирована в поле {this.To}"),
        _ => throw new ArgumentOutOfRangeException(nameof(this.Change), this.Change, message: null),
    };
}
