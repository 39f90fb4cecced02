using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Runnel.AspNetCore.Sync;
using Runnel.Server.Homes;
using Runnel.Server.Sync;
using Runnel.Testing.Stores;

namespace Runnel.AspNetCore.Tests.Sync;

/// <summary>A peer that asks on and on, and takes no answer.</summary>
public class GreedyPeerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Its_questions_wait_and_in_the_end_it_is_let_go()
    {
        var options = new SyncOptions();
        await using var homes = new StreamHomes(new InMemoryStreamStore(new SimulatedDisk()), new HomeOptions(), _time, IdSource.System);
        await using var connection = new SyncConnection(homes, new HomeOptions(), options);
        var peer = new GreedyPeer();
        await using var stream = new GatheringStream(peer, peer.CutOff);
        using var socket = WebSocketHandshake.Open(stream, null, TimeSpan.FromDays(1), TimeSpan.FromDays(2));

        var running = new SyncSocket(socket, stream, connection, options, 64 * 1024, _time, NullLogger.Instance).RunAsync(TestContext.Current.CancellationToken);
        await peer.IgnoredAsync(options.MaxWaitingBytes);
        await Patience.UntilAsync(
            () =>
            {
                _time.Advance(options.SendTimeout);
                return running.IsCompleted;
            },
            "the connection ends");

        await running;
    }

    /// <summary>Has another question ready for every read, and takes nothing until it is cut off.</summary>
    private sealed class GreedyPeer : Stream
    {
        private static readonly byte[] Hello = RawSocket.Frame(RawSocket.Text, """{"type":"hello","client":"greedy"}""");
        private static readonly byte[] Question = RawSocket.Frame(RawSocket.Text, """{"type":"shout","ref":1}""");

        // The refusal of a question is longer than the question.
        private const int LeastAnswerBytes = 30;

        private readonly TaskCompletionSource _cutOff = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Queue<byte> _said = new(Hello);
        private int _questions;

        public void CutOff() => _cutOff.TrySetResult();

        /// <summary>Waits until the questions taken are no more for a while, and demands that their answers cannot be more than <paramref name="maxBytes"/> by much.</summary>
        public async Task IgnoredAsync(int maxBytes)
        {
            var (before, now) = (0, Volatile.Read(ref _questions));
            while (now == 0 || now != before)
            {
                Assert.InRange((long)now * LeastAnswerBytes, 0, 2L * maxBytes);
                await Task.Delay(200, TestContext.Current.CancellationToken);
                (before, now) = (now, Volatile.Read(ref _questions));
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (_cutOff.Task.IsCompleted) throw new IOException("Cut off.");
            if (buffer.IsEmpty) return 0;
            if (_said.Count == 0)
            {
                Interlocked.Increment(ref _questions);
                foreach (var single in Question) _said.Enqueue(single);
            }
            var count = Math.Min(buffer.Length, _said.Count);
            for (var i = 0; i < count; i++) buffer.Span[i] = _said.Dequeue();
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _cutOff.Task.WaitAsync(cancellationToken);
            throw new IOException("Cut off.");
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
