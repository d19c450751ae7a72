// Two compiled steps that share a layer, an optimiser or a constant: what one writes the other sees, and they are not let run at once.

using Kubik.Nn;
using Kubik.Optim;
using Kubik.Tests.Kernels;
using Kubik.Tests.Ops;
using Kubik.Training;

namespace Kubik.Tests.Graphs;

public sealed class SharedStepTests
{
    private static readonly Tensor X = new RandomStream(1, 1).Normal([8, 12]), T = Tensor.Of(0, 1, 2, 3, 4, 5, 6, 7);

    [Fact]
    public void Steps_of_two_nets_with_a_layer_in_common_see_each_others_changes()
    {
        ((Tensor a, Tensor b), (Tensor c, Tensor d)) = (Train(true), Train(false));
        Bits.Equal(c, a, "first net");
        Bits.Equal(d, b, "second net");

        static (Tensor, Tensor) Train(bool isCompiled)
        {
            return RandomSource.Seeded(0, () =>
            {
                Linear common = new(12, 6);
                Sequential left = new(common, new Tanh(), new Linear(6, 10)), right = new(common, new Relu(), new Linear(6, 10));
                Adam one = new(0.01);
                Momentum two = new(0.1);
                CompiledStep first = Compiled.Step(left, new CrossEntropy(), one), second = Compiled.Step(right, new CrossEntropy(), two);
                for (int i = 0; i < 5; i++)
                {
                    if (isCompiled)
                    {
                        first.Run(X, T);
                        second.Run(X, T);
                        continue;
                    }
                    one.Step(() => new CrossEntropy().Of(left.Forward(X), T), left);
                    two.Step(() => new CrossEntropy().Of(right.Forward(X), T), right);
                }
                return (left.Forward(X).Detach(), right.Forward(X).Detach());
            });
        }
    }

    // One step begins inside of the other, while that traces: so both run at once, in every test run.
    [Theory]
    [InlineData("a layer", true), InlineData("an optimiser", true), InlineData("a constant", false), InlineData("nothing", false)]
    public void Two_steps_that_share_what_one_of_them_writes_do_not_run_at_once(string shared, bool isRefused)
    {
        Linear layer = new(12, 12);
        Momentum rule = new(0.1);
        Parameter factor = new(Tensor.Scalar(1), ParameterRole.State);
        CompiledStep? inner = null;
        Exception? thrown = null;
        Tensor Scaled(Tensor y, Tensor t) => (shared == "a constant" ? (y * factor - t) : y - t).Square().Mean();
        Sequential second = new(shared == "a layer" ? layer : new Linear(12, 12), new Linear(12, 10)), first = new(layer, new Lambda(x =>
        {
            thrown = Record.Exception(() => inner!.Run(X, Tensor.Zeros([8, 10])));
            return x;
        }), new Linear(12, 10));
        CompiledStep outer = Compiled.Step(first, Scaled, rule);
        inner = Compiled.Step(second, Scaled, shared == "an optimiser" ? rule : new Momentum(0.1));
        Tensor t = Tensor.Zeros([8, 10]);
        Dictionary<string, Tensor> before = second.Values();
        outer.Run(X, t); // neither knows yet what it shares
        Assert.Null(thrown);
        for (int samples = 7; samples > 4; samples--)
        {
            before = second.Values();
            outer.Run(X[..samples], t[..samples]); // another shape, and so another trace
            Assert.Equal(isRefused, thrown is InvalidOperationException);
            if (!isRefused) continue;
            Assert.Contains("Another compiled step that shares parameters with this one", thrown!.Message, StringComparison.Ordinal);
            if (shared != "a layer") foreach ((string path, Tensor value) in second.Values()) Bits.Equal(before[path], value, path);
        }
        // One after another they go on as before, without a byte.
        inner.Run(X, t);
        Assert.Equal(0, Allocation.Steady(() => inner.Run(X, t)));
        outer.Run(X, t);
        Assert.Equal(0, Allocation.Steady(() => outer.Run(X, t)));
    }

    [Fact]
    public void A_step_that_begins_to_share_a_layer_of_one_that_is_running_is_refused()
    {
        Linear layer = new(12, 12);
        CompiledStep? later = null;
        Exception? thrown = null;
        bool isLater = false;
        CompiledStep first = Compiled.Step(new Sequential(layer, new Lambda(x =>
        {
            if (isLater) thrown = Record.Exception(() => later!.Run(X, T));
            return x;
        }), new Linear(12, 10)), new CrossEntropy(), new Sgd(0.1));
        later = Compiled.Step(new Sequential(layer, new Linear(12, 10)), new CrossEntropy(), new Sgd(0.1));
        first.Run(X, T);
        isLater = true;
        first.Run(X[..4], T[..4]);
        Assert.IsType<InvalidOperationException>(thrown);
        Assert.Equal(0, later.Compilations);
        later.Run(X, T);
        first.Run(X, T);
    }

    // The rule has no memory, so both steps do the same, and the weights are those of as many steps in a row whoever came first.
    [Fact]
    public void Threads_that_train_one_net_by_two_steps_are_told_and_lose_no_step()
    {
        const string Refusal = "Another compiled step that shares parameters with this one";
        Action? meanwhile = null;
        (Sequential net, Sequential alone) = (Made(), Made());
        foreach (((_, Parameter p), (_, Parameter q)) in net.Parameters().Zip(alone.Parameters())) q.Assign(p.Value.Detach());
        CompiledStep[] steps = [Compiled.Step(net, new CrossEntropy(), new Sgd(0.1)), Compiled.Step(net, new CrossEntropy(), new Sgd(0.1))];
        Sgd rule = new(0.1);
        foreach (CompiledStep step in steps) step.Run(X, T);
        Repeat(2, X, T);
        EqualWeights();

        // One is surely told: it tries while the other one is in the middle of a step, which goes on afterwards.
        Exception? told = null;
        meanwhile = () => Join(new Thread(() => told = Record.Exception(() => steps[1].Run(X, T))));
        steps[0].Run(X[..4], T[..4]); // another shape, and so another trace
        meanwhile = null;
        Assert.Contains(Refusal, Assert.IsType<InvalidOperationException>(told).Message, StringComparison.Ordinal);
        Repeat(1, X[..4], T[..4]);
        EqualWeights();

        // Then both as fast as they can: every step counts that was not refused, and no other.
        int done = 0;
        Exception? other = null;
        using Barrier start = new(steps.Length);
        Join([.. steps.Select(step => new Thread(() =>
        {
            start.SignalAndWait();
            for (int i = 0; i < 2000; i++)
            {
                try
                {
                    step.Run(X, T);
                    Interlocked.Increment(ref done);
                }
                catch (InvalidOperationException e) when (e.Message.StartsWith(Refusal, StringComparison.Ordinal))
                {
                    // the other one was faster
                }
                catch (Exception e)
                {
                    other = e;
                }
            }
        }))]);
        Assert.Null(other);
        foreach (CompiledStep step in steps) step.Run(X, T); // all is released
        Repeat(done + 1, X, T);
        Assert.False(Bits.Of(alone.Values()["0.weight"]).AsSpan().SequenceEqual(Bits.Of(net.Values()["0.weight"])),
            $"after {done} steps one more or less is not seen");
        Repeat(1, X, T);
        EqualWeights();

        Sequential Made() => new(new Linear(12, 64), new Tanh(), new Lambda(x =>
        {
            meanwhile?.Invoke();
            return x;
        }), new Linear(64, 10));

        void Repeat(int times, Tensor x, Tensor t)
        {
            for (int i = 0; i < times; i++) rule.Step(() => new CrossEntropy().Of(alone.Forward(x), t), alone);
        }

        void EqualWeights()
        {
            foreach ((string path, Tensor value) in alone.Values()) Bits.Equal(value, net.Values()[path], path);
        }

        static void Join(params Thread[] threads)
        {
            foreach (Thread thread in threads) thread.Start();
            foreach (Thread thread in threads) thread.Join();
        }
    }
}
