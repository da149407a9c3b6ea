using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ClusterPanel.Web.Components.Pages.Deployments;

/// <summary>Shows lines; knows nothing of where they come from. Remote output is text, never HTML.</summary>
public sealed partial class LogView : IAsyncDisposable
{
    private ElementReference _scroller;
    private IJSObjectReference? _module;
    private DotNetObjectReference<LogView>? _self;
    private bool? _followed;
    private long _seen;
    private int _unseen;

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Inject]
    public required TimeProvider Time { get; init; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<LogLine> Lines { get; set; }

    /// <summary>Changes with the lines.</summary>
    [Parameter]
    public int Version { get; set; }

    /// <summary>Whether the view stays at the end.</summary>
    [Parameter]
    public bool Follow { get; set; }

    [Parameter]
    public EventCallback<bool> FollowChanged { get; set; }

    /// <summary>What is said when there is no line.</summary>
    [Parameter]
    public string Empty { get; set; } = "";

    // Virtualize wants a collection of its own kind; the ring's list is one.
    private ICollection<LogLine> Items => Lines as ICollection<LogLine> ?? [.. Lines];

    /// <summary>Called by the script when the operator scrolled away from the end or back to it.</summary>
    [JSInvokable]
    public Task OnFollowAsync(bool follow) => FollowChanged.InvokeAsync(follow);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
            {
                await _module.InvokeVoidAsync("stop", _scroller);
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and the script with it.
        }

        _self?.Dispose();
    }

    protected override void OnParametersSet()
    {
        var last = Lines.Count > 0 ? Lines[^1].Sequence : 0;
        _seen = Follow || last < _seen ? last : _seen;
        _unseen = Follow ? 0 : Lines.Count(l => l.Sequence > _seen);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender)
            {
                _self = DotNetObjectReference.Create(this);
                _module = await Js.InvokeAsync<IJSObjectReference>("import", "./Components/Pages/Deployments/LogView.razor.js");
                await _module.InvokeVoidAsync("start", _scroller, _self);
            }

            if (_module is not null && _followed != Follow)
            {
                _followed = Follow;
                await _module.InvokeVoidAsync("follow", _scroller, Follow);
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    }

    private Task FollowAgainAsync() => FollowChanged.InvokeAsync(true);

    private static string Class(LogLine line) => line.Stream switch
    {
        LineSource.Panel => "from-panel",
        LineSource.Error => "from-error",
        _ => "",
    };

    private static string Stream(LogLine line) => line.Stream switch
    {
        LineSource.Panel => "panel",
        LineSource.Output => "out",
        LineSource.Error => "err",
        _ => throw new ArgumentOutOfRangeException(nameof(line)),
    };
}
