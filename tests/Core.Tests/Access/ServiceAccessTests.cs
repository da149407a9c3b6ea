using System.Reflection;
using ClusterPanel.Core.Access;

namespace ClusterPanel.Core.Tests.Access;

/// <summary>Every method that is there for people and programs asks who may, before anything else. A new one must be put into this table.</summary>
public sealed class ServiceAccessTests
{
    // "Service.Method" and the role that is needed at least.
    private static readonly Dictionary<string, Role> Table = new()
    {
        ["AccountService.ListAsync"] = Role.Administrator,
        ["AccountService.AddAsync"] = Role.Administrator,
        ["AccountService.ChangeAsync"] = Role.Administrator,
        ["AccountService.SetPasswordAsync"] = Role.Administrator,
        ["AccountService.SignOutEverywhereAsync"] = Role.Viewer,
        ["AccountService.DeleteAsync"] = Role.Administrator,
        ["TokenService.ListAsync"] = Role.Viewer,
        ["TokenService.CreateAsync"] = Role.Viewer,
        ["TokenService.RevokeAsync"] = Role.Viewer,
        ["AuditService.ReadAsync"] = Role.Administrator,
        ["HostService.ListAsync"] = Role.Viewer,
        ["HostService.FindAsync"] = Role.Viewer,
        ["HostService.AddAsync"] = Role.Operator,
        ["HostService.DeleteAsync"] = Role.Operator,
        ["HostService.ReadKeyAsync"] = Role.Operator,
        ["HostService.TrustAsync"] = Role.Operator,
        ["HostService.ProbeAsync"] = Role.Operator,
        ["CredentialService.ListAsync"] = Role.Viewer,
        ["CredentialService.AddAsync"] = Role.Operator,
        ["CredentialService.UpdateAsync"] = Role.Operator,
        ["CredentialService.DeleteAsync"] = Role.Operator,
        ["PackageService.ListAsync"] = Role.Viewer,
        ["PackageService.RegisterAsync"] = Role.Operator,
        ["PackageService.DeleteAsync"] = Role.Operator,
        ["PreflightService.RunAsync"] = Role.Operator,
        ["ClusterService.ListAsync"] = Role.Viewer,
        ["ClusterService.FindAsync"] = Role.Viewer,
        ["ClusterService.ViewAsync"] = Role.Viewer,
        ["ClusterService.FirstViewAsync"] = Role.Viewer,
        ["ClusterCertificateService.ReadAsync"] = Role.Viewer,
        ["ClusterService.GiveUpHostAsync"] = Role.Operator,
        ["ClusterService.UncordonAsync"] = Role.Operator,
        ["ClusterService.KubeconfigAsync"] = Role.Operator,
        ["ClusterService.DeleteAsync"] = Role.Operator,
        ["DeploymentService.ListAsync"] = Role.Viewer,
        ["DeploymentService.FindAsync"] = Role.Viewer,
        ["DeploymentService.ReadPlanAsync"] = Role.Viewer,
        ["DeploymentService.ListAttemptsAsync"] = Role.Viewer,
        ["DeploymentService.ListRequestsAsync"] = Role.Viewer,
        ["DeploymentService.ReadLogAsync"] = Role.Viewer,
        ["DeploymentService.PreviewAsync"] = Role.Operator,
        ["DeploymentService.StartAsync"] = Role.Operator,
        ["DeploymentService.RetryAsync"] = Role.Operator,
        ["DeploymentService.SkipAsync"] = Role.Operator,
        ["DeploymentService.TakeOverAsync"] = Role.Administrator,
        ["DeploymentService.CancelAsync"] = Role.Operator,
        ["DeploymentService.StopAsync"] = Role.Operator,
        ["ClusterChangeService.WhySilentAsync"] = Role.Operator,
        ["ClusterChangeService.PackageAsync"] = Role.Operator,
        ["ClusterChangeService.PreviewAsync"] = Role.Operator,
        ["ClusterChangeService.StartAsync"] = Role.Operator,
        ["HostLeftovers.ListAsync"] = Role.Operator,
    };

    // What nobody asks for: the panel does it by itself.
    private static readonly string[] OwnWork = ["PackageService.RegisterSettingAsync"];

    public static TheoryData<string> Methods => [.. Services().SelectMany(Public).Select(Name).Except(OwnWork)];

    [Fact]
    public void Table_OfAllMethods_IsComplete() =>
        Assert.Equal(Table.Keys.Concat(OwnWork).Order(StringComparer.Ordinal), Services().SelectMany(Public).Select(Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Method_Called_AsksForItsRoleBeforeAnythingElse(string name)
    {
        var type = Services().Single(t => name.StartsWith(t.Name + ".", StringComparison.Ordinal));
        var method = Public(type).Single(m => Name(m) == name);

        // Whatever it would touch before it asks is null.
        var constructor = type.GetConstructors().Single();
        var service = constructor.Invoke([.. constructor.GetParameters().Select(p => p.ParameterType == typeof(IAccess) ? new Asking() : null)]);
        var arguments = method.GetParameters().Select(p => p.ParameterType.IsValueType ? Activator.CreateInstance(p.ParameterType) : null).ToArray();

        var asked = await Assert.ThrowsAsync<AskedException>(() => (Task)method.Invoke(service, BindingFlags.DoNotWrapExceptions, null, arguments, null)!);

        Assert.Equal(Table[name], asked.Role);
    }

    private static IEnumerable<Type> Services() =>
        typeof(IAccess).Assembly.GetTypes().Where(t => t.GetConstructors().Any(c => c.GetParameters().Any(p => p.ParameterType == typeof(IAccess))));

    private static IEnumerable<MethodInfo> Public(Type type) => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";

    private sealed class AskedException(Role role) : Exception
    {
        public Role Role => role;
    }

    private sealed class Asking : IAccess
    {
        public Task<Actor> RequireAsync(Role role, CancellationToken cancellationToken) => throw new AskedException(role);
    }
}
