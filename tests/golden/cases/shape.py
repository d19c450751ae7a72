import torch
import torch.nn.functional as F

from golden import case, n


def make():
    for axis, shape, index in [(1, (3, 5), (3, 2)), (0, (4, 2), (6, 2)), (2, (2, 2, 3), (2, 2, 4))]:
        case("gather", lambda x, i: x.gather(axis, i), [n(*shape), torch.randint(shape[axis], index)], [axis])
        case("scatteradd", lambda x, i: torch.zeros(*shape).scatter_add(axis, i, x), [n(*index), torch.randint(shape[axis], index)], [axis, shape[axis]])
    for shape in [(4,), (2, 3), (1, 1, 5)]:
        case("onehot", lambda i: F.one_hot(i, 5).double(), [torch.randint(5, shape)], [5])
    for shape, to in [((3,), (2, 3)), ((2, 1, 3), (4, 2, 5, 3)), ((), (1, 3))]:
        case("broadcastto", lambda x: x.expand(to), [n(*shape)], [to])
    case("concat", lambda a, b: torch.cat([a, b], 0), [n(2, 3), n(1, 3)], [0])
    case("concat", lambda a, b: torch.cat([a, b], 1), [n(1, 5), n(1, 1)], [1])
    case("concat", lambda a, b, c: torch.cat([a, b, c], 2), [n(2, 1, 3), n(2, 1, 1), n(2, 1, 2)], [2])
    case("permute", lambda x: x.permute(1, 0), [n(2, 3)], [[1, 0]])
    case("permute", lambda x: x.permute(1, 2, 0), [n(1, 5, 1)], [[1, 2, 0]])
    case("permute", lambda x: x.permute(2, 0, 1), [n(2, 3, 4)], [[2, 0, 1]])
    case("reshape", lambda x: x.reshape(4, 3), [n(2, 6)], [[4, 3]])
    case("reshape", lambda x: x.reshape(1, 5, 1), [n(5)], [[1, 5, 1]])
    case("reshape", lambda x: x.reshape(()), [n(1, 1)], [[]])
    for shape, to in [((2, 3), (6,)), ((1, 5), (5, 1)), ((3, 4), (2, 6))]:
        case("transposed reshape", lambda x: x.t().reshape(to), [n(*shape)], [to])
    for axis, start, count, step, shape in [(0, 1, 2, 1, (4, 2)), (1, 1, 3, 2, (2, 7)), (1, 0, 1, 1, (3, 5, 1))]:
        case("slice", lambda x: x.index_select(axis, torch.arange(start, start + count * step, step)), [n(*shape)], [axis, start, count, step])
        small = list(shape)
        small[axis] = count
        case("place", lambda x: torch.zeros(*shape).index_add(axis, torch.arange(start, start + count * step, step), x), [n(*small)], [axis, start, step, shape[axis]])
    case("softmax", lambda x: x.softmax(0), [n(5)], [0])
    case("softmax", lambda x: x.softmax(1), [n(3, 1)], [1])
    case("softmax", lambda x: x.softmax(1), [n(2, 3, 2) * 10], [1])
    case("logsoftmax", lambda x: x.log_softmax(0), [n(5)], [0])
    case("logsoftmax", lambda x: x.log_softmax(1), [n(3, 7) * 100], [1])
    case("logsoftmax", lambda x: x.log_softmax(1), [n(2, 3, 2) * 10], [1])
