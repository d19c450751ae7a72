// The user's own arrays.

using Kubik.Data;

namespace Kubik.Tests.Data;

public sealed class TensorDatasetTests
{
    private static readonly float[,] Corners = { { 0, 0 }, { 0, 1 }, { 1, 0 }, { 1, 1 } };

    [Fact]
    public void Arrays_are_given_as_they_are()
    {
        TensorDataset xor = new(Corners, [0, 1, 1, 0]);
        Batch batch = xor.Read(3, 1);
        Assert.Equal([1f, 1f, 0f, 1f], batch.Input.ToArray<float>());
        Assert.Equal([0L, 1L], batch.Target.ToArray<long>());
        Assert.Equal(["0", "1"], xor.Classes);
        Assert.Equal([2, 2], xor.ClassCounts());
        Assert.Equal("tensors: 4 samples of (2,), 2 classes", xor.ToString());
    }

    [Fact]
    public void Numbers_may_be_predicted()
    {
        TensorDataset data = new(Corners, new float[,] { { 1, 10 }, { 2, 20 }, { 3, 30 }, { 4, 40 } });
        Assert.Equal(TargetKind.Numbers, data.Kind);
        Assert.Equal(["y1", "y2"], data.Targets);
        Assert.Equal([2f, 20f, 1f, 10f], data.Read(1, 0).Target.ToArray<float>());
        Dataset standardized = data.Standardized();
        Assert.Equal(new Normalization([0.5, 0.5], [0.5, 0.5]), standardized.Normalization);
        Assert.Equal(25, standardized.TargetNormalization!.Mean[1]);
        Assert.Equal(-1.3416408f, standardized.Read(0).Target.ToArray<float>()[0], 1e-6);
        Assert.Empty(data.ClassCounts());
        Assert.Throws<InvalidOperationException>(() => data.Label(0));
    }

    [Fact]
    public void Tensors_of_any_shape_and_type()
    {
        TensorDataset data = new(Tensor.Range(0, 24, dtype: DType.Float64).Reshape([2, 3, 4]), Tensor.Of(1.5f, 2.5f));
        Assert.Equal([3, 4], data.InputShape);
        Assert.Equal(["y"], data.Targets);
        Assert.Equal([12f, 13f], data.Read(1).Input.ToArray<float>()[..2]);
        Assert.Equal(3, data.Standardized().Normalization.Count);
        TensorDataset scalars = new(Tensor.Of(1f, 2f, 3f), Tensor.Of(0L, 1L, 2L), ["a", "b", "c"]);
        Assert.Equal(Shape.Scalar, scalars.InputShape);
        Assert.Equal([3], scalars.Read(0, 1, 2).Input.Shape);
        Assert.Equal(2, scalars.Standardized().Normalization.Mean[0], 1e-12);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Values_must_be_finite(float bad)
    {
        float[,] x = { { 0, 0 }, { 0, bad } };
        string message = Assert.Throws<ArgumentException>(() => new TensorDataset(x, [0, 1])).Message;
        Assert.Contains("sample 1 (from 0)", message, StringComparison.Ordinal);
        Assert.Contains("position 1", message, StringComparison.Ordinal);
        Assert.Contains("target 0 (from 0)",
            Assert.Throws<ArgumentException>(() => new TensorDataset(Corners, new[,] { { bad }, { 1 }, { 1 }, { 1 } })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_values_are_finite() => Assert.Equal(2, new TensorDataset(new[,] { { float.MaxValue }, { float.MaxValue } }, [0, 1]).Count);

    [Fact]
    public void What_does_not_go_together_is_refused()
    {
        Assert.Throws<ShapeException>(() => new TensorDataset(Corners, [0, 1]));
        Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Scalar(1), Tensor.Of(1)));
        Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Of(1f), Tensor.From(new[,] { { 1 } })));
        Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Of(1f), Tensor.Zeros([1, 2, 2])));
        Assert.Throws<ArgumentException>(() => new TensorDataset(Tensor.Zeros([0, 2]), Tensor.Zeros([0], DType.Int64)));
        Assert.Contains("is 2; labels are whole numbers from 0 to 1",
            Assert.Throws<ArgumentException>(() => new TensorDataset(Corners, [0, 1, 2, 0], ["a", "b"])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TensorDataset(Tensor.Of(1f), Tensor.Of(long.MaxValue)));
        Assert.Throws<ArgumentException>(() => new TensorDataset(Tensor.Of(1f), Tensor.Of(-1)));
        Assert.Throws<ArgumentException>(() => new TensorDataset(Tensor.Of(1f), Tensor.Of(1f), ["a", "b"]));
    }
}

public sealed class SplitTests
{
    private static TensorDataset Uneven() =>
        new(Tensor.Range(0, 100).Reshape([100, 1]), Tensor.From([.. Enumerable.Range(0, 100).Select(i => i < 70 ? 0 : i < 95 ? 1 : 2)]));

    [Fact]
    public void Classes_keep_their_shares()
    {
        (Dataset train, Dataset test) = Uneven().Split(0.2, seed: 1);
        Assert.Equal([56, 20, 4], train.ClassCounts());
        Assert.Equal([14, 5, 1], test.ClassCounts());
    }

    [Fact]
    public void Every_sample_is_in_one_part()
    {
        (Dataset train, Dataset test) = Uneven().Split(0.3, seed: 1);
        float[] all = [.. Values(train), .. Values(test)];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), all.Order());
    }

    [Fact]
    public void The_seed_decides()
    {
        Assert.Equal(Values(Uneven().Split(0.2, seed: 5).Test), Values(Uneven().Split(0.2, seed: 5).Test));
        Assert.NotEqual(Values(Uneven().Split(0.2, seed: 5).Test), Values(Uneven().Split(0.2, seed: 6).Test));
    }

    [Fact]
    public void Constants_are_fitted_to_the_training_part_alone()
    {
        (Dataset train, Dataset test) = Uneven().Standardized().Split(0.2, seed: 1);
        Assert.Equal(0, Values(train).Average(), 1e-5);
        Assert.NotEqual(0, Values(test).Average(), 1e-5);
        Assert.Same(train.Normalization, test.Normalization);
        (Dataset smaller, Dataset validation) = train.Split(0.5, seed: 1);
        Assert.Equal(0, Values(smaller).Average(), 1e-5);
        Assert.NotEqual(train.Normalization, smaller.Normalization);
        Assert.Same(smaller.Normalization, validation.Normalization);
    }

    [Fact]
    public void Constants_that_were_given_stay()
    {
        Normalization given = new([10], [2]);
        (Dataset train, Dataset test) = Uneven().With(given).Split();
        Assert.Same(given, train.Normalization);
        Assert.Same(given, test.Normalization);
        Assert.True(Uneven().Split().Train.Normalization.IsIdentity);
    }

    [Fact]
    public void Numbers_are_cut_at_random()
    {
        TensorDataset data = new(Tensor.Range(0, 50).Reshape([50, 1]), Tensor.Range(0, 50));
        (Dataset train, Dataset test) = data.Split(0.1, seed: 3);
        Assert.Equal((45, 5), (train.Count, test.Count));
    }

    [Fact]
    public void The_smallest_data_gives_both_parts_something()
    {
        (Dataset train, Dataset test) = new TensorDataset(new float[,] { { 0 }, { 1 }, { 2 }, { 3 } }, [0, 1, 1, 0]).Split(0.2);
        Assert.Equal((3, 1), (train.Count, test.Count));
        Assert.Throws<ArgumentException>(() => new TensorDataset(new float[,] { { 0 } }, [0]).Split());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    [InlineData(double.NaN)]
    public void The_share_lies_between_0_and_1(double share) =>
        Assert.Contains("above 0 and below 1", Assert.Throws<ArgumentException>(() => Uneven().Split(share)).Message, StringComparison.Ordinal);

    private static float[] Values(Dataset data) => data.Read([.. Enumerable.Range(0, data.Count)]).Input.ToArray<float>();
}
