import torch
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from golden import case, n

BLOCKS = {"rnn": 1, "lstm": 4, "gru": 3}


def weights(kind, inputs, hidden, layers, directions):
    """Of each cell weight_ih, weight_hh, bias_ih, bias_hh."""
    b = BLOCKS[kind] * hidden
    sizes = [inputs if layer == 0 else hidden * directions for layer in range(layers) for _ in range(directions)]
    return [t for size in sizes for t in (n(b, size) / 2, n(b, hidden) / 2, n(b) / 2, n(b) / 2)]


def layer(kind, hidden, layers, directions, relu, parts, has_lengths):
    """PyTorch's own module with the weights given: all steps, then where the states ended, in a row."""
    def f(x, *rest):
        rest = list(rest)
        lengths = rest.pop(0) if has_lengths else None
        state = tuple(rest[:parts])
        options = dict(num_layers=layers, bidirectional=directions == 2, batch_first=True)
        net = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[kind](x.shape[2], hidden, **options, **(dict(nonlinearity="relu") if relu else {}))
        net._flat_weights = rest[parts:]
        given = None if not state else state if kind == "lstm" else state[0]
        y, end = net(x if lengths is None else pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False), given)
        if lengths is not None:
            y = pad_packed_sequence(y, batch_first=True, total_length=x.shape[1])[0]
        return torch.cat([t.flatten() for t in (y, *(end if kind == "lstm" else [end]))])
    return f


def make():
    for kind in ("rnn", "lstm", "gru"):
        for b, t, c, h, layers, directions, lengths, has_state, relu in [
            (2, 4, 3, 2, 1, 1, None, False, False),
            (3, 3, 2, 3, 2, 2, None, True, kind == "rnn"),
            (3, 5, 2, 2, 1, 2, [3, 5, 1], False, False),
            (4, 4, 1, 3, 2, 1, [2, 4, 4, 1], True, False),
            (1, 1, 1, 1, 3, 2, None, True, False),
            (3, 4, 2, 2, 2, 2, [4, 1, 3], True, kind == "rnn"),
        ]:
            parts = 0 if not has_state else 2 if kind == "lstm" else 1
            inputs = [n(b, t, c)] + ([] if lengths is None else [torch.tensor(lengths)]) + [n(layers * directions, b, h) for _ in range(parts)]
            case(kind, layer(kind, h, layers, directions, relu, parts, lengths is not None), inputs + weights(kind, c, h, layers, directions),
                 [h, layers, directions == 2, lengths is not None, has_state, relu])
    for b, c, h in [(3, 2, 4), (1, 1, 1), (2, 5, 3)]:
        for relu in (False, True):
            case("rnncell", torch._VF.rnn_relu_cell if relu else torch._VF.rnn_tanh_cell, [n(b, c), n(b, h)] + weights("rnn", c, h, 1, 1), [h, relu])
        case("grucell", torch._VF.gru_cell, [n(b, c), n(b, h)] + weights("gru", c, h, 1, 1), [h])
        case("lstmcell", lambda x, s, m, *w: torch.cat(torch._VF.lstm_cell(x, (s, m), *w)), [n(b, c), n(b, h), n(b, h)] + weights("lstm", c, h, 1, 1), [h])
