using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Core.Kubeadm;
using ClusterPanel.Core.Pki;

namespace ClusterPanel.Core.Steps;

/// <summary>
/// The names that the cluster itself wants in its API servers' certificates: <c>certSANs</c> in kubeadm's ConfigMap, which joins,
/// upgrades and renewals read. Names that others have put there stay.
/// </summary>
/// <param name="before">The further names until now; null only where the step is looked up by its key.</param>
public sealed class ApiServerNames(IReadOnlyList<string>? before = null) : IStep
{
    private const string Right = "right";

    /// <inheritdoc/>
    public string Key => "api-server-names";

    /// <inheritdoc/>
    public string Title => "The API servers' names, in kubeadm's configuration";

    /// <inheritdoc/>
    public IReadOnlyList<PlannedCommand> Commands(PlanInput input, ClusterMember target)
    {
        var wanted = MasterCertificates.Sans(input.Spec).ToList();
        var gone = (before ?? []).Except(wanted).ToList();
        var read = $"{KubeadmText.Kubectl} -n kube-system get configmap kubeadm-config -o";
        return
        [
            ApiReady.Command(input.Spec.ApiServerPort, onControlPlane: false),
            PlannedCommand.Look("names", "Look whether kubeadm's ConfigMap has exactly the names that are wanted", $$"""
                names=$({{MasterFiles.Sans.Script}})
                missing=$(printf '%s\n' {{ShellNames(wanted)}} | grep -vxF -e "$names" | head -n 1)
                [ -z "$missing" ] || { echo "$missing is missing"; exit 0; }
                left=$(printf '%s\n' {{ShellNames(gone)}} | grep -xF -e "$names" | head -n 1)
                [ -z "$left" ] || { echo "$left is still there"; exit 0; }
                echo {{Right}}
                """),
            PlannedCommand.Change("write-names", Sentence(wanted, gone), $$"""
                version=$({{read}} 'jsonpath={.metadata.resourceVersion}')
                configuration=$({{read}} 'jsonpath={.data.ClusterConfiguration}')
                # Only the list is written anew; as a JSON string for the patch. Who changed it meanwhile is not overwritten.
                patch=$(printf '%s\n' "$configuration" | awk -v wanted='{{string.Join(' ', wanted)}}' -v gone='{{string.Join(' ', gone)}}' '
                  function put(line) { gsub(/["\\]/, "\\\\&", line); printf "%s\\n", line }
                  function list(   i) {
                    if (done) return
                    put("  certSANs:")
                    for (i = 1; i <= kept; i++) put("  - \"" names[i] "\"")
                    for (i = 1; i <= n; i++) if (!(w[i] in there)) put("  - \"" w[i] "\"")
                    done = 1
                  }
                  BEGIN { n = split(wanted, w, " "); m = split(gone, g, " "); for (i = 1; i <= m; i++) drop[g[i]] = 1 }
                  /^apiServer:/ { inside = 1; put("apiServer:"); next }
                  inside && /^  certSANs:/ { sans = 1; next }
                  inside && sans && /^ *- / {
                    name = $2; gsub(/["\047]/, "", name)
                    if (!(name in drop)) { names[++kept] = name; there[name] = 1 }
                    next
                  }
                  sans { list(); sans = 0 }
                  inside && /^[^ ]/ { list(); inside = 0 }
                  { put($0) }
                  END { if (inside) list() }')
                case "$patch" in *certSANs*) ;; *) echo "kubeadm's ConfigMap has no configuration of the API server" >&2; exit 1 ;; esac
                {{KubeadmText.Kubectl}} -n kube-system patch configmap kubeadm-config --type merge -p "{\"metadata\":{\"resourceVersion\":\"$version\"},\"data\":{\"ClusterConfiguration\":\"$patch\"} }"
                """),
        ];
    }

    /// <inheritdoc/>
    public async Task RunAsync(StepContext context, CancellationToken cancellationToken)
    {
        await context.UntilAsync(ApiReady.ForOwn, ApiReady.Key, cancellationToken);
        await LookChangeVerify.RunAsync(context, "names", Right, "write-names", cancellationToken);
    }

    private static string ShellNames(IEnumerable<string> names) => string.Join(' ', names.Select(n => $"'{n}'"));

    private static string Sentence(List<string> wanted, List<string> gone) =>
        $"Write the API servers' names into kubeadm's ConfigMap: {string.Join(", ", wanted)}{(gone.Count > 0 ? $"; take out {string.Join(", ", gone)}" : "")}";
}
