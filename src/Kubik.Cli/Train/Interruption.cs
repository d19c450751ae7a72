// Ctrl+C and a polite kill end a training between two steps; the second one ends the process as usual. Nothing is
// lost either way: the checkpoint is on the disk.

using System.Runtime.InteropServices;

namespace Kubik.Cli.Train;

/// <summary>Listens for signals while it lives.</summary>
internal sealed class Interruption : IDisposable
{
    public const int CtrlC = 2, Terminate = 15; // the numbers of the signals

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => this.registrations = [this.On(PosixSignal.SIGINT, CtrlC), this.On(PosixSignal.SIGTERM, Terminate)];

    public CancellationToken Token => this.source.Token;

    /// <summary>The number of the signal that came; 0: none.</summary>
    public int Signal { get; private set; }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in this.registrations) registration.Dispose();
        this.source.Dispose();
    }

    private PosixSignalRegistration On(PosixSignal signal, int number) => PosixSignalRegistration.Create(signal, context =>
    {
        if (this.Signal != 0) return;
        context.Cancel = true; // the process goes on, to its orderly end
        this.Signal = number;
        this.source.Cancel();
    });
}
