namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Credentials.</summary>
internal static class BadCredentials
{
    public static readonly ApiRequest Add = ApiRequest.Post("/credentials", """{"name":"ops \"key\" <1>","user":"root","kind":"Password","password":"it's $(a) \"p\" <w>","sudoPassword":"`s`"}""");
    public static readonly ApiRequest Change = (ApiRequest.Post("", """{"name":"spare","user":"admin"}""") with { Method = "PUT" }).At("/credentials/{spare}");
    private static readonly ApiRequest AddKey = ApiRequest.Post("/credentials", """{"name":"ops","user":"root","kind":"PrivateKey","privateKey":"-----BEGIN PRIVATE KEY-----\nMAo=\n-----END PRIVATE KEY-----"}""");

    public static IEnumerable<BadInput> Rows() => [.. Names(), .. Kinds(), .. Secrets(), .. Changes()];

    private static IEnumerable<BadInput> Names() =>
    [
        .. Nasty.Hidden.In(Add, "name", "credential name"),
        .. Nasty.NoTextIn(Add, "name", "credential name"),
        Add.WithText("name", "").Bad("credential name: nothing", "name"),
        Add.WithText("name", " \u3000\u00a0").Bad("credential name: blanks of three kinds", "name"),
        Add.WithText("name", Nasty.Long(65)).Bad("credential name: 65 letters", "name"),
        Add.WithText("name", Nasty.Long(900_000)).Bad("credential name: 900,000 letters", "name"),
        Add.Without("name").Bad("credential name: left out", "name"),
        Add.With("name", "null").Bad("credential name: null", "name"),
        Add.Again("name", "\"b\"").Bad("credential name: twice", "name"),
        .. Nasty.Hidden.Where(h => h.Text.Trim() == h.Text).In(Add, "user", "credential user"),
        .. Nasty.Meta.In(Add, "user", "credential user"),
        .. Nasty.NoTextIn(Add, "user", "credential user"),
        Add.WithText("user", Nasty.Long(33)).Bad("credential user: 33 letters", "user"),
        Add.WithText("user", "-oProxyCommand=x").Bad("credential user: an option of ssh", "user"),
        Add.Without("user").Bad("credential user: left out", "user"),
    ];

    private static IEnumerable<BadInput> Kinds() =>
    [
        Add.WithText("kind", "Telepathy").Bad("kind: none there is", "kind"),
        Add.WithText("kind", "Password,PrivateKey").Bad("kind: two at once", "kind"),
        Add.WithText("kind", "1").Bad("kind: a number as a text", "kind"),
        Add.With("kind", "9").Bad("kind: a number of none", "kind"),
        Add.With("kind", "0").Bad("kind: a number", "kind"),
        Add.With("kind", "[\"Password\"]").Bad("kind: a list", "kind"),
        Add.With("kind", "null").Bad("kind: null", "kind"),
        Add.Without("kind").Bad("kind: left out", "kind"),
        Add.WithText("kind", "<script>alert(1)</script>").Bad("kind: HTML", "kind"),
    ];

    private static IEnumerable<BadInput> Secrets() =>
    [
        Add.Without("password").Bad("password: left out", "password"),
        Add.WithText("password", "").Bad("password: nothing", "password"),
        Add.WithText("password", "a\nb").Bad("password: a line break", "password"),
        Add.WithText("password", "a\0").Bad("password: a NUL", "password"),
        Add.WithText("password", Nasty.Long(32 * 1024 + 1)).Bad("password: too long", "password"),
        .. Nasty.NoTextIn(Add, "password", "password"),
        Add.WithText("sudoPassword", "a\nb").Bad("sudo password: a line break", "sudoPassword"),
        Add.WithText("sudoPassword", "\e[2J").Bad("sudo password: an escape sequence", "sudoPassword"),
        Add.WithText("sudoPassword", Nasty.Long(32 * 1024 + 1)).Bad("sudo password: too long", "sudoPassword"),
        Add.With("sudoPassword", "{}").Bad("sudo password: an object", "sudoPassword"),
        AddKey.Bad("private key: a damaged one", "privateKey"),
        AddKey.Without("privateKey").Bad("private key: left out", "privateKey"),
        AddKey.WithText("privateKey", "nonsense").Bad("private key: nonsense", "privateKey"),
        AddKey.WithText("privateKey", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").Bad("private key: a public one", "privateKey"),
        AddKey.WithText("privateKey", "\0\0\0").Bad("private key: NULs", "privateKey"),
        AddKey.WithText("privateKey", "/root/.ssh/id_ed25519").Bad("private key: a path", "privateKey"),
        AddKey.WithText("privateKey", "<script>alert(1)</script>").Bad("private key: HTML", "privateKey"),
        AddKey.WithText("privateKey", Nasty.Long(32 * 1024 + 1)).Bad("private key: too long", "privateKey"),
        AddKey.WithText("passphrase", "a\nb").Bad("passphrase: a line break", "passphrase"),
        AddKey.WithText("passphrase", Nasty.Long(32 * 1024 + 1)).Bad("passphrase: too long", "passphrase"),
        AddKey.With("passphrase", "7").Bad("passphrase: a number", "passphrase"),
        Add.With("nome", "\"a\"").Bad("credential: a field that is not there", "nome"),
        Add.With("id", "\"{credential}\"").Bad("credential: an identity", "id"),
        Add.WithText("name", "root password").Refused("credential name: taken", 409),
    ];

    private static IEnumerable<BadInput> Changes() =>
    [
        Change.WithText("name", "").Bad("changed name: nothing", "name"),
        Change.WithText("name", "a\0").Bad("changed name: a NUL", "name"),
        Change.WithText("name", Nasty.Long(65)).Bad("changed name: 65 letters", "name"),
        Change.WithText("user", "ro ot").Bad("changed user: a blank", "user"),
        Change.WithText("user", "root\0").Bad("changed user: a NUL", "user"),
        Change.WithText("kind", "PrivateKey").Bad("changed kind: another one", "kind"),
        Change.WithText("kind", "PrivateKey").WithText("privateKey", "x").Bad("changed kind: another one with a secret", "kind"),
        Change.WithText("password", "a\rb").Bad("changed password: a carriage return", "password"),
        Change.WithText("sudoPassword", "s").Bad("changed secrets: no password among them", "password"),
        Change.WithText("name", "root password").Refused("changed name: taken", 409),
        Change.At($"/credentials/{Guid.Empty}").Refused("change: of no credential", 404),
        Change.At("/credentials/spare").Refused("change: a name in the path", 404),
        new ApiRequest("DELETE", "/credentials/{credential}").Refused("delete credential: hosts use it", 409),
        new ApiRequest("DELETE", "/credentials/%2e%2e").Refused("delete credential: a path upwards", 405),
        new ApiRequest("PATCH", "/credentials/{spare}").Refused("credential: another method", 405),
    ];
}
