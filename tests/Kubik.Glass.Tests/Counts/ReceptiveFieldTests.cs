// The arithmetic of positions against published figures, and against the network itself: with all weights 1 the gradient of an
// output element is not 0 exactly where the element sees the input.

using Kubik.Autograd;
using Kubik.Glass.Counts;
using Kubik.Nn;
using Kubik.Ops;
using Unfold = Kubik.Ops.Unfold;

namespace Kubik.Glass.Tests.Counts;

public class ReceptiveFieldTests
{
    public static TheoryData<string, int[]> Linear => new()
    {
        { "conv 2 3x3", [1, 24, 24] },
        { "conv 2 3x5 stride=2x1 pad=1x2 | conv 1 3x1 dilation=2x1", [1, 40, 24] },
        { "conv 2 3x3 stride=2 | avgpool 3 stride=2 pad=1 | conv 1 2x2", [2, 48, 48] },
        { "residual(conv 1 3x3 pad=1 | conv 1 3x3 pad=1) | avgpool 2", [1, 24, 24] },
        { "parallel(conv 1 1x1 ; conv 1 3x3 pad=2 dilation=2 ; conv 1 5x5 pad=2) | conv 1 3x3 pad=1", [1, 30, 30] },
        { "separable 3 3x3 stride=2 pad=1 | separable 2 3x3 pad=1", [2, 32, 32] },
        { "conv 2 3x3 stride=2 pad=1 | convtranspose 1 4x4 stride=2 pad=1", [1, 32, 32] },
        { "convtranspose 1 3x3 stride=2 | conv 1 2x2 stride=3", [1, 18, 18] },
        { "conv 1 3x3 pad=1 | upsample 2 | conv 1 3x3 pad=1", [1, 16, 16] },
        { "avgpool 2 | resize 20x13 | conv 1 3x3", [1, 32, 32] },
        { "conv 1 2x2 | upsample 2 mode=linear | conv 1 2x2", [1, 14, 14] },
        { "conv 8 3x3 pad=1 | pixelshuffle 2 | conv 1 2x2", [1, 18, 18] },
        { "pixelunshuffle 2 | conv 1 3x3 pad=1", [1, 24, 24] },
        { "pad 2 mode=reflect | conv 1 3x3", [1, 20, 20] },
        { "conv1d 3 5 dilation=3 | conv1d 1 2 stride=2", [2, 60] },
        { "conv3d 1 3x2x1 stride=2x1x1", [1, 20, 14, 10] },
        { "conv 2 3x3 | flatten | unflatten 2x20x20 | conv 1 3x3", [1, 22, 22] },
        { "linear 4 | linear 3", [6, 5] },
    };

    [Theory, MemberData(nameof(Linear))]
    public void Elements_see_as_far_as_their_gradient_reaches(string notation, int[] sample)
    {
        Module net = Sequential.Parse(notation);
        ReceptiveField field = net.Summary([.. sample]).Layers[^1].ReceptiveField!;
        bool isEven = !new[] { "transpose", "upsample", "resize", "shuffle" }.Any(word => notation.Contains(word, StringComparison.Ordinal));
        foreach ((_, Parameter p) in net.Parameters()) p.Assign(Tensor.Ones(p.Spec.Shape));
        net.Eval();
        Tensor x = Tensor.Ones([1, .. sample]).Track(), y = net.Forward(x);
        int channels = sample.Length == 2 && notation.StartsWith("linear", StringComparison.Ordinal) ? 2 : 1, axes = field.Along.Count;
        for (int axis = 0; axis < axes; axis++)
        {
            int from = axis + (channels == 2 ? 1 : 2);
            FieldAlong along = field.Along[axis];
            if (along.IsEverything) continue;
            int length = y.Shape[from], widest = 0;
            for (int i = 0; i < length; i++)
            {
                Tensor slice = y.MoveAxis(from, 0)[i];
                double[] dx = Gradient.Of(slice.Sum(), x).ToDoubles();
                (int first, int last) = Extent(dx, x.Shape, from);
                if (first > 0 && last < x.Shape[from] - 1)
                {
                    widest = Math.Max(widest, last - first + 1);
                    Assert.InRange(last - first + 1, 0, along.Size);
                    // Where elements take turns, the jump is that of the middle of a turn; at borders inside the network some see less.
                    if (last - first + 1 == along.Size) Assert.InRange(Math.Abs((first + last) / 2.0 - along.Centre - i * along.Jump), 0, isEven ? 0 : 1);
                }
            }
            Assert.Equal(along.Size, widest);
        }
    }

    // All but the last are of "Computing receptive fields of convolutional neural networks" (Araujo et al. 2019), table 1.
    [Theory]
    [InlineData("conv 64 11x11 stride=4 pad=2 | maxpool 3 stride=2 | conv 192 5x5 pad=2 | maxpool 3 stride=2 | conv 384 3x3 pad=1 | conv 256 3x3 pad=1 | conv 256 3x3 pad=1 | maxpool 3 stride=2", 195, 32)]
    [InlineData("vgg16", 212, 32)]
    [InlineData("mobilenet", 315, 32)]
    [InlineData("resnet50 of the first paper's code", 483, 32)]
    [InlineData("resnet50 of torchvision", 427, 32)]
    public void Famous_networks_see_what_is_published(string name, int size, int jump)
    {
        string notation = name switch
        {
            "vgg16" => FamousNets.Vgg(2, 2, 3, 3, 3),
            "mobilenet" => FamousNets.MobileNet,
            "resnet50 of the first paper's code" => FamousNets.ResNet50(strideLast: true),
            "resnet50 of torchvision" => FamousNets.ResNet50(strideLast: false),
            _ => name,
        };
        ReceptiveField field = Sequential.Parse(notation).Summary([3, 224, 224]).Layers[^1].ReceptiveField!;
        Assert.Equal([(size, jump), (size, jump)], field.Along.Select(a => ((int)a.Size, (int)a.Jump)));
    }

    [Theory]
    [InlineData("linear 4 | relu", new[] { 7 }, "everything")]
    [InlineData("relu", new[] { 7 }, "1 / 1")]
    [InlineData("conv 2 3x3 | globalavgpool", new[] { 1, 9, 9 }, "everything")]
    [InlineData("conv 2 3x3 | flatten", new[] { 2, 9, 9 }, "3×3")]
    [InlineData("flatten", new[] { 1, 4, 4 }, "1×1")]
    [InlineData("flatten | relu", new[] { 1, 28, 28 }, "1×1")]
    [InlineData("conv1d 2 3 | flatten", new[] { 1, 9 }, "3")]
    [InlineData("embedding 9 4 | flatten", new[] { 6 }, "1")]
    [InlineData("flatten | unflatten 1x4x4", new[] { 1, 4, 4 }, "1×1 / 1")]
    [InlineData("conv 2 3x3 | flatten | linear 2", new[] { 2, 9, 9 }, "everything")]
    [InlineData("lstm 5", new[] { 6, 4 }, "everything")]
    [InlineData("embedding 9 4 | layernorm | linear 3", new[] { 6 }, "1 / 1")]
    [InlineData("embedding 9 4 | transformer 2 8", new[] { 6 }, "everything")]
    [InlineData("conv 2 5x3 | batchnorm | relu", new[] { 1, 9, 9 }, "5×3 / 1")]
    [InlineData("convtranspose 1 2x2 stride=2", new[] { 1, 4, 4 }, "1×1 / 0.5")]
    [InlineData("instancenorm", new[] { 3, 4, 4 }, "everything")]
    [InlineData("residual(conv 2 3x3 pad=1 | batchnorm ; identity) | globalmaxpool | upsample 4", new[] { 2, 4, 4 }, "everything")]
    public void They_are_said(string notation, int[] sample, string text) =>
        Assert.Equal(text, Sequential.Parse(notation).Summary([.. sample]).Layers[^1].ReceptiveField!.ToString());

    // Of x (B, 2, 6, 6), along rows and columns.
    private static readonly Dictionary<string, (Func<Tensor, Tensor> Compute, FieldAlong Rows, FieldAlong Columns)> Computed = new(StringComparer.Ordinal)
    {
        ["picked rows"] = (x => new Gather(2).Apply(x, Tensor.Zeros([x.Shape[0], 2, 3, 6], DType.Int64)), Everything, new(1, 1, 0)),
        ["diagonal"] = (x => new Diagonal().Apply(x), new(1, 1, 0), new(1, 1, 0)),
        ["diagonal above"] = (x => new Diagonal(2).Apply(x), new(1, 1, 0), new(1, 1, 2)),
        ["diagonal below"] = (x => new Diagonal(-1).Apply(x), new(1, 1, 1), new(1, 1, 0)),
        ["windows"] = (x => new Unfold(3, new Window()).Apply(x), new(3, double.NaN, 1), Unknown), // 4 windows lie in each row, so neighbours are one row apart or none
        ["windows with a stride"] = (x => new Unfold(2, new Window(2)).Apply(x), Unknown, Unknown),
        ["windows in one column"] = (x => new Unfold([2, 6], new Window(2)).Apply(x), new(2, 2, 0.5), Everything),
        ["windows in one row"] = (x => new Unfold([6, 2], new Window(2)).Apply(x), Everything, new(2, 2, 0.5)),
        ["resampled by 64 parts and more"] = (x => new Resample(3, 4, Interpolation.Nearest, 1.4142135).Apply(x), new(1, 1, 0), Unknown),
        ["placed from the end"] = (x => new Place(3, 5, -1, 6).Apply(x), new(1, 1, 0), new(1, -1, 5)),
        ["windows added up"] = (x => new Unfold(2, new Window(2)).Apply(x).Sum(2), Unknown, Unknown),
    };

    private static FieldAlong Everything => new(6, 0, 2.5, IsEverything: true);

    private static FieldAlong Unknown => new(6, 0, 2.5, IsUnknown: true);

    public static TheoryData<string> Names => [.. Computed.Keys];

    [Theory, MemberData(nameof(Names))]
    public void What_is_not_known_is_not_everything(string what)
    {
        (Func<Tensor, Tensor> compute, FieldAlong rows, FieldAlong columns) = Computed[what];
        ReceptiveField field = new Computing(compute).Summary([2, 6, 6]).Layers[^1].ReceptiveField!;
        Assert.Equal((rows, columns), (field.Along[0], field.Along[1]));
        Assert.Equal((rows.IsUnknown || columns.IsUnknown, rows.IsUnknown || columns.IsUnknown), (field.IsUnknown, field.ToString() == "unknown"));
    }

    private sealed class Computing(Func<Tensor, Tensor> compute) : Module
    {
        protected override Tensor Compute(Tensor x) => compute(x);
    }

    private static (int First, int Last) Extent(double[] dx, Shape shape, int axis)
    {
        int inner = shape[(axis + 1)..].Size, first = int.MaxValue, last = -1;
        for (int i = 0; i < dx.Length; i++)
        {
            if (dx[i] == 0) continue;
            int at = i / inner % shape[axis];
            (first, last) = (Math.Min(first, at), Math.Max(last, at));
        }
        return (first, last);
    }
}
