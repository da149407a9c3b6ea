using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Tests.Fakes;

namespace ClusterPanel.Core.Tests.Deployments;

public sealed class DeploymentLogTests
{
    private readonly SteppingTime _time = new();
    private readonly FakeDeploymentStore _store;

    public DeploymentLogTests() => _store = new FakeDeploymentStore(_time);

    [Fact]
    public void WriteAsync_ManyLines_AreStoredInOrderWithoutGaps()
    {
        Write(async log =>
        {
            for (var i = 0; i < 12_000; i++)
            {
                await log.WriteAsync("stage", $"h{i % 5}", LineSource.Output, $"line {i}", CancellationToken.None);
            }
        });

        Assert.Equal(Enumerable.Range(0, 12_000).Select(i => $"line {i}"), _store.LogTexts);
        Assert.Equal(Enumerable.Range(1, 12_000).Select(i => (long)i), _store.Log.Select(l => l.Sequence));
    }

    [Fact]
    public void WriteAsync_TextOfSeveralLines_MakesSeveralLines()
    {
        Write(log => log.WriteAsync("stage", "h1", LineSource.Error, "one\r\ntwo\n\nfour", CancellationToken.None));

        Assert.Equal(["one", "two", "", "four"], _store.LogTexts);
        Assert.All(_store.Log, l => Assert.Equal(("stage", "h1", LineSource.Error), (l.Stage, l.Host, l.Stream)));
    }

    [Fact]
    public void WriteAsync_Secrets_AreHidden()
    {
        Write(async log =>
        {
            log.Redactor.Add("correct horse");
            await log.WriteAsync("s", "h1", LineSource.Output, "the password is correct horse!", CancellationToken.None);
            await log.WriteAsync([new NewLogLine(Samples.Now, "s", "h1", LineSource.Output, "token abcdef.0123456789abcdef")], new StreamOffsets("u", 1, 0), CancellationToken.None);
        });

        Assert.Equal(["the password is [redacted]!", "token [redacted]"], _store.LogTexts);
    }

    [Fact]
    public void WriteAsync_PrivateKeyOfSeveralLines_IsHidden()
    {
        Write(log => log.WriteAsync("s", "h1", LineSource.Error, "before\n-----BEGIN RSA PRIVATE KEY-----\nTUlJRXBBSUJBQUtDQVFFQQ==\n-----END RSA PRIVATE KEY-----\nafter", CancellationToken.None));

        Assert.DoesNotContain(_store.LogTexts, t => t.Contains("TUlJ", StringComparison.Ordinal));
        Assert.Equal("before", _store.Log[0].Text);
        Assert.Equal("after", _store.Log[^1].Text);
    }

    [Fact]
    public void WriteAsync_WithOffsets_ReturnsWhenBothAreStored()
    {
        Write(async log =>
        {
            await log.WriteAsync([new NewLogLine(Samples.Now, "s", "h1", LineSource.Output, "a")], new StreamOffsets("unit", 2, 0), CancellationToken.None);
            Assert.Equal(new StreamOffsets("unit", 2, 0), _store.Offsets["unit"]);
            Assert.Equal(["a"], _store.LogTexts);
        });
    }

    [Fact]
    public void WriteAsync_Line_IsStoredWithinATenthOfASecond()
    {
        Write(async log =>
        {
            await log.WriteAsync("s", "h1", LineSource.Output, "a", CancellationToken.None);
            await log.FlushAsync(CancellationToken.None);
            Assert.Equal(["a"], _store.LogTexts);
        });

        Assert.True(_time.GetUtcNow() - Samples.Now <= TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public void WriteAsync_StoreFails_StopsTheWriters()
    {
        _store.OnAppend = () => throw new IOException("the disk is full");

        Virtual.Run(_time, async () =>
        {
            await using var log = await DeploymentLog.OpenAsync(_store, RunnerBench.Lease, _time, CancellationToken.None);
            await log.WriteAsync("s", "h1", LineSource.Output, "a", CancellationToken.None);
            await Assert.ThrowsAsync<IOException>(() => log.FlushAsync(CancellationToken.None));
            await Assert.ThrowsAsync<IOException>(async () => await log.WriteAsync("s", "h1", LineSource.Output, "b", CancellationToken.None));
        });

        Assert.Empty(_store.Log);
    }

    private void Write(Func<DeploymentLog, ValueTask> write) => Virtual.Run(_time, async () =>
    {
        await using var log = await DeploymentLog.OpenAsync(_store, RunnerBench.Lease, _time, CancellationToken.None);
        await write(log);
    });
}
