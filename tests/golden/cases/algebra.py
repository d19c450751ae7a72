import torch

from golden import case, n, p


def definite(a):
    return a @ a.mT + torch.eye(a.shape[-1])


def regular(a):
    return a + 4 * torch.eye(a.shape[-1])


def positive_qr(a):
    q, r = torch.linalg.qr(a)
    s = r.diagonal(dim1=-2, dim2=-1).sign().detach()
    return q * s.unsqueeze(-2), r * s.unsqueeze(-1)


def make():
    for a, b in [((3,), (4,)), ((1,), (5,)), ((7,), (1,))]:
        case("outer", torch.outer, [n(*a), n(*b)])
    for a, b in [((5,), (5,)), ((2, 1, 3), (4, 3)), ((3, 1), (1, 1))]:
        case("vecdot", lambda x, y: torch.linalg.vecdot(x, y) if hasattr(torch.linalg, "vecdot") else (x * y).sum(-1), [n(*a), n(*b)])
    for a, b in [((2, 3), (3, 2)), ((1, 1), (2, 4)), ((2, 3, 1), (2, 1, 2))]:
        case("kron", torch.kron if len(a) == 2 else lambda x, y: torch.stack([torch.kron(i, j) for i, j in zip(x, y)]), [n(*a), n(*b)])
    for a in [(3, 3), (2, 5), (1, 1)]:
        case("trace", torch.trace, [n(*a)])
    case("trace", lambda x: x.diagonal().sum(), [n(4, 2)])  # torch.trace of 1.13 sends a gradient to x[3, 0] too
    for power, a in [(3, (3, 3)), (0, (2, 2)), (5, (2, 1, 1)), (-2, (2, 2, 2))]:
        case("matrixpower", lambda x: torch.linalg.matrix_power(x if power >= 0 else regular(x), power), [n(*a)], [power])
    for a in [(3, 3), (1, 1), (2, 2, 2), (3, 1, 4, 4)]:
        case("cholesky", lambda x: torch.linalg.cholesky(definite(x)), [n(*a)])
        case("inverse", lambda x: torch.linalg.inv(regular(x)), [n(*a)])
        case("inverseoftransposed", lambda x: torch.linalg.inv(regular(x).mT), [n(*a)])
        case("det", torch.linalg.det, [n(*a)])
        case("detoftransposed", lambda x: torch.linalg.det(x.mT), [n(*a)])
        case("logabsdet", lambda x: torch.linalg.slogdet(regular(x))[1], [n(*a)])
        case("detsign", lambda x: torch.linalg.slogdet(x)[0].detach(), [n(*a)])
        case("logdetofdefinite", lambda x: torch.logdet(definite(x)), [n(*a)])
    case("det", torch.linalg.det, [n(5, 5)])
    # Of a singular matrix: the gradient is the cofactors, which the inverse cannot give.
    case("det", lambda x: sum(s * x[0, i] * x[1, j] * x[2, k] for s, i, j, k in [(1, 0, 1, 2), (1, 1, 2, 0), (1, 2, 0, 1), (-1, 0, 2, 1), (-1, 2, 1, 0), (-1, 1, 0, 2)]), [torch.tensor([[1.0, 2, 3], [2, 4, 6], [1, 0, 1]])])
    for a, b in [((3, 3), (3, 2)), ((1, 1), (1, 1)), ((2, 2, 2), (2, 2, 3)), ((4, 4), (2, 4, 1)), ((2, 1, 3, 3), (2, 3, 2))]:
        case("solve", lambda x, y: torch.linalg.solve(regular(x), y), [n(*a), n(*b)])
        case("solvetransposed", lambda x, y: torch.linalg.solve(regular(x).mT, y), [n(*a), n(*b)])
        for upper in (False, True):
            case("triangularsolve", lambda x, y: torch.linalg.solve_triangular(regular(x), y, upper=upper), [n(*a), n(*b)], [not upper, False])
            case("triangularsolve", lambda x, y: torch.linalg.solve_triangular(regular(x), y, upper=upper, unitriangular=True), [n(*a) / 2, n(*b)], [not upper, True])
            case("triangularsolvetransposed", lambda x, y: torch.linalg.solve_triangular((x.triu() if upper else x.tril()).mT, y, upper=not upper), [regular(n(*a)), n(*b)], [not upper])
    case("solvevector", lambda x, y: torch.linalg.solve(regular(x), y), [n(3, 3), n(3)])
    case("solvevector", lambda x, y: torch.linalg.solve(regular(x), y.unsqueeze(1)).squeeze(1), [n(1, 1), n(1)])  # 1.13 has no gradient for a single number
    case("solvevector", lambda x, y: torch.linalg.solve(regular(x).mT, y), [n(4, 4), n(4)], [True])
    for a in [(3, 3), (5, 2), (1, 1), (2, 4, 3), (2, 3), (2, 1, 4)]:
        case("qrq", lambda x: positive_qr(x)[0], [n(*a)])
        case("qrr", lambda x: positive_qr(x)[1], [n(*a)])
    case("qrr", lambda x: positive_qr(x.mT)[1], [n(3, 4)], [True])
    for a, b in [((5, 3), (5, 2)), ((4, 1), (4, 1)), ((2, 4, 2), (2, 4, 1)), ((3, 3), (3, 1)), ((2, 4), (2, 3))]:
        case("leastsquares", lambda x, y: torch.linalg.lstsq(x, y).solution, [n(*a), n(*b)])
