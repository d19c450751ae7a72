// What the ops of windows say when they are given what they cannot take.

using Kubik.Ops;
using Sequential = Kubik.Nn.Sequential;

namespace Kubik.Tests.Ops;

public sealed class WindowErrors
{
    private static readonly Tensor Line = Tensor.Ones([1, 2, 5]), Picture = Tensor.Ones([1, 2, 4, 4]), Volume = Tensor.Ones([1, 2, 3, 3, 3]),
        Whole = Tensor.Ones([1, 2, 4, 4], DType.Int32);
    private static readonly Tensor Kernel = Tensor.Ones([3, 2, 3, 3]), X = Tensor.Ones([2, 3]), Nothing = Tensor.Ones([1, 2, 0, 3]);

    private static readonly (string Call, Action Act)[] Cases =
    [
        ("numbers for four axes", () => new Window(stride: [1, 2, 3, 4])),
        ("numbers for no axes", () => new Window(stride: [])),
        ("conv of a line with a kernel for pictures", () => Line.Conv(Kernel, new Window())),
        ("conv along four axes", () => Tensor.Ones([1, 1, 2, 2, 2, 2]).Conv(Tensor.Ones([1, 1, 1, 1, 1, 1]), new Window())),
        ("conv without spatial axes", () => X.Conv(X, new Window())),
        ("conv with strides for three axes", () => Picture.Conv(Kernel, new Window(stride: [1, 2, 1]))),
        ("conv with padding for one end of three axes", () => Picture.Conv(Kernel, new Window(padEnd: [1, 2, 1]))),
        ("conv with padding -1 at the end", () => Picture.Conv(Kernel, new Window(padEnd: -1))),
        ("conv with padding of 2 billion", () => Picture.Conv(Kernel, new Window(pad: 2_000_000_000))),
        ("conv with padding that is too long with the picture", () => Picture.Conv(Kernel, new Window(pad: 400_000_000))),
        ("conv with a stride for all of nothing", () => Picture.Conv(Kernel, default)),
        ("conv, same and padded", () => Picture.Conv(Kernel, Window.Same() with { Pad = 1 })),
        ("conv with an empty kernel", () => Picture.Conv(Tensor.Ones([3, 2, 0, 3]), new Window())),
        ("conv of an empty picture", () => Nothing.Conv(Tensor.Ones([3, 2, 1, 1]), new Window())),
        ("conv of an empty picture, same", () => Nothing.Conv(Kernel, Window.Same())),
        ("conv in 3 groups of 4 kernels", () => Tensor.Ones([1, 3, 4, 4]).Conv(Tensor.Ones([4, 1, 2, 2]), new Window(groups: 3))),
        ("conv in 2 billion groups", () => Picture.Conv(Kernel, new Window(groups: 2_000_000_000))),
        ("input gradient for four axes", () => new ConvInputGradient(new Window(), [2, 2, 2, 2]).Apply(Picture, Kernel)),
        ("input gradient in 2 billion groups", () => new ConvInputGradient(new Window(groups: 2_000_000_000), [4, 4]).Apply(Picture, Kernel)),
        ("weight gradient for no axes", () => new ConvWeightGradient(new Window(), []).Apply(X, X)),
        ("weight gradient for an empty kernel", () => new ConvWeightGradient(new Window(), [0, 3]).Apply(Picture, Picture)),
        ("convtranspose of a matrix", () => X.ConvTranspose(Kernel, new Window())),
        ("convtranspose of a line with a kernel for pictures", () => Line.ConvTranspose(Kernel, new Window())),
        ("convtranspose of 2 channels for 3", () => Picture.ConvTranspose(Kernel, new Window())),
        ("convtranspose of 3 channels in 2 groups", () => Tensor.Ones([1, 3, 4, 4]).ConvTranspose(Kernel, new Window(groups: 2))),
        ("convtranspose with stride 0", () => Tensor.Ones([1, 3, 4, 4]).ConvTranspose(Kernel, new Window(stride: 0))),
        ("convtranspose of int32", () => Whole.ConvTranspose(Kernel, new Window())),
        ("convtranspose of two types", () => Tensor.Ones([1, 3, 4, 4]).ConvTranspose(Kernel.Cast(DType.Float64), new Window())),
        ("convtranspose with an output padding of the stride", () => Tensor.Ones([1, 3, 4, 4]).ConvTranspose(Kernel, new Window(stride: 2), 2)),
        ("convtranspose with an output padding of three axes", () => Tensor.Ones([1, 3, 4, 4]).ConvTranspose(Kernel, new Window(stride: 2), [1, 1, 1])),
        ("convtranspose, same with an output padding", () => Tensor.Ones([1, 3, 4, 4]).ConvTranspose(Kernel, Window.Same(2), 1)),
        ("convtranspose that cuts everything off", () => Tensor.Ones([1, 3, 1, 1]).ConvTranspose(Kernel, new Window(pad: 2))),
        ("convtranspose of nothing", () => Tensor.Ones([1, 3, 0, 1]).ConvTranspose(Kernel, new Window())),
        ("matrix of a conv of a line with a kernel for pictures", () => Kernel.ConvMatrix([5], new Window())),
        ("matrix of a conv with a kernel that does not fit", () => Kernel.ConvMatrix([2, 5], new Window())),
        ("matrix of a conv of a large picture", () => Kernel.ConvMatrix([1000, 1000], new Window())),
        ("matrix of a conv with dilation 0", () => Kernel.ConvMatrix([5, 5], new Window(dilation: 0))),
        ("matrix of a conv of int32", () => Kernel.Cast(DType.Int32).ConvMatrix([5, 5], new Window())),
        ("maxpool of windows for three axes", () => Picture.MaxPool([2, 2, 2])),
        ("maxpool with strides for three axes", () => Picture.MaxPool(2, new Window([2, 2, 2]))),
        ("maxpool with groups", () => Picture.MaxPool(2, new Window(groups: 2))),
        ("maxpool with stride 0", () => Picture.MaxPool(2, new Window(0))),
        ("maxpool of an empty picture", () => Nothing.MaxPool(1)),
        ("maxpool of an empty picture over the end", () => Nothing.MaxPool(2, new Window(2, 1), ceil: true)),
        ("maxpool with padding 2 at the end", () => Volume.MaxPool(2, new Window(padEnd: 2))),
        ("maxpool of a line too short", () => Line.MaxPool(6)),
        ("avgpool of (2, 3)", () => X.AvgPool(1)),
        ("avgpool spread of a line", () => new AvgPoolSpread(new AvgPool(2, new Window(2)), [4, 4]).Apply(Line)),
        ("adaptive pool to 0", () => Picture.AdaptiveAvgPool(0)),
        ("adaptive pool to three sizes", () => Picture.AdaptiveMaxPool([1, 2, 3])),
        ("adaptive pool of nothing", () => Nothing.AdaptiveMaxPool(1)),
        ("adaptive pool of int32", () => Whole.AdaptiveAvgPool(1)),
        ("global pool of (2, 3)", () => X.GlobalAvgPool()),
        ("global pool of nothing", () => Nothing.GlobalMaxPool()),
        ("global pool of int32", () => Whole.GlobalAvgPool()),
        ("lppool with power 0.5", () => Picture.LpPool(0.5, 2)),
        ("lppool with power NaN", () => Picture.LpPool(double.NaN, 2)),
        ("lppool too small", () => Picture.LpPool(2, 5)),
        ("resize to 0", () => Picture.Resize([3, 0])),
        ("resize to three sizes", () => Picture.Resize([3, 3, 3])),
        ("resize of (2, 3)", () => X.Resize(3)),
        ("resize of nothing", () => Nothing.Resize(3)),
        ("resize of int32, linear", () => Whole.Resize(3, Interpolation.Linear)),
        ("resize of bool", () => Picture.Cast(DType.Bool).Resize(3)),
        ("resize by 0", () => Picture.ResizeBy(0)),
        ("resize by NaN", () => Picture.ResizeBy(double.NaN)),
        ("resize by too little", () => Picture.ResizeBy(0.1)),
        ("resize to a size and by a scale", () => new Resize(2, 2).Apply(Picture)),
        ("resample a missing axis", () => new Resample(4, 2, Interpolation.Nearest).Apply(Picture)),
        ("resample with another interpolation", () => new Resample(2, 2, (Interpolation)7).Apply(Picture)),
        ("resample with ratio -1", () => new Resample(2, 2, Interpolation.Linear, -1).Apply(Picture)),
        ("resample spread of another size", () => new ResampleSpread(new Resample(2, 3, Interpolation.Nearest), 5).Apply(Picture)),
        ("pixel shuffle by 0", () => Picture.PixelShuffle(0)),
        ("pixel shuffle of 2 channels", () => Picture.PixelShuffle(2)),
        ("pixel shuffle of a line", () => Line.PixelShuffle(1)),
        ("pixel unshuffle of 4x4 by 3", () => Picture.PixelUnshuffle(3)),
        ("pixel unshuffle of a volume", () => Volume.PixelUnshuffle(1)),
        ("brick: kernel for another number of axes", () => Sequential.Parse("conv1d 4 3x3")),
        ("brick: kernel of 0", () => Sequential.Parse("conv 4 0")),
        ("brick: kernel with four axes", () => Sequential.Parse("conv3d 4 1x1x1x1")),
        ("brick: stride 0", () => Sequential.Parse("convtranspose 4 2 stride=0")),
        ("brick: same and padded at the end", () => Sequential.Parse("conv 4 3 pad=same padend=1")),
        ("brick: strange padding", () => Sequential.Parse("conv 4 3 pad=equal")),
        ("brick: strange mode", () => Sequential.Parse("upsample 2 mode=cubic")),
        ("brick: outputs and groups", () => Sequential.Parse("conv 4 3 groups=3")),
        ("brick: power below 1", () => Sequential.Parse("lppool 0.5 2")),
        ("brick: axes outside", () => new Kubik.Nn.Conv(4, 3, axes: 4)),
        ("brick: input of another rank", () => Sequential.Parse("conv1d 4 3").Forward(Picture)),
        ("brick: channels and groups", () => Sequential.Parse("convtranspose 4 3 groups=4").Forward(Picture)),
        ("brick: input too small", () => Sequential.Parse("separable 4 5").Forward(Picture)),
    ];

    [Fact]
    public void Every_error_says_what_is_approved() =>
        Approved.Equal("Ops/approved-errors-of-windows.txt", Cases.Select(c =>
        {
            Exception? e = Record.Exception(c.Act);
            Assert.True(e is ShapeException or ArgumentException or FormatException, $"{c.Call}: {e?.ToString() ?? "no error"}");
            return $"{c.Call}: {e!.Message.ReplaceLineEndings(" ")}";
        }));
}
