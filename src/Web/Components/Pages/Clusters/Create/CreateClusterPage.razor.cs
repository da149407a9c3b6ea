using ClusterPanel.Core;
using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Hosts;
using ClusterPanel.Core.Packages;
using ClusterPanel.Core.Preflight;
using ClusterPanel.Web.Components.Controls;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace ClusterPanel.Web.Components.Pages.Clusters.Create;

public sealed partial class CreateClusterPage
{
    private const int PreflightIndex = 3;
    private const int LastStep = 4;
    private static readonly IReadOnlyList<Crumb> Way = [new("Clusters", "/clusters")];
    private readonly CreateClusterModel _model = new();
    private int _step;
    private bool _loaded;
    private bool _busy;

    [Inject]
    public required DeploymentService Deployments { get; init; }

    [Inject]
    public required HostService Hosts { get; init; }

    [Inject]
    public required PackageService Packages { get; init; }

    [Inject]
    public required ClusterService Clusters { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    private string NextText => _step switch
    {
        PreflightIndex - 1 => "Run preflight",
        PreflightIndex => "Show the plan",
        _ => "Next",
    };

    private bool CanGoOn => !_busy && _step switch
    {
        PreflightIndex => _model.Preflight?.Passed == true,
        LastStep => _model.Preview is not null,
        _ => true,
    };

    protected override async Task OnInitializedAsync()
    {
        _model.SetHosts(await Hosts.ListAsync(CancellationToken.None));
        _model.Packages = await Packages.ListAsync(CancellationToken.None);
        _model.Clusters = await Clusters.ListAsync(CancellationToken.None);
        _model.Request.PackageId = _model.Packages.Count == 1 ? _model.Packages[0].Id : null;
        _loaded = true;
    }

    private void OnReport(PreflightReport? report) => _model.Preflight = report;

    private void Forget() => (_model.Preflight, _model.Preview) = (null, null);

    // Back is free; forward goes one step at a time, and only over what Core accepts.
    private async Task OnInteractionAsync(StepperInteractionEventArgs args)
    {
        if (args.Action == StepAction.Activate && args.StepIndex <= _step)
        {
            _model.Errors.Clear();
            return;
        }

        args.Cancel = args.Action != StepAction.Complete || !await CompleteAsync();
    }

    private async Task<bool> CompleteAsync()
    {
        // A second click arrives here before the first one is through.
        if (_busy || !CanGoOn || _step >= LastStep)
        {
            return false;
        }

        _busy = true;
        try
        {
            _model.Preview = await PreviewAsync();
            return _step < LastStep - 1 || _model.Preview is not null;
        }
        catch (InvalidInputException e)
        {
            return _model.Accept(e.Errors, _step);
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task<PlanPreview> PreviewAsync()
    {
        _model.Errors.Clear();
        return await Deployments.PreviewAsync(_model.Request, CancellationToken.None);
    }

    private async Task StartAsync()
    {
        if (_busy || _model.Preview is null)
        {
            return;
        }

        _busy = true;
        try
        {
            var deployment = await Deployments.StartAsync(_model.Request, _model.Preview.Hash, CancellationToken.None);

            // Stays busy: the page is left.
            Navigation.NavigateTo($"/deployments/{deployment.Id}");
        }
        catch (RefusedException e)
        {
            await ShowAgainAsync(e.Message);
        }
        catch (InvalidInputException e)
        {
            await ShowAgainAsync(e.Message);
        }
    }

    // What was confirmed is no longer what would be run: the plan as it is now is shown, to be confirmed anew.
    private async Task ShowAgainAsync(string message)
    {
        try
        {
            _model.Preview = await PreviewAsync();
        }
        catch (InvalidInputException)
        {
            _model.Preview = null;
        }

        _model.Errors.SetGeneral(message);
        _busy = false;
    }
}
