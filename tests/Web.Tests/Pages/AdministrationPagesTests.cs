using Bunit;
using ClusterPanel.Core;
using ClusterPanel.Core.Access;
using ClusterPanel.Core.Auditing;
using ClusterPanel.Web.Components.Pages.Accounts;
using ClusterPanel.Web.Components.Pages.Audit;
using ClusterPanel.Web.Components.Pages.Tokens;
using ClusterPanel.Web.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace ClusterPanel.Web.Tests.Pages;

public sealed class AdministrationPagesTests : WebTestContext
{
    private readonly MemoryAccounts _accounts = new();
    private readonly MemoryTokens _tokens = new();

    public AdministrationPagesTests() => Services.AddSingleton<IAccountStore>(_accounts).AddSingleton<ITokenStore>(_tokens)
        .AddScoped<AccountService>().AddScoped<TokenService>().AddScoped<AuditService>();

    [Fact]
    public async Task Accounts_AddedWithAShortPassword_SaysSoAtTheField()
    {
        var dialogs = RenderDialogs();
        var page = Render<AccountsPage>();

        await page.InvokeAsync(() => Button(page, "Add account").Click());
        Field(dialogs, "User name").Change("igor");
        Field(dialogs, "Password").Change("short");
        await Button(dialogs, "Add account").ClickAsync(new());
        Assert.Contains("at least 12", dialogs.Markup, StringComparison.Ordinal);
        Field(dialogs, "Password").Change("a long enough password");
        await Button(dialogs, "Add account").ClickAsync(new());

        await UntilAsync(() => Assert.Contains("igor", page.Find("table[aria-label='Accounts']").TextContent, StringComparison.Ordinal));
        Assert.Equal(("account.add", "account igor", "Viewer"), (_accounts.Entries[^1].Action, _accounts.Entries[^1].Target, _accounts.Entries[^1].After));
    }

    [Fact]
    public async Task Accounts_LastAdministratorMadeViewer_SaysWhyNotAndShowsWhatIsStored()
    {
        var page = Render<AccountsPage>();

        await page.Find("select[aria-label='Role of maria']").ChangeAsync(new() { Value = "Viewer" });

        Assert.Contains("This is the last administrator", page.Markup, StringComparison.Ordinal);
        Assert.Equal("Administrator", page.Find("select[aria-label='Role of maria']").GetAttribute("value"));
    }

    [Fact]
    public async Task Token_Created_IsShownOnce()
    {
        var dialogs = RenderDialogs();
        var page = Render<TokensPage>();

        await page.InvokeAsync(() => Button(page, "Create token").Click());
        Field(dialogs, "Name").Change("nightly");
        await Button(dialogs, "Create token").ClickAsync(new());
        var secret = dialogs.Find("pre[aria-label='Token']").TextContent;
        await Button(dialogs, "I have copied it").ClickAsync(new());

        Assert.Equal(TokenService.HashOf(secret), Assert.Single(_tokens.All).Hash);
        await UntilAsync(() => Assert.Contains("nightly", page.Find("table[aria-label='Tokens']").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain(secret, page.Markup + dialogs.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void Audit_Entries_AreShownWithWhoAndWhat()
    {
        var audit = (MemoryAudit)Services.GetRequiredService<IAuditStore>();
        audit.Entries.Add(new AuditEntry { Number = 1, At = Time.GetUtcNow(), User = "igor", Token = "ci", From = "10.0.0.9", Action = "host.delete", Target = "host web1", Before = "10.0.0.1", Result = AuditEntry.Done });

        var page = Render<AuditPage>();

        var row = page.FindAll("table[aria-label='Audit log'] tbody tr").Single(r => r.TextContent.Contains("host.delete", StringComparison.Ordinal)).TextContent;
        Assert.Contains("igor by token ci", row, StringComparison.Ordinal);
        Assert.Contains("10.0.0.9", row, StringComparison.Ordinal);
        Assert.Contains(audit.Entries, e => e.Action == "audit.read");
    }

    [Fact]
    public void Audit_ForAnOperator_IsDenied()
    {
        Access.Role = Role.Operator;

        var e = Assert.Throws<AccessDeniedException>(() => Render<AuditPage>());

        Assert.Contains("This is for the role Administrator", e.Message, StringComparison.Ordinal);
    }

    private sealed class MemoryAccounts : IAccountStore
    {
        private readonly List<UserAccount> _all = [new("1", "maria", Role.Administrator, false, false)];

        public List<AuditEntry> Entries { get; } = [];

        public Task<IReadOnlyList<UserAccount>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<UserAccount>>([.. _all]);

        public Task AddAsync(string name, string password, Role role, AuditEntry entry, CancellationToken cancellationToken)
        {
            if (password.Length < 12)
            {
                throw new InvalidInputException("password", "Passwords must be at least 12 characters.");
            }

            _all.Add(new(name, name, role, false, false));
            Entries.Add(entry);
            return Task.CompletedTask;
        }

        public Task ChangeAsync(string id, Role role, bool blocked, AuditEntry entry, CancellationToken cancellationToken) =>
            throw new ConflictException("This is the last administrator: make another one first.");

        public Task SetPasswordAsync(string id, string password, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task SignOutEverywhereAsync(string id, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task DeleteAsync(string id, AuditEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class MemoryTokens : ITokenStore
    {
        public List<ApiToken> All { get; } = [];

        public Task<IReadOnlyList<ApiToken>> ListAsync(string? userId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ApiToken>>([.. All]);

        public Task<ApiToken?> FindAsync(string hash, CancellationToken cancellationToken) => Task.FromResult(All.FirstOrDefault(t => t.Hash == hash));

        public Task AddAsync(ApiToken token, AuditEntry entry, CancellationToken cancellationToken)
        {
            All.Add(token);
            return Task.CompletedTask;
        }

        public Task DeleteAsync(Guid id, AuditEntry entry, CancellationToken cancellationToken)
        {
            All.RemoveAll(t => t.Id == id);
            return Task.CompletedTask;
        }
    }
}
