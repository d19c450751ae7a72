// What people who come from PyTorch or NumPy look for, and what it is called here.

using System.Text.RegularExpressions;

namespace Kubik.Tests.Docs;

public sealed partial class ForeignNames
{
    internal static readonly (string There, string Here)[] All =
    [
        ("absolute, abs", "x.Abs()"),
        ("addmm, bmm, matmul, mm, mv, @", "x.MatMul(b)"),
        ("arange", "Tensor.Range(start, end, step)"),
        ("as_tensor, tensor, array", "Tensor.Of(1f, 2, 3), Tensor.From(values, shape)"),
        ("astype, to, float(), long()", "x.Cast(DType.Float32)"),
        ("bernoulli, dropout masks", "r.Bernoulli(p)"),
        ("cat, concatenate, hstack, vstack", "Tensor.Concat(axis, a, b)"),
        ("chunk, split, array_split", "x.Split(parts, axis), x.Split(sizes, axis)"),
        ("clamp", "x.Clip(low, high)"),
        ("contiguous, ascontiguousarray", "x.Contiguous()"),
        ("diag, diagflat", "x.Diagonal(), x.DiagonalMatrix()"),
        ("dim, ndim", "x.Rank"),
        ("dtype", "x.DType"),
        ("eq, ne", "x.Equal(b), x.NotEqual(b)"),
        ("expand, broadcast_to", "x.BroadcastTo(shape)"),
        ("eye, identity", "Tensor.Eye(n)"),
        ("full, full_like", "Tensor.Full(shape, value)"),
        ("gather, take_along_axis", "x.Gather(index, axis)"),
        ("index_add, scatter_add, np.add.at", "x.ScatterAdd(index, updates, axis)"),
        ("index_select, take, F.embedding", "x.Take(index, axis)"),
        ("item", "x.Item()"),
        ("logdet, slogdet", "x.LogAbsDet(), x.SlogDet()"),
        ("lstsq", "x.LeastSquares(b)"),
        ("masked_fill", "x.MaskedFill(mask, value)"),
        ("multinomial, choice", "r.Categorical(logits), r.Choice(probabilities)"),
        ("norm, linalg.norm", "x.NormL2(), x.NormL1()"),
        ("numel, size", "x.Count"),
        ("numpy, tolist", "x.ToArray<float>(), x.ToDoubles()"),
        ("one_hot", "x.OneHot(classes)"),
        ("outer, ger", "x.Outer(b)"),
        ("permute, transpose, swapaxes", "x.Permute(1, 0), x.Transpose(a, b), x.T"),
        ("pinverse of a matrix times b", "x.LeastSquares(b)"),
        ("rand", "r.Uniform(shape)"),
        ("randint, integers", "r.Integers(low, high, shape)"),
        ("randn, standard_normal", "r.Normal(shape)"),
        ("randperm, permutation", "r.PermutationTensor(count), r.Permutation(count)"),
        ("repeat of a tensor, tile", "x.Tile(2, 3)"),
        ("repeat_interleave, np.repeat", "x.RepeatInterleave(count, axis)"),
        ("requires_grad_", "x.Track()"),
        ("scatter, put_along_axis", "x.Scatter(index, updates, axis)"),
        ("stack", "Tensor.Stack(axis, a, b)"),
        ("std, var", "x.Std(), x.Variance(correction: 1)"),
        ("std_mean, var_mean", "x.Mean(), x.Std()"),
        ("unbind", "x.Unstack(axis)"),
        ("unsqueeze, expand_dims", "x.Unsqueeze(axis)"),
        ("view, reshape, ravel", "x.Reshape(2, -1), x.Flatten(0)"),
        ("where", "Tensor.Where(condition, a, b)"),
        ("zeros, ones", "Tensor.Zeros(shape), Tensor.Ones(shape)"),
    ];

    [Fact]
    public void What_the_index_names_is_there()
    {
        foreach ((string there, string here) in All)
        {
            foreach (Match call in Call().Matches(here))
            {
                Type type = call.Groups["on"].Value == "r" ? typeof(RandomStream) : typeof(Tensor);
                Assert.True(type.GetMember(call.Groups["name"].Value).Length > 0, $"{there}: {type.Name} has no {call.Value}.");
            }
        }
    }

    [GeneratedRegex(@"\b(?<on>x|r|Tensor)\.(?<name>\w+)", RegexOptions.None, matchTimeoutMilliseconds: 30_000)]
    private static partial Regex Call();
}
