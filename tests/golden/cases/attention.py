import math

import torch
import torch.nn.functional as F
from torch.nn.utils.stateless import functional_call

from golden import case, n


def weights(q, k, mask=None, causal=False, scale=None):
    scores = q @ k.transpose(-2, -1) * (scale if scale is not None else 1 / math.sqrt(q.shape[-1]))
    if causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), -math.inf)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    return scores.softmax(-1)


def seen(*shape):
    """Which keys may be looked at: the first one always."""
    mask = torch.rand(shape) > 0.4
    mask[..., 0] = True
    return mask


def rotary(x, offset, base, interleaved):
    """Pairs as complex numbers."""
    half = x.shape[-1] // 2
    pairs = x.unflatten(-1, (half, 2)) if interleaved else x.unflatten(-1, (2, half)).transpose(-2, -1)
    angles = torch.outer(torch.arange(x.shape[-2]) + float(offset), base ** (-torch.arange(half) * 2.0 / x.shape[-1]))
    z = torch.complex(pairs[..., 0], pairs[..., 1]) * torch.polar(torch.ones_like(angles), angles)
    turned = torch.stack([z.real, z.imag], -1)
    return turned.flatten(-2) if interleaved else turned.transpose(-2, -1).flatten(-2)


def sinusoidal(length, size, base):
    """The encoding of PyTorch's tutorial on transformers."""
    position = torch.arange(length).double().unsqueeze(1)
    div = torch.exp(torch.arange(0, size, 2).double() * (-math.log(base) / size))
    p = torch.zeros(length, size)
    p[:, 0::2] = torch.sin(position * div)
    p[:, 1::2] = torch.cos(position * div)[:, : size // 2]
    return p


def multi_head(size, memory, heads, bias, causal, f):
    """f gives query, memory and mask from the inputs; the weights (in, out) come after x."""
    module = torch.nn.MultiheadAttention(size, heads, bias=bias, batch_first=True, kdim=memory, vdim=memory)

    def call(x, m, mask, *w):
        names = (["q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight"] if memory != size else ["in_proj_weight", "out_proj.weight"])
        q, qb, k, kb, v, vb, o, ob = w if bias else [t for m in w for t in (m, None)]
        values = dict(zip(names, [t.t() for t in (q, k, v, o)] if memory != size else [torch.cat([q.t(), k.t(), v.t()]), o.t()]))
        if bias:
            values |= {"in_proj_bias": torch.cat([qb, kb, vb]), "out_proj.bias": ob}
        key_padding, attn = f(mask)
        if causal:
            attn = ~torch.ones(x.shape[1], m.shape[1], dtype=torch.bool).tril()
        return functional_call(module, values, (x, m, m, key_padding, False, attn))[0]

    return call


def projections(size, memory, bias):
    return [t for i in (size, memory, memory, size) for t in ([n(i, size) / 2, n(size) / 2] if bias else [n(i, size) / 2])]


def make():
    for q, k, v, mask, causal, scale in [
        ((3, 4), (5, 4), (5, 2), None, False, None),
        ((2, 1, 3, 4), (2, 1, 3, 4), (2, 1, 3, 4), None, True, None),
        ((2, 3, 5, 2), (2, 1, 4, 2), (1, 3, 4, 1), None, False, 0.3),
        ((2, 3, 2), (2, 4, 2), (2, 4, 3), (2, 3, 4), False, None),
        ((2, 2, 3, 2), (2, 2, 3, 2), (2, 2, 3, 2), (2, 1, 1, 3), True, None),
    ]:
        draw = ([] if mask is None else [[seen(*mask)], [n(*mask)]])
        for m in draw or [[]]:
            case("attention", lambda a, b, c, *d: weights(a, b, d[0] if d else None, causal, scale) @ c, [n(*q), n(*k), n(*v), *m], [causal, scale])
            case("attentionweights", lambda a, b, *d: weights(a, b, d[0] if d else None, causal, scale), [n(*q), n(*k), *m], [causal, scale])
    closed = n(3, 4)
    closed[0, 1] = closed[2, :3] = -math.inf
    case("attention", lambda a, b, c, d: weights(a, b, d) @ c, [n(3, 2), n(4, 2), n(4, 3), closed], [False, None])
    for shape, offset, base, interleaved in [
        ((3, 4), 0, 10000, False), ((2, 1, 5, 6), 7, 10000, True), ((1, 2), 3, 10000, False), ((2, 3, 2, 8), 100000, 500000, False), ((1, 1, 4, 2), 0, 100, True),
    ]:
        case("rotary", lambda x: rotary(x, offset, base, interleaved), [n(*shape)], [offset, base, interleaved])
    for shape, base in [((2, 5, 4), 10000), ((1, 7, 3), 10000), ((2, 1, 6), 100)]:
        case("positionalencoding", lambda x: x + sinusoidal(shape[1], shape[2], base), [n(*shape)], [base])
    for shape, vocabulary, size, padding in [((4,), 6, 3, -1), ((2, 5), 4, 2, 1), ((1, 3, 2), 3, 1, 0)]:
        index = torch.randint(vocabulary, shape)
        case("embedding", lambda i, w: F.embedding(i, w, padding if padding >= 0 else None), [index, n(vocabulary, size)], [vocabulary, size, padding])
    none = lambda mask: (None, None)
    padded = lambda mask: (~mask[:, 0, 0, :], None)
    for x, m, heads, bias, causal, mask, f in [
        ((2, 3, 4), (2, 3, 4), 2, True, False, None, none),
        ((1, 5, 6), (1, 5, 6), 3, False, True, None, none),
        ((2, 3, 4), (2, 5, 4), 4, True, False, (2, 1, 1, 5), padded),
        ((2, 2, 4), (2, 3, 5), 2, True, False, (2, 3), lambda mask: (None, ~mask)),
        ((2, 3, 4), (2, 3, 4), 1, True, False, (2, 1, 3, 3), lambda mask: (None, ~mask[:, 0])),
    ]:
        case("multiheadattention", multi_head(x[2], m[2], heads, bias, causal, f),
             [n(*x), n(*m), seen(*mask) if mask else torch.ones(1, dtype=torch.bool), *projections(x[2], m[2], bias)], [heads, bias, causal])
    for shape, heads, hidden, prenorm, causal in [((2, 3, 4), 2, 5, False, False), ((1, 5, 6), 3, 4, True, True), ((2, 1, 4), 1, 3, True, False)]:
        size = shape[2]
        module = torch.nn.TransformerEncoderLayer(size, heads, hidden, dropout=0, batch_first=True, norm_first=prenorm)

        def block(x, q, qb, k, kb, v, vb, o, ob, e, eb, c, cb, *norms):
            values = {"self_attn.in_proj_weight": torch.cat([q.t(), k.t(), v.t()]), "self_attn.in_proj_bias": torch.cat([qb, kb, vb]), "self_attn.out_proj.weight": o.t(), "self_attn.out_proj.bias": ob,
                      "linear1.weight": e.t(), "linear1.bias": eb, "linear2.weight": c.t(), "linear2.bias": cb, **dict(zip(["norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"], norms))}
            mask = ~torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril() if causal else None
            return functional_call(module, values, (x, mask))

        case("transformer", block, [n(*shape), *projections(size, size, True), n(size, hidden), n(hidden), n(hidden, size), n(size), n(size), n(size), n(size), n(size)], [heads, hidden, prenorm, causal])
    for shape, other, heads, hidden, prenorm, masked in [((2, 3, 4), (2, 5, 4), 2, 5, False, False), ((1, 4, 6), (1, 2, 6), 3, 4, True, True), ((2, 1, 4), (2, 3, 4), 1, 3, True, True)]:
        size = shape[2]
        module = torch.nn.TransformerDecoderLayer(size, heads, hidden, dropout=0, batch_first=True, norm_first=prenorm)

        def decoder(x, m, seen, *w):
            values = {}
            for i, name in enumerate(["self_attn", "multihead_attn"]):
                q, qb, k, kb, v, vb, o, ob = w[8 * i:8 * i + 8]
                values |= {f"{name}.in_proj_weight": torch.cat([q.t(), k.t(), v.t()]), f"{name}.in_proj_bias": torch.cat([qb, kb, vb]), f"{name}.out_proj.weight": o.t(), f"{name}.out_proj.bias": ob}
            values |= {"linear1.weight": w[16].t(), "linear1.bias": w[17], "linear2.weight": w[18].t(), "linear2.bias": w[19]}
            values |= {f"norm{i + 1}.{name}": w[20 + 2 * i + j] for i in range(3) for j, name in enumerate(["weight", "bias"])}
            causal = ~torch.ones(x.shape[1], x.shape[1], dtype=torch.bool).tril()
            return functional_call(module, values, (x, m), {"tgt_mask": causal, "memory_key_padding_mask": ~seen[:, 0, 0] if masked else None})

        case("decoder", decoder, [n(*shape), n(*other), seen(other[0], 1, 1, other[1]), *projections(size, size, True), *projections(size, size, True), n(size, hidden), n(hidden), n(hidden, size), *[n(size) for _ in range(7)]],
             [heads, hidden, prenorm, masked])
