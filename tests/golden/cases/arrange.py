import torch
import torch.nn.functional as F

from golden import case, n


def make():
    for shape, pads, value in [((3,), [2, 1], 0.5), ((2, 3), [1, 0, 0, 2], -1), ((1, 2, 3), [0, 0, 1, 1], 0)]:
        case("pad", lambda x: F.pad(x, pads, value=value), [n(*shape)], [pads, "Constant", value])
    for mode, ours in [("reflect", "Reflect"), ("replicate", "Edge"), ("circular", "Wrap")]:
        for shape, pads in [((1, 2, 4), [2, 3]), ((2, 1, 3, 5), [1, 2, 2, 0]), ((1, 1, 4), [0, 1])]:
            case("pad", lambda x: F.pad(x, pads, mode), [n(*shape)], [pads, ours, 0])
    for shape, axes in [((5,), [0]), ((2, 3, 4), [0, 2]), ((3, 1), [1])]:
        case("flip", lambda x: x.flip(axes), [n(*shape)], [axes])
    for shape, shift, axis in [((5,), 2, 0), ((2, 3), -4, 1), ((3, 1, 2), 1, 1)]:
        case("roll", lambda x: x.roll(shift, axis), [n(*shape)], [shift, axis])
    for shape, repeats in [((3,), [2]), ((2, 1), [2, 3]), ((2,), [3, 2]), ((2, 3), [1, 1])]:
        case("tile", lambda x: x.tile(repeats), [n(*shape)], [repeats])
    for shape, count, axis in [((3,), 2, 0), ((2, 3), 3, 1), ((2, 1, 2), 2, 1)]:
        case("repeatinterleave", lambda x: x.repeat_interleave(count, axis), [n(*shape)], [count, axis])
    for shape, offset in [((3, 3), 0), ((2, 5), 1), ((2, 4, 1), -1)]:
        case("tril", lambda x: x.tril(offset), [n(*shape)], [offset])
        case("triu", lambda x: x.triu(offset), [n(*shape)], [offset])
        case("diagonal", lambda x: x.diagonal(offset, -2, -1), [n(*shape)], [offset, -2, -1])
        case("diagonalmatrix", lambda x: x.diag_embed(offset), [n(*shape[:-1])], [offset])
    case("diagonal", lambda x: x.diagonal(0, 2, 0), [n(2, 3, 4)], [0, 2, 0])
    for shape in [(2, 3), (1, 4), ()]:
        case("stack", lambda a, b: torch.stack([a, b], -1), [n(*shape), n(*shape)], [-1])
        case("unsqueeze", lambda a: a.unsqueeze(0), [n(*shape)], [0])
        case("squeeze", lambda a: a.squeeze(0), [n(1, *shape)], [0])
        case("flatten", lambda a: a.flatten(1), [n(2, *shape, 1)], [1])
    for shape, source, to in [((2, 3, 4), 0, -1), ((2, 3, 1), 2, 0), ((3, 2), 1, 1)]:
        case("moveaxis", lambda a: a.moveaxis(source, to), [n(*shape)], [source, to])
    for shape, sizes, axis in [((6,), [1, 2, 3], 0), ((2, 4), [2, 2], 1), ((3, 1, 2), [1, 0, 2], 0)]:
        case("split", lambda a: a.split(sizes, axis)[0] * 2 + a.split(sizes, axis)[0].sum() * a.split(sizes, axis)[-1].sum(), [n(*shape)], [sizes, axis])
    for a, b in [(3, 4), (1, 5), (2, 1)]:
        case("meshgrid", lambda p, q: torch.meshgrid(p, q, indexing="ij")[0] * torch.meshgrid(p, q, indexing="ij")[1], [n(a), n(b)])
    for k, s, pad, d, shape in [((2, 2), (1, 1), (0, 0), (1, 1), (1, 2, 3, 4)), ((3, 2), (2, 1), (1, 0), (1, 1), (2, 1, 5, 4)), ((2, 3), (1, 2), (1, 2), (2, 1), (1, 2, 4, 5))]:
        window = [*k, *s, *pad, *d]
        y = F.unfold(n(*shape), k, d, pad, s)
        case("unfold", lambda x: F.unfold(x, k, d, pad, s), [n(*shape)], window)
        case("fold", lambda x: F.fold(x, shape[2:], k, d, pad, s), [n(*y.shape)], window + [shape[2], shape[3]])
    for equation, *shapes in [
        ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (1, 3), (3, 5)), ("ij->ji", (2, 3)), ("ba", (2, 3)), ("ij->", (2, 3)), ("ij->j", (3, 1)), ("ii->i", (3, 3)), ("ii", (3, 3)),
        ("iij->ij", (2, 2, 3)), ("i,i->", (4,), (4,)), ("i,j->ij", (2,), (3,)), ("ij,ij->ij", (2, 3), (2, 3)), ("bij,bjk->bik", (2, 3, 2), (2, 2, 1)), ("bhqd,bhkd->bhqk", (2, 1, 3, 2), (2, 1, 2, 2)),
        ("bn,anm,bm->ba", (2, 3), (4, 3, 2), (2, 2)), ("...ij,...jk->...ik", (2, 1, 3), (2, 3, 2)), ("...ij,jk->...ik", (2, 2, 3), (3, 2)), ("...i,...i->...", (2, 1, 3), (1, 2, 3)),
        ("...ii->...i", (2, 3, 3)), ("i...->...", (2, 3, 1)), ("ab,cd,bc->ad", (2, 3), (2, 2), (3, 2)),
    ]:
        case("einsum", lambda *x: torch.einsum(equation, *x), [n(*s) for s in shapes], [equation])
