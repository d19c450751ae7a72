import torch
import torch.nn.functional as F

from golden import case, n


def make():
    for shape, axis, index in [((5,), 0, (4,)), ((3, 4), 1, (3,)), ((2, 4, 1), 1, (7,))]:
        case("take", lambda x, i: x.index_select(axis, i), [n(*shape), torch.randint(shape[axis], index)], [axis])
    for shape, index in [((5, 3), (2, 4)), ((1, 2), (3, 1)), ((4, 1), ())]:
        case("take", lambda x, i: F.embedding(i, x), [n(*shape), torch.randint(shape[0], index)], [0])
    for shape, axis, index in [((2, 3), 1, (3,)), ((4,), 0, (4,)), ((2, 5, 1), 1, (5,))]:
        size = 4
        to = list(shape)
        to[axis] = size
        case("takeadd", lambda x, i: torch.zeros(*to).index_add(axis, i, x), [n(*shape), torch.randint(size, index)], [axis, size])
    for axis, shape, count in [(0, (5,), 3), (1, (3, 4), 2), (1, (2, 4, 1), 4)]:
        # No element twice: PyTorch does not say which of several updates stays.
        index = torch.rand(shape).argsort(axis).narrow(axis, 0, count)
        case("scatter", lambda x, i, u: x.scatter(axis, i, u), [n(*shape), index, n(*index.shape)], [axis])
        again = torch.randint(shape[axis], index.shape)
        case("scatteradd onto", lambda x, i, u: x.scatter_add(axis, i, u), [n(*shape), again, n(*index.shape)], [axis])
    for shape, mask in [((3, 4), (3, 4)), ((2, 3, 1), (3, 1)), ((4,), ())]:
        case("maskedfill", lambda x, m: x.masked_fill(m, -2.5), [n(*shape), n(*mask) > 0], [-2.5])
    for shape, index in [((3, 4), (5, 2)), ((2, 3, 2), (4, 2)), ((3, 1), (2, 1))]:
        at = torch.randint(min(shape[:index[-1]]), index)
        case("gathernd", lambda x, i: x[tuple(i.unbind(-1))], [n(*shape), at])
    for shape, places in [((3, 4), [[0, 1], [2, 3]]), ((2, 3, 2), [[1, 0], [0, 2]]), ((3, 1), [[2], [0]])]:
        at = torch.tensor(places)
        case("scatternd", lambda x, i, u: x.index_put(tuple(i.unbind(-1)), u), [n(*shape), at, n(*x_shape(shape, at))])


def x_shape(shape, at):
    return [*at.shape[:-1], *shape[at.shape[-1]:]]
