using Microsoft.AspNetCore.Components;
using Runnel.Client.Models;

namespace Runnel.Client.Browser;

/// <summary>
/// A component that shows what a Runnel client keeps: it is rendered again when something that it watches has changed, once a frame at
/// most, however much changes.
/// </summary>
public abstract class SyncedComponent : ComponentBase, IDisposable
{
    private readonly List<Action> _unwatch = [];
    private bool _isDue, _isDisposed;

    /// <summary>Is rendered again when anything in <paramref name="list"/> changes: its objects, their order, or what they hold. The list is the component's from now on.</summary>
    protected LiveList<T> Watch<T>(LiveList<T> list) where T : class, ISynced<T>
    {
        list.Changed += Note;
        _unwatch.Add(() =>
        {
            list.Changed -= Note;
            list.Dispose();
        });
        return list;
    }

    /// <summary>Is rendered again when the status of <paramref name="client"/>, or anything in its streams, changes.</summary>
    protected RunnelClient Watch(RunnelClient client)
    {
        client.StatusChanged += Note;
        _unwatch.Add(() => client.StatusChanged -= Note);
        return client;
    }

    /// <summary>Is rendered again when the conflicts or the refusals of <paramref name="stream"/> change.</summary>
    protected SyncedStream Watch(SyncedStream stream)
    {
        stream.ConflictsChanged += Note;
        stream.Rejected += Note;
        _unwatch.Add(() =>
        {
            stream.ConflictsChanged -= Note;
            stream.Rejected -= Note;
        });
        return stream;
    }

    /// <summary>Called in the frame in which the component is to be rendered again because something changed, right before that.</summary>
    protected virtual void OnChanged()
    {
    }

    /// <summary>Watches no longer.</summary>
    public void Dispose()
    {
        Dispose(isDisposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Watches no longer; to be extended by what the component holds itself.</summary>
    /// <param name="isDisposing">True, unless called by a finalizer.</param>
    protected virtual void Dispose(bool isDisposing)
    {
        _isDisposed = true;
        foreach (var unwatch in _unwatch) unwatch();
        _unwatch.Clear();
    }

    private void Note(object? sender, EventArgs change)
    {
        if (_isDue || _isDisposed) return;
        _isDue = true;
        _ = RenderAsync();
    }

    private async Task RenderAsync()
    {
        await Frames.NextAsync().ConfigureAwait(false);
        await InvokeAsync(Render).ConfigureAwait(false);
    }

    private void Render()
    {
        _isDue = false;
        if (_isDisposed) return;
        OnChanged();
        StateHasChanged();
    }
}
