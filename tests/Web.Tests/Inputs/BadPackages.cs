namespace ClusterPanel.Web.Tests.Inputs;

/// <summary>Paths of packages on the panel's machine.</summary>
internal static class BadPackages
{
    private static readonly ApiRequest Register = ApiRequest.Post("/packages", """{"path":"/nowhere/kube1.20.2-amd64.tar.gz"}""");

    public static IEnumerable<BadInput> Rows() =>
    [
        .. Nasty.Hidden.Select(t => ($"/srv/{t.Text}.tar.gz", t.What)).Select(t => Register.WithText("path", t.Item1).Bad($"package path: {t.What}", "path")),
        .. Nasty.NoTextIn(Register, "path", "package path"),
        .. Paths.Select(p => Register.WithText("path", p).Bad($"package path: {p}", "path")),
        Register.WithText("path", "").Bad("package path: nothing", "path"),
        Register.WithText("path", "  ").Bad("package path: blanks", "path"),
        Register.WithText("path", "/" + Nasty.Long(4096)).Bad("package path: 4097 letters", "path"),
        Register.WithText("path", "/" + string.Concat(Enumerable.Repeat("a/", 2000))).Bad("package path: 2000 folders", "path"),
        Register.WithText("path", "/srv/" + Nasty.Long(300)).Bad("package path: a name of 300 letters", "path"),
        Register.WithText("path", "/" + Nasty.Long(900_000)).Bad("package path: 900,000 letters", "path"),
        Register.Without("path").Bad("package path: left out", "path"),
        Register.With("path", "null").Bad("package path: null", "path"),
        Register.With("url", "\"x\"").Bad("package: a field that is not there", "url"),
        new ApiRequest("DELETE", "/packages/..%2f..%2fetc%2fpasswd").Refused("delete package: a path upwards", 404),
    ];

    private static IReadOnlyList<string> Paths =>
    [
        "/nowhere/kube1.20.2-amd64.tar.gz", "kube1.20.2-amd64.tar.gz", "./kube.tar.gz", "../../etc/passwd", "/srv/../etc/passwd", "/etc/passwd", "/etc/shadow", "/etc", "/", "//", "/.", "~/kube.tar.gz",
        "/dev/zero", "/dev/null", "/dev/random", "/dev/full", "/dev/stdin", "/dev/tty", "/dev/fd/0", "/proc/kmsg", "/proc/self/environ", "/proc/self/mem", "/proc/self/maps", "/proc/self/fd/0", "/proc/1/root",
        "/sys/kernel/notes", "/proc/kcore", "file:///etc/passwd", "http://127.0.0.1/kube.tar.gz", "\\\\server\\share", "C:\\kube.tar.gz", "$(reboot)", "/srv/$(reboot).tar.gz", "/srv/`reboot`", "/srv/;reboot;", "/srv/*.tar.gz",
        "/srv/<script>alert(1)</script>", "-rf /", "|sh",
    ];
}
