import math

import torch
import torch.nn.functional as F

from golden import case, n, p

REDUCTIONS = ["none", "mean", "sum"]


def loss(op, f, configurations):
    """Each configuration (inputs, attributes) with one reduction after the other; f takes the inputs, the attributes and the reduction."""
    for i, (inputs, attributes) in enumerate(configurations):
        r = REDUCTIONS[i % 3]
        case(op, lambda *x: f(*x, *attributes, r), inputs, [r] + list(attributes))


def reduced(f):
    """What PyTorch lacks: f gives one loss for each element or sample."""
    return lambda *x: {"none": lambda y: y, "mean": torch.mean, "sum": torch.sum}[x[-1]](f(*x[:-1]))


def labels(k, *shape):
    return torch.randint(k, shape)


def signs(*shape):
    return torch.randint(2, shape) * 2 - 1


def logs(*shape):
    """Numbers for a log-softmax that is taken inside the case."""
    return n(*shape) * 2


def numbers():
    shapes = [(5,), (3, 1), (2, 3, 4), (1, 7)]
    pair = lambda s: [n(*s) * 2, n(*s)]
    plain = [(pair(s), []) for s in shapes]
    loss("mse", lambda y, t, r: F.mse_loss(y, t, reduction=r), plain)
    loss("mae", lambda y, t, r: F.l1_loss(y, t, reduction=r), plain + [([torch.tensor([1.0, 2.0]), torch.tensor([1.0, 3.0])], [])])
    loss("huber", lambda y, t, d, r: F.huber_loss(y, t, delta=d, reduction=r), [(pair(s), [d]) for s, d in zip(shapes, [1.0, 0.5, 2.5, 0.125])] + [([torch.tensor([0.0, 1.0, -1.0, 3.0]), torch.zeros(4)], [1.0])])
    loss("smooth l1", lambda y, t, b, r: F.smooth_l1_loss(y, t, beta=b, reduction=r), [(pair(s), [b]) for s, b in zip(shapes, [1.0, 0.25, 0.0, 2.0])] + [([torch.tensor([0.0, 1.0, -1.0, 3.0]), torch.zeros(4)], [1.0])])
    asymmetric = reduced(lambda y, t, a, b: (t - y) ** 2 * (a * ((t - y) < 0) + b * ((t - y) >= 0)))
    loss("asymmetric square", asymmetric, [(pair(s), [a, b]) for s, a, b in zip(shapes, [1.0, 3.0, 0.0, 2.0], [2.0, 0.5, 1.0, 2.0])])
    loss("pinball", reduced(lambda y, t, q: torch.maximum(q * (t - y), (q - 1) * (t - y))), [(pair(s), [q]) for s, q in zip(shapes, [0.5, 0.9, 0.1, 0.25])])
    loss("log cosh", reduced(lambda y, t: torch.log(torch.cosh(t - y))), plain)
    log = [True, True, False, False, True, False]
    counts = lambda s: [p(*s), torch.poisson(p(*s) * 3).long()]  # PyTorch's gradient for a count of 0 is NaN: it multiplies an infinite slope by 0
    loss("poisson", lambda y, t, g, f, r: F.poisson_nll_loss(y, t.double(), log_input=g, full=f, reduction=r), [(counts(s), [g, f]) for s, g, f in zip(shapes + [(6, 1), (2, 2)], log, [False, True, False, True, True, False])])
    gaussian = lambda y, t, r: F.gaussian_nll_loss(y[..., :t.shape[-1]], t, y[..., t.shape[-1]:].exp(), reduction=r)
    loss("gaussian", gaussian, [([n(*s[:-1], 2 * s[-1]), n(*s)], []) for s in shapes])


def classes():
    nll = lambda y, t, w, i, r: F.nll_loss(y.log_softmax(1), t, weight=None if w is None else torch.tensor(w), ignore_index=-100 if i is None else i, reduction=r)
    shapes = [((4, 3), (4,)), ((1, 5), (1,)), ((2, 3, 4), (2, 4)), ((2, 4, 1, 3), (2, 1, 3)), ((6, 2), (6,)), ((3, 1), (3,))]
    some = lambda k, s, i: torch.where(torch.rand(s) < 0.3, torch.tensor(i if i is not None else 0), labels(k, *s)) if i is not None else labels(k, *s)
    options = [(None, None), ([1.0, 2.0, 0.5, 3.0, 0.25], None), ([0.5, 2.0, 1.0], -1), (None, 2), ([1.0, 3.0], -100), (None, None)]
    configurations = []
    for (s, ts), (w, i) in zip(shapes, options):
        t = some(s[1], ts, i)
        t.view(-1)[0] = 0  # one at least is counted
        configurations.append(([logs(*s), t], [w, i]))
    configurations += [(configurations[2][0], [[0.5, 2.0, 1.0], -1]), (configurations[4][0], [[1.0, 3.0], -100]), (configurations[0][0], [[0.5, 2.0, 1.0], None]), (configurations[3][0], [None, 2])]
    loss("nll", nll, configurations)
    cross = lambda y, t, w, i, e, r: F.cross_entropy(y, t, weight=None if w is None else torch.tensor(w), ignore_index=-100 if i is None else i, label_smoothing=e, reduction=r)
    smooth = [0.0, 0.1, 0.2, 0.0, 0.05, 0.3, 0.1, 0.2, 0.0, 0.0]
    loss("cross entropy", cross, [(x, a + [e]) for (x, a), e in zip(configurations, smooth)])
    loss("cross entropy", cross, [(x, a + [e]) for (x, a), e in zip(configurations[1:] + configurations[:1], smooth)])
    soft = [([logs(*s), n(*s).softmax(1)], [w, None, e]) for s, w, e in [((4, 3), None, 0.0), ((1, 5), [1.0, 2.0, 0.5, 3.0, 0.25], 0.0), ((2, 3, 4), None, 0.1), ((2, 2, 1, 3), [0.5, 2.0], 0.25), ((3, 1), None, 0.0)]]
    loss("cross entropy", cross, soft)

    def focal(y, t, g):
        l = y.log_softmax(1).gather(1, t.unsqueeze(1)).squeeze(1)
        return -((1 - l.exp()) ** g) * l

    loss("focal", reduced(focal), [([logs(*s), labels(s[1], *ts)], [g]) for (s, ts), g in zip(shapes[:5], [2.0, 0.0, 1.5, 3.0, 0.5])])

    def sigmoid_focal_loss(y, t, g, a):  # torchvision.ops.sigmoid_focal_loss
        q = torch.sigmoid(y)
        ce = F.binary_cross_entropy_with_logits(y, t, reduction="none")
        q_t = q * t + (1 - q) * (1 - t)
        return (a * t + (1 - a) * (1 - t)) * ce * ((1 - q_t) ** g)

    yes = lambda s: torch.randint(2, s)
    loss("binary focal", reduced(lambda y, t, g, a: sigmoid_focal_loss(y, t.double(), g, a)), [([n(*s) * 3, yes(s)], [g, a]) for s, g, a in [((5,), 2.0, 0.25), ((3, 1), 0.0, 0.5), ((2, 3, 4), 1.5, 0.75), ((1, 7), 3.0, 0.1)]])
    bce = lambda y, t, w, r: F.binary_cross_entropy_with_logits(y, t, pos_weight=None if w is None else torch.tensor(w), reduction=r)
    loss("bce", bce, [([n(*s) * 3, n(*s).sigmoid()], [w]) for s, w in [((5,), None), ((3, 1), [2.0]), ((2, 3, 4), [0.5, 1.0, 2.0, 4.0]), ((1, 7), None), ((4, 2), [3.0, 0.25])]])
    kl = lambda y, t, g, r: (F.kl_div(y.log_softmax(1), t.log_softmax(1) if g else t.double(), log_target=g, reduction="none").sum(1) if r == "none"
                             else F.kl_div(y.log_softmax(1), t.log_softmax(1) if g else t.double(), log_target=g, reduction="batchmean" if r == "mean" else r))
    loss("kl", kl, [([logs(4, 3), n(4, 3).softmax(1)], [False]), ([logs(1, 5), n(1, 5)], [True]), ([logs(2, 3, 4), n(2, 3, 4).softmax(1)], [False]), ([logs(2, 4, 1), n(2, 4, 1)], [True]), ([logs(2, 2), torch.eye(2).long()], [False])])  # the last without a gradient for the target: PyTorch's is NaN at 0


def margins():
    shapes = [(5,), (3, 1), (2, 3, 4), (1, 7)]
    loss("hinge", reduced(lambda y, t, m: torch.relu(m - t * y)), [([n(*s), signs(*s)], [m]) for s, m in zip(shapes, [1.0, 0.5, 2.0, 1.0])])
    loss("soft margin", lambda y, t, r: F.soft_margin_loss(y, t, reduction=r), [([n(*s) * 3, signs(*s)], []) for s in shapes])
    loss("hinge embedding", lambda y, t, m, r: F.hinge_embedding_loss(y, t, margin=m, reduction=r), [([n(*s), signs(*s)], [m]) for s, m in zip(shapes, [1.0, 0.5, 2.0, 0.0])])
    loss("multi margin", lambda y, t, m, q, r: F.multi_margin_loss(y, t, margin=m, p=q, reduction=r), [([n(*s), labels(s[1], s[0])], [m, q]) for s, m, q in [((4, 3), 1.0, 1), ((1, 5), 0.5, 2), ((6, 2), 2.0, 1), ((3, 1), 1.0, 2)]])
    loss("margin ranking", lambda a, b, t, m, r: F.margin_ranking_loss(a, b, t, margin=m, reduction=r), [([n(*s), n(*s), signs(*s)], [m]) for s, m in zip(shapes, [0.0, 0.5, 2.0, 1.0])])
    loss("triplet", lambda a, b, c, m, q, s, r: F.triplet_margin_loss(a, b, c, margin=m, p=q, swap=s, reduction=r),
         [([n(*s), n(*s), n(*s)], [m, q, w]) for s, m, q, w in [((4, 3), 1.0, 2.0, False), ((1, 5), 0.5, 1.0, False), ((3, 1), 2.0, 2.0, True), ((5, 4), 3.0, 3.0, True), ((7,), 1.5, 2.0, False)]])
    loss("cosine embedding", lambda a, b, t, m, r: F.cosine_embedding_loss(a, b, t, margin=m, reduction=r), [([n(*s), n(*s), signs(s[0])], [m]) for s, m in [((4, 3), 0.0), ((1, 5), -0.5), ((3, 1), 0.25), ((6, 2), 0.5)]])

    def contrastive(a, b, t, m):
        d = F.pairwise_distance(a, b, 2, 1e-6)
        return torch.where(t > 0, ((a - b) ** 2).sum(-1), torch.relu(m - d) ** 2) / 2

    loss("contrastive", reduced(contrastive), [([n(*s), n(*s), signs(s[0])], [m]) for s, m in [((4, 3), 1.0), ((1, 5), 4.0), ((3, 1), 2.0), ((6, 2), 3.0)]])


def regions():
    shape = lambda s: (s[0],) + (1,) * (len(s) - 1)

    def share(op, q, t, axes, s):
        common, both = (q * t).sum(axes), q.sum(axes) + t.sum(axes)
        return 1 - ((2 * common + s) / (both + s) if op == "dice" else (common + s) / (both - common + s))

    for op in ["dice", "jaccard"]:
        configurations = [([n(*s) * 2, torch.randint(2, s).double()], [w]) for s, w in [((3, 4), 1.0), ((1, 2, 3), 0.5), ((2, 1), 1.0)]]
        configurations += [([n(*s) * 2, labels(s[1], s[0], *s[2:])], [w]) for s, w in [((2, 3, 4), 1.0), ((4, 2), 0.25), ((1, 3, 2, 2), 1.0)]]
        loss(op, reduced(lambda y, t, s: share(op, y.sigmoid(), t, list(range(1, y.dim())), s) if t.is_floating_point() else share(
            op, y.softmax(1).flatten(2) if y.dim() > 2 else y.softmax(1).unsqueeze(2), (F.one_hot(t, y.shape[1]).double().movedim(-1, 1).flatten(2) if y.dim() > 2 else F.one_hot(t, y.shape[1]).double().unsqueeze(2)), [2], s).mean(1)), configurations)

    def boxes(*s):
        a, size = n(*s, 2), p(*s, 2)
        return torch.cat([a, a + size], -1)

    def iou(a, b, generalized):  # torchvision.ops.generalized_box_iou_loss without its epsilon, which makes a perfect small box look wrong
        x1, y1, x2, y2 = a.unbind(-1)
        x1g, y1g, x2g, y2g = b.unbind(-1)
        xk1, yk1, xk2, yk2 = torch.max(x1, x1g), torch.max(y1, y1g), torch.min(x2, x2g), torch.min(y2, y2g)
        overlap = torch.where((yk2 > yk1) & (xk2 > xk1), (xk2 - xk1) * (yk2 - yk1), torch.zeros_like(x1))
        union = (x2 - x1) * (y2 - y1) + (x2g - x1g) * (y2g - y1g) - overlap
        value = overlap / union
        if not generalized:
            return 1 - value
        hull = (torch.max(x2, x2g) - torch.min(x1, x1g)) * (torch.max(y2, y2g) - torch.min(y1, y1g))
        return 1 - (value - (hull - union) / hull)

    for op, g in [("box iou", False), ("box giou", True)]:
        loss(op, reduced(lambda a, b: iou(a, b, g)), [([boxes(*s), boxes(*s)], []) for s in [(5,), (3, 1), (2, 3), (1,)]])

    def detection(y, t, k, presence, w, beta):
        there = (t[:, 4] >= 0).double()
        known = t[:, 4].clamp(0).long()
        each = F.cross_entropy(y[:, 4:4 + k], known, reduction="none") + w * F.smooth_l1_loss(y[:, :4], t[:, :4], beta=beta, reduction="none").sum(1)
        return there * each + F.binary_cross_entropy_with_logits(y[:, 4 + k], there, reduction="none") if presence else each

    birds = lambda b, k, least: torch.cat([n(b, 4), torch.randint(least, k, (b, 1)).double()], 1)
    loss("detection", reduced(detection), [([n(b, 4 + k + (1 if q else 0)), birds(b, k, -1 if q else 0)], [k, q, w, beta]) for b, k, q, w, beta in [(4, 2, False, 1.0, 1.0), (5, 2, True, 2.0, 0.5), (1, 3, False, 0.5, 0.25), (7, 1, True, 1.0, 1.0)]])


def sequences():
    def ctc(y, t, steps, letters, blank, zero, r):
        each = F.ctc_loss(y.log_softmax(-1).transpose(0, 1), t, steps, letters, blank=blank, reduction="none", zero_infinity=zero)
        return each if r == "none" else each.mean() if r == "mean" else each.sum()

    def words(k, blank, b, s):
        t = torch.randint(k - 1, (b, s))
        return torch.where(t >= blank, t + 1, t)

    loss("ctc", ctc, [
        ([n(3, 7, 4), words(4, 0, 3, 3), torch.tensor([7, 5, 6]), torch.tensor([3, 2, 1])], [0, False]),
        ([n(2, 5, 3), words(3, 2, 2, 2), torch.tensor([5, 4]), torch.tensor([2, 2])], [2, False]),
        ([n(1, 6, 2), torch.ones(1, 3).long(), torch.tensor([6]), torch.tensor([3])], [0, False]),
        ([n(2, 4, 3), words(3, 1, 2, 1), torch.tensor([1, 4]), torch.tensor([1, 0])], [1, False]),
        ([n(3, 4, 3), torch.tensor([[1, 1, 1], [1, 2, 1], [2, 2, 0]]), torch.tensor([4, 3, 2]), torch.tensor([3, 3, 2])], [0, True]),
        ([n(2, 9, 5) * 3, words(5, 0, 2, 4), torch.tensor([9, 8]), torch.tensor([4, 3])], [0, False]),
    ])


def make():
    numbers()
    classes()
    margins()
    regions()
    sequences()
