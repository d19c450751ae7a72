using Kubik.Glass.Explaining;

namespace Kubik.Book.Tasks.Convolutions;

/// <summary>What a 3×3 kernel does to pictures, found by trying it: a convolution is linear and the same everywhere, so an even surface, two edges and a single bright cell tell all.</summary>
/// <param name="Name">In words.</param>
/// <param name="Has">Whether a kernel does it.</param>
internal sealed record Effect(Remark Name, Predicate<Tensor> Has)
{
    private const int Side = 7, Middle = Side / 2;

    /// <summary>A surface of brightness 1.</summary>
    public static Tensor Surface { get; } = Tensor.Ones([Side, Side], DType.Float64);

    /// <summary>Dark on the left, bright on the right.</summary>
    public static Tensor Upright { get; } = Tensor.Concat(1, Tensor.Zeros([Side, Middle], DType.Float64), Tensor.Ones([Side, Side - Middle], DType.Float64));

    /// <summary>Dark above, bright below.</summary>
    public static Tensor Level { get; } = Upright.T;

    /// <summary>All that a task asks about.</summary>
    public static IReadOnlyList<Effect> All { get; } =
    [
        new(new("moves the picture to the right", "сдвигает картинку вправо"), Moves(0, 1)),
        new(new("moves the picture to the left", "сдвигает картинку влево"), Moves(0, -1)),
        new(new("moves the picture up", "сдвигает картинку вверх"), Moves(-1, 0)),
        new(new("moves the picture down", "сдвигает картинку вниз"), Moves(1, 0)),
        new(new("finds vertical edges", "находит вертикальные границы"), k => Of(k, Surface) == 0 && Of(k, Upright) > 0 && Of(k, Level) == 0),
        new(new("finds horizontal edges", "находит горизонтальные границы"), k => Of(k, Surface) == 0 && Of(k, Upright) == 0 && Of(k, Level) > 0),
        new(new("finds edges of all directions", "находит границы всех направлений"), k => Of(k, Surface) == 0 && Of(k, Upright) > 0 && Of(k, Level) > 0),
        new(new("blurs", "размывает"), k => Spot(k) is var spot && spot.Min().Item() >= 0 && spot.Max().Item() < 1),
        new(new("sharpens", "делает резче"), k => Spot(k) is var spot && spot.Min().Item() < 0 && spot.Max().Item() > 1 && Of(k, Surface) > 0),
    ];

    /// <summary>The effect of a kernel, by its number from 1.</summary>
    public static int Number(Tensor kernel) => 1 + All.ToList().FindIndex(e => e.Has(kernel));

    /// <summary>The strongest response to a picture, its border left out.</summary>
    public static double Of(Tensor kernel, Tensor picture) => picture.Under(kernel).Abs().Max().Item() is > 1e-12 and var most ? most : 0;

    private static Tensor Spot(Tensor kernel) => Pictures.Dot(Side, Middle, Middle).Under(kernel, pad: 1);

    private static Predicate<Tensor> Moves(int down, int right) =>
        k => Spot(k).ToDoubles().SequenceEqual(Pictures.Dot(Side, Middle + down, Middle + right).ToDoubles());
}
